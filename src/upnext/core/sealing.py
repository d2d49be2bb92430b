"""Gives committed changes their gapless `seq` and links them into the workspace's hash chain.

One sealer at a time holds a workspace's head row. Each process runs `Sealer`, which commits wake
up and which polls otherwise; whoever comes second finds the head locked and goes on.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import queries
from upnext.core.changes import ChangeHead, ChangeRow, unit_of
from upnext.core.context import RequestContext
from upnext.core.db import rows_of
from upnext.core.errors import AppError
from upnext.core.inserts import mapped
from upnext.core.inserts.queries import insert_ignore
from upnext.core.types import micros
from upnext.core.work import Workshop

log = structlog.get_logger("upnext.sealer")

BATCH = 1_000
POLL_SECONDS = 2.0
# A burst of commits is sealed together. The longer a round takes, the more it gathers: sealing
# each of many commits alone would cost more than the commits do.
GATHER_SECONDS = 0.02
GATHER_ROUNDS = 40
LONGEST_GATHER = 0.5
CONTEXT = RequestContext(request_id="sealer")


def link(previous: bytes, row: ChangeRow | Row[*tuple[Any, ...]], seq: int) -> bytes:
    """The chain's next hash: SHA-256 over the one before and every column of the row."""
    facts = [
        seq, str(row.id), str(row.workspace_id), row.type, row.resource, str(row.resource_id),
        row.resource_version, row.actor, str(row.credential), row.ip, row.user_agent,
        row.request_id, row.trace_id, row.diff, micros(row.at),
    ]  # fmt: skip
    return hashlib.sha256(previous + orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()


class Batch(NamedTuple):
    """How many changes were sealed, and the last `seq` of them."""

    size: int
    seq: int


NOTHING = Batch(0, 0)


async def seal(session: AsyncSession, workspace_id: UUID) -> Batch:
    """Seals up to 1,000 changes in the caller's transaction."""
    head = await _lock_head(session, workspace_id)
    if head is None:
        return NOTHING
    rows = await rows_of(session, queries.unsealed(workspace_id, BATCH))
    if not rows:
        return NOTHING
    first, digest, digests = head.seq + 1, head.hash, []
    for seq, row in enumerate(rows, first):
        digest = link(digest, row, seq)
        digests.append(digest)
    connection = await session.connection()
    ids = [row.id for row in rows]
    await connection.execute(*queries.seal_rows(connection.dialect.name, ids, first, digests))
    await connection.execute(queries.move_head(workspace_id, head.seq + len(rows), digest))
    await _tell(session, rows, first, digests)
    await _tell_watchers(session, head.watchers, rows, first)
    for told in unit_of(session).subscribers.sealed:
        await told(session, rows)
    return Batch(len(rows), head.seq + len(rows))


async def _lock_head(session: AsyncSession, workspace_id: UUID) -> Row[int, bytes, int] | None:
    head = (await session.execute(queries.lock_head(workspace_id))).first()
    if head is None and not await _is_taken(session, workspace_id):
        await _make_head(session, workspace_id)
        head = (await session.execute(queries.lock_head(workspace_id))).first()
    return head


async def _is_taken(session: AsyncSession, workspace_id: UUID) -> bool:
    """Whether there is a head, which another process has locked. To insert it anew would wait for
    that process on MySQL."""
    return await session.scalar(queries.has_head(workspace_id)) is not None


async def _make_head(session: AsyncSession, workspace_id: UUID) -> None:
    dialect = session.get_bind().dialect.name
    row = {"workspace_id": workspace_id, "seq": 0, "hash": bytes(32), "watchers": 0}
    await session.execute(insert_ignore(dialect, ChangeHead.__table__, [row]))


async def watch(session: AsyncSession, workspace_id: UUID, bit: int, *, on: bool) -> None:
    """Whether the subscriber with this bit is told of what is sealed in the workspace from now on.

    Holds the head until the transaction ends, so do it last.
    """
    if on:
        await _make_head(session, workspace_id)
    await session.execute(queries.watch(workspace_id, bit, on=on))


async def _tell_watchers(
    session: AsyncSession, watchers: int, rows: Sequence[Row[*tuple[Any, ...]]], first: int
) -> None:
    for bit, watching in unit_of(session).subscribers.watching.items() if watchers else ():
        if watchers & bit:
            names = ChangeRow.__table__.c.keys()
            each = (dict(zip(names, row, strict=True)) for row in rows)
            sealed = [mapped(ChangeRow, {**e, "seq": seq}) for seq, e in enumerate(each, first)]
            await watching(session, sealed)


async def _tell(
    session: AsyncSession,
    rows: Sequence[Row[*tuple[Any, ...]]],
    first: int,
    digests: Sequence[bytes],
) -> None:
    subscribers = unit_of(session).subscribers.after
    sealed = enumerate(zip(rows, digests, strict=True), first)
    names = ChangeRow.__table__.c.keys()
    for seq, (row, digest) in sealed if subscribers else ():
        if told := subscribers.get(row.type):
            facts = dict(zip(names, row, strict=True))
            change = mapped(ChangeRow, {**facts, "seq": seq, "hash": digest})
            for subscriber in told:
                await subscriber(session, change)


class Sealer:
    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._woken = asyncio.Event()
        self._pending: set[UUID] = set()

    def wake(self, workspaces: set[UUID]) -> None:
        self._pending |= workspaces
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. What a lost database leaves unsealed waits for the next round."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                await self.round(sweep=not self._pending)
            except (DBAPIError, AppError, PoolTimeout, OSError) as error:
                log.warning("sealing_postponed", error=repr(error))
            gather = min(LONGEST_GATHER, GATHER_ROUNDS * (clock() - began))
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()
            await asyncio.sleep(max(GATHER_SECONDS, gather))

    async def round(self, *, sweep: bool = True) -> int:
        """Seals what is known to wait; with `sweep`, whatever any process left."""
        workspaces, self._pending = self._pending, set()
        if sweep:
            async with self._workshop.db.read() as session:
                workspaces |= set(await session.scalars(queries.unsealed_workspaces(500)))
        sealed = 0
        for workspace_id in workspaces:
            one = partial(seal, workspace_id=workspace_id)
            while (batch := await self._workshop.run(CONTEXT, one)).size:
                sealed += batch.size
                self._workshop.wakeups.sealed(workspace_id, batch.seq)
                if batch.size < BATCH:
                    break
        return sealed
