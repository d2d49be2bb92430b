"""Proves a chain against itself, its checkpoint, its head, and heads that were kept elsewhere."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.audit import queries
from upnext.audit.checking import START, Chain, Fault, Kind, Mark
from upnext.audit.checkpoints import is_ours
from upnext.core.auth import INSTANCE
from upnext.core.changes import ChangeRow
from upnext.core.db import rows_of
from upnext.core.errors import Invalid, NotFound
from upnext.core.keys import KeyRing
from upnext.core.runtime import Runtime

BATCH = 1_000
# Of a chain; how many more there are is counted.
MOST_FAULTS = 100
# Sealing takes milliseconds. What waits so long was kept from it, or nothing runs that seals.
LONGEST_UNSEALED = timedelta(seconds=60)

# What the column types raise for a value that none of them wrote.
UNREADABLE = (ValueError, TypeError)

HEAD = re.compile(r"(?:(?P<place>[0-9a-fA-F-]+):)?(?P<seq>[0-9]{1,18}):(?P<hash>[0-9a-fA-F]{64})")

AnyRow = Row[*tuple[Any, ...]]
Expected = Mapping[UUID, Sequence[Mark]]
"""Heads that were noted before, by workspace."""


@dataclass(slots=True)
class Report:
    """Of one chain. `rows` were checked; it begins behind `start` and ends at `end`."""

    workspace_id: UUID
    name: str | None
    start: Mark = START
    end: Mark = START
    rows: int = 0
    more: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def add(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more += 1


async def verify(runtime: Runtime, only: UUID | None, expected: Expected) -> AsyncIterator[Report]:
    """One chain after the other, each at one moment. Raises NotFound for one that never was."""
    places = await _places(runtime, only, expected)
    for workspace_id, name in places.items():
        async with runtime.db.snapshot() as session:
            report = Report(workspace_id, name)
            marks = list(expected.get(workspace_id, ()))
            await _check(session, runtime.keys, report, marks)
            await _check_unsealed(session, report, runtime.clock.now())
        yield report


async def heads(runtime: Runtime, only: UUID | None) -> list[Report]:
    """Where each chain ends, without a look at it."""
    found = []
    for workspace_id, name in (await _places(runtime, only, {})).items():
        async with runtime.db.read() as session:
            end = await _head(session, workspace_id)
        if end is not None:
            found.append(Report(workspace_id, name, end=end))
    return found


async def _places(
    runtime: Runtime, only: UUID | None, expected: Expected
) -> dict[UUID, str | None]:
    async with runtime.db.read() as session:
        known = [row[0] for row in await rows_of(session, queries.chains())]
        names = dict(map(tuple, await rows_of(session, queries.names(known))))
    # A chain of which nothing is left is found by what was noted of it.
    ids = sorted({*known, *expected} if only is None else {only} & {*known, *expected})
    if only is not None and not ids:
        raise NotFound(f"There is no chain of changes for {only}.")
    return {one: "instance" if one == INSTANCE else names.get(one) for one in ids}


async def _check(
    session: AsyncSession, keys: KeyRing, report: Report, expected: list[Mark]
) -> None:
    report.start = await _start(session, keys, report)
    chain = Chain(report.start)
    passed = {report.start.seq: report.start.hash}
    wanted = {mark.seq for mark in expected}
    async for row in _rows(session, report):
        # A plain row has the same columns as the object, and costs a fraction of it.
        for fault in chain.take(cast(ChangeRow, row)):
            report.add(fault)
        if row.seq in wanted:
            passed[row.seq] = bytes(row.hash or b"")
    for fault in chain.end(await _head(session, report.workspace_id)):
        report.add(fault)
    report.rows, report.end = chain.rows, chain.last
    for mark in expected:
        _compare(report, mark, passed.get(mark.seq))


async def _rows(session: AsyncSession, report: Report) -> AsyncIterator[AnyRow]:
    """What is left of the chain, in order; what cannot even be read is told, and left out."""
    after = queries.LOWEST
    while seqs := await rows_of(session, queries.seqs(report.workspace_id, after, BATCH)):
        last = seqs[-1].seq
        try:
            rows = await rows_of(session, queries.sealed(report.workspace_id, after, last))
        except UNREADABLE:
            rows = await _legible(session, report, [row.seq for row in seqs])
        for row in rows:
            yield row
        after = last


async def _legible(session: AsyncSession, report: Report, seqs: list[int]) -> list[AnyRow]:
    found: list[AnyRow] = []
    for seq in seqs:
        try:
            found += await rows_of(session, queries.sealed(report.workspace_id, seq - 1, seq))
        except UNREADABLE:
            detail = "It holds what no change can hold, and cannot be read."
            report.add(Fault(Kind.ALTERED, seq, None, detail))
    return found


async def _start(session: AsyncSession, keys: KeyRing, report: Report) -> Mark:
    found = await rows_of(session, queries.checkpoint(report.workspace_id))
    stored: Any = found[0] if found else None  # a Row
    if stored is None:
        return START
    if not is_ours(keys, stored):
        detail = (
            "Its checkpoint was not signed by a key of this instance. If SECRET_KEY was replaced, "
            "name the old one in SECRET_KEY_PREVIOUS."
        )
        report.add(Fault(Kind.CHECKPOINT, stored.seq, None, detail))
    return Mark(stored.seq, bytes(stored.hash))


async def _head(session: AsyncSession, workspace_id: UUID) -> Mark | None:
    found = await rows_of(session, queries.head(workspace_id))
    return Mark(found[0].seq, bytes(found[0].hash)) if found else None


def _compare(report: Report, mark: Mark, found: bytes | None) -> None:
    if found == mark.hash:
        return
    if found is None and mark.seq < report.start.seq:
        detail = "It was purged since, so it cannot be compared. Note the head more often."
    elif found is None:
        detail = "The change with the hash that you noted is missing."
    else:
        detail = "It has another hash than you noted: the chain was written anew."
    report.add(Fault(Kind.EXPECTED, mark.seq, None, detail))


async def _check_unsealed(session: AsyncSession, report: Report, now: datetime) -> None:
    before = now - LONGEST_UNSEALED
    statement = queries.unsealed_since(report.workspace_id, before, MOST_FAULTS)
    for row in await rows_of(session, statement):
        detail = f"It has not been sealed since {row.at.isoformat(timespec='seconds')}."
        report.add(Fault(Kind.UNSEALED, None, row.id, detail))


# Heads as text


def written(workspace_id: UUID, mark: Mark) -> str:
    return f"{workspace_id}:{mark.seq}:{mark.hash.hex()}"


def read(text: str, workspace_id: UUID | None) -> tuple[UUID, Mark]:
    """`WORKSPACE:SEQ:HASH`, or `SEQ:HASH` of `workspace_id`. Raises Invalid."""
    shape = HEAD.fullmatch(text.strip())
    if shape is None:
        raise _no_head(text)
    try:
        where = UUID(shape["place"] or str(workspace_id))
    except ValueError:
        raise _no_head(text) from None
    return where, Mark(int(shape["seq"]), bytes.fromhex(shape["hash"]))


def _no_head(text: str) -> Invalid:
    return Invalid(
        f"{text!r} is no head. Write WORKSPACE:SEQ:HASH as `upnext audit head` prints it, or "
        "SEQ:HASH together with --workspace."
    )
