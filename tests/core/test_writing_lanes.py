"""A lane writes whole transactions, and means the same by it on every database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.core.shelves import (
    ADD,
    DROP,
    FILL,
    GUARD,
    ROOM,
    WIDEN,
    add,
    book,
    build,
    named,
    names,
    room,
    shelf,
)
from upnext.core.db import Database
from upnext.core.errors import Unavailable
from upnext.core.inserts.queries import Footing
from upnext.core.lanes import Prepared, WriteLane
from upnext.core.lanes.mysql_writing import MySqlWriteLane


@pytest.fixture
async def db(empty_database_url: str) -> AsyncIterator[Database]:
    db = Database(empty_database_url)
    await build(db)
    yield db
    await db.dispose()


@pytest.fixture
def lane(db: Database) -> WriteLane:
    return db.write_lane


@pytest.mark.each
async def test_what_is_written_is_there(lane: WriteLane) -> None:
    assert await add(lane, 1) is not None
    assert await add(lane, 2, lasting=False) is not None
    rows = named("It's; 100 %", '\\ " ` Ü \U0001f4da\n--', first=3)
    assert await lane.write_all(rows, {DROP: {"dropped": "Book 1"}})
    assert await names(lane) == ["Book 2", "It's; 100 %", '\\ " ` Ü \U0001f4da\n--']


@pytest.mark.each
async def test_all_or_nothing(lane: WriteLane) -> None:
    assert await lane.write_all(named("One"), {})
    assert not await lane.write_all(named("Two", "One", first=2), {DROP: {"dropped": "One"}})
    assert await lane.write(ADD, {"n": 1, "called": "Again"}) is None
    assert await names(lane) == ["One"]


@pytest.mark.each
@pytest.mark.parametrize("guard", [GUARD, FILL], ids=["as it is", "changed along"])
async def test_rows_stand_on_their_footing(lane: WriteLane, guard: Any) -> None:
    told: list[bool] = []
    here = Footing("shelf_id", guard, {"on": 1}, told.append)
    assert await lane.write_all(named("One", footing=here), {})
    nowhere = Footing("shelf_id", guard, {"on": 2}, told.append)
    assert not await lane.write_all(named("Two", first=2, footing=nowhere), {})
    # What was counted down for a row that is refused is as it was.
    assert not await lane.write_all(named("One", first=3, footing=here), {})
    assert await names(lane) == ["One"]
    assert await room(lane) == (1 if guard is FILL else 2)
    assert not told, "whoever asked tells it"


@pytest.mark.each
async def test_what_is_changed_is_returned(lane: WriteLane) -> None:
    changed = await asyncio.gather(*(lane.write(WIDEN, {"on": 1}) for _ in range(8)))
    found = [tuple(row) for rows in changed if rows is not None for row in rows]
    assert sorted(found) == [(1, 2 + n) for n in range(1, 9)]
    assert list(await lane.write(WIDEN, {"on": 2}) or ()) == []
    assert await room(lane) == 10


@pytest.mark.each
async def test_after_an_error_it_goes_on(lane: WriteLane) -> None:
    missing = Table("nowhere", MetaData(), Column("n", Integer))
    late = Footing("shelf_id", FILL, {"on": 1}, lambda _: None)
    rows = [*named("One", footing=late), named("Two", first=2)[0]._replace(into=missing)]
    for _ in range(3):
        with pytest.raises(DBAPIError, match="nowhere"):
            await lane.write(Prepared(update(missing).values(n=1)), {})
        with pytest.raises(DBAPIError, match="nowhere"):
            await lane.write_all([rows[0], rows[1]._replace(row={"n": 1})], {})
    assert await names(lane) == []
    assert await room(lane) == 2
    assert await add(lane, 1) is not None


@pytest.mark.each
async def test_the_last_place_is_given_once(lane: WriteLane) -> None:
    """However many want it at once."""
    footing = Footing("shelf_id", FILL, {"on": 1}, lambda _: None)
    wanted = (named(f"Book {n}", first=n, footing=footing) for n in range(12))
    got = await asyncio.gather(*(lane.write_all(rows, {}) for rows in wanted))
    assert sum(got) == 2
    assert len(await names(lane)) == 2
    assert await room(lane) == 0


# MySQL's goes in two messages, between which anything can happen


@pytest.fixture
def between(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is put in is awaited once between the footing and the rows, with the connection."""
    waiting: list[Any] = []
    module = "upnext.core.lanes.mysql_writing"
    real = __import__(module, fromlist=["_send"])._send  # noqa: SLF001 - there is no other seam

    async def sent(connection: Any, steps: Any) -> Any:
        results = await real(connection, steps)
        if len(steps) > 1 and "shelf" in steps[1].sql and waiting:
            await waiting.pop()(connection)
        return results

    monkeypatch.setattr(f"{module}._send", sent)
    return waiting


@pytest.mark.only("mysql")
async def test_nobody_takes_the_footing_away_meanwhile(db: Database, between: list[Any]) -> None:
    done: list[str] = []
    closing: list[asyncio.Task[None]] = []

    async def close() -> None:
        async with db.writer.begin() as connection:
            await connection.execute(update(shelf).values(room=0))
            done.append("closed")

    async def meanwhile(_: Any) -> None:
        closing.append(asyncio.create_task(close()))
        await asyncio.sleep(0.2)
        done.append("added")

    between.append(meanwhile)
    footing = Footing("shelf_id", GUARD, {"on": 1}, lambda _: None)
    assert await db.write_lane.write_all(named("One", footing=footing), {})
    await closing[0]
    assert done == ["added", "closed"]
    assert not await db.write_lane.write_all(named("Two", first=2, footing=footing), {})


@pytest.mark.only("mysql")
async def test_a_connection_that_ends_in_between_has_written_nothing(
    db: Database, between: list[Any]
) -> None:
    lane = db.write_lane
    footing = Footing("shelf_id", FILL, {"on": 1}, lambda _: None)

    async def kill(connection: Any) -> None:
        async with db.writer.connect() as other:
            await other.execute(text(f"KILL {connection.thread_id()}"))

    for _ in range(2):
        between.append(kill)
        with pytest.raises(Unavailable):
            await lane.write_all(named("One", footing=footing), {})
    assert (await names(lane), await room(lane)) == ([], 2)
    assert await lane.write_all(named("One", footing=footing), {})


@pytest.mark.only("mysql")
async def test_whoever_leaves_in_between_has_written_nothing(
    db: Database, between: list[Any]
) -> None:
    """And holds nobody up."""
    lane = db.write_lane
    footing = Footing("shelf_id", FILL, {"on": 1}, lambda _: None)
    for _ in range(6):  # more than there are turns
        reached = asyncio.Event()

        async def wait(_: Any, reached: asyncio.Event = reached) -> None:
            reached.set()
            await asyncio.sleep(60)

        between.append(wait)
        writing = asyncio.create_task(lane.write_all(named("One", footing=footing), {}))
        await reached.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert await lane.write_all(named("One", footing=footing), {})
    assert (await names(lane), await room(lane)) == (["One"], 1)


@pytest.mark.only("mysql")
async def test_only_what_is_found_is_locked(db: Database) -> None:
    """As in sessions, and not what lies beside it."""
    lane = db.write_lane
    assert isinstance(lane, MySqlWriteLane)
    isolation = Prepared(select(text("@@tx_isolation")))
    await add(lane, 1)
    assert [tuple(row) for row in await lane.fetch(isolation, {})] == [("READ-COMMITTED",)]
    async with db.writer.begin() as connection:
        await connection.execute(insert(book).values(id=2, shelf_id=1, name="Two"))
    assert await lane.fetch(ROOM, {})
