"""The change log: gapless, in order, chained, and complete under concurrent writers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import queries
from upnext.core.auth import SYSTEM
from upnext.core.changes import Change, ChangeRow, Subscribers, record
from upnext.core.clock import SystemClock
from upnext.core.context import RequestContext
from upnext.core.db import Database
from upnext.core.errors import Conflict
from upnext.core.sealing import Sealer, link
from upnext.core.work import Workshop

CONTEXT = RequestContext(request_id="test-request", ip="192.0.2.7", user_agent="suite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed(Change):
    type: ClassVar[str] = "probe.made"


@pytest.fixture
async def workshop(own_database_url: str) -> AsyncIterator[Workshop]:
    db = Database(own_database_url)
    yield Workshop(db, SystemClock(), Subscribers())
    await db.dispose()


async def _write(workshop: Workshop, workspace: UUID, count: int = 1) -> None:
    async def use_case(session: AsyncSession) -> None:
        for number in range(count):
            probe = Probed(workspace_id=workspace, resource_id=uuid4(), diff={"n": (None, number)})
            await record(session, SYSTEM, probe)

    await workshop.run(CONTEXT, use_case)


async def _sealed(workshop: Workshop, workspace: UUID, after: int = 0) -> list[ChangeRow]:
    async with workshop.db.read() as session:
        return list(await session.scalars(queries.sealed_after(workspace, after, 10_000)))


async def test_a_cursor_misses_nothing_under_sixteen_writers(workshop: Workshop) -> None:
    workspace, seen, last = uuid4(), list[UUID](), 0
    sealers = [Sealer(workshop), Sealer(workshop)]
    done = False

    async def follow() -> None:
        nonlocal last
        while True:
            finished = done
            await asyncio.gather(*(sealer.round() for sealer in sealers))
            for row in await _sealed(workshop, workspace, last):
                assert row.seq == last + 1
                last = row.seq
                seen.append(row.id)
            if finished:
                return

    async def writer() -> None:
        for _ in range(12):
            await _write(workshop, workspace)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(writer() for _ in range(16)))
    done = True
    await following
    assert len(seen) == len(set(seen)) == 16 * 12


async def test_the_chain_links_every_row_and_shows_what_was_altered(workshop: Workshop) -> None:
    workspace = uuid4()
    await _write(workshop, workspace, 30)
    assert await Sealer(workshop).round() == 30
    rows = await _sealed(workshop, workspace)
    assert [row.seq for row in rows] == list(range(1, 31))
    assert _broken(rows) == []

    async with workshop.db.writer.begin() as connection:
        forged = update(ChangeRow).where(ChangeRow.id == rows[9].id).values(ip="198.51.100.1")
        await connection.execute(forged)
    assert _broken(await _sealed(workshop, workspace)) == [10]


def _broken(rows: list[ChangeRow]) -> list[int | None]:
    assert rows[0].hash == link(bytes(32), rows[0], 1)
    return [
        row.seq
        for before, row in pairwise(rows)
        if row.hash != link(before.hash or b"", row, row.seq or 0)
    ]


@pytest.mark.server
async def test_a_workspace_that_another_process_seals_is_left_to_it(workshop: Workshop) -> None:
    workspace, sealer = uuid4(), Sealer(workshop)
    await _write(workshop, workspace)
    assert await sealer.round() == 1
    await _write(workshop, workspace)
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        del rest
        asked.append(statement)

    event.listen(workshop.db.writer.sync_engine, "before_cursor_execute", note)
    async with workshop.db.write() as another:
        await another.execute(queries.lock_head(workspace))
        asked.clear()
        sealer.wake({workspace})
        assert await sealer.round(sweep=False) == 0
        assert not [each for each in asked if each.startswith("INSERT")]
    event.remove(workshop.db.writer.sync_engine, "before_cursor_execute", note)
    assert await sealer.round() == 1


async def test_a_change_carries_who_asked_and_from_where(workshop: Workshop) -> None:
    workspace = uuid4()
    await _write(workshop, workspace)
    await Sealer(workshop).round()
    (row,) = await _sealed(workshop, workspace)
    assert (row.actor, row.ip, row.user_agent) == ("system", "192.0.2.7", "suite")
    assert (row.request_id, row.resource, row.diff) == ("test-request", "probe", {"n": [None, 0]})


async def test_a_refused_use_case_leaves_nothing_unless_it_must_be_kept(workshop: Workshop) -> None:
    async def refuse(session: AsyncSession, *, keep: bool) -> None:
        await record(session, SYSTEM, Probed(workspace_id=uuid4(), resource_id=uuid4()))
        raise Conflict("Not like that.", keep=keep)

    for keep in (False, True):
        with pytest.raises(Conflict):
            await workshop.run(CONTEXT, partial(refuse, keep=keep))
    async with workshop.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(ChangeRow)) == 1


async def test_a_subscriber_runs_in_the_same_transaction(workshop: Workshop) -> None:
    async def refuse(session: AsyncSession, _: object, change: Change) -> None:
        raise Conflict("Somebody above does not agree.")

    strict = Workshop(workshop.db, SystemClock(), Subscribers(within={Probed: (refuse,)}))
    with pytest.raises(Conflict):
        await _write(strict, uuid4())
    async with workshop.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(ChangeRow)) == 0


async def test_an_after_subscriber_hears_of_each_change_once(workshop: Workshop) -> None:
    heard: list[int | None] = []

    async def listen(_: AsyncSession, row: ChangeRow) -> None:
        heard.append(row.seq)

    listening = Workshop(workshop.db, SystemClock(), Subscribers(after={"probe.made": (listen,)}))
    await _write(listening, uuid4(), 5)
    sealers = [Sealer(listening) for _ in range(3)]
    await asyncio.gather(*(sealer.round() for sealer in sealers))
    assert sorted(filter(None, heard)) == [1, 2, 3, 4, 5]
