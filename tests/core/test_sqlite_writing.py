"""SQLite's lane writes whole transactions, in turn with sessions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import OperationalError

from upnext.core.db import Database
from upnext.core.inserts.queries import Footing, Waiting
from upnext.core.lanes import Prepared
from upnext.core.lanes.sqlite_writing import SqliteWriteLane

shelf = Table("shelf", MetaData(), Column("id", Integer, primary_key=True), Column("room", Integer))
book = Table(
    "book",
    shelf.metadata,
    Column("id", Integer, primary_key=True),
    Column("shelf_id", Integer, nullable=False),
    Column("name", String, unique=True),
)
GUARD = select(shelf.c.id).where(shelf.c.id == bindparam("on"), shelf.c.room > 0)
FILL = (
    update(shelf)
    .where(shelf.c.id == bindparam("on"), shelf.c.room > 0)
    .values(room=shelf.c.room - 1)
    .returning(shelf.c.id)
)
DROP = delete(book).where(book.c.name == bindparam("dropped"))
NAMES = Prepared(select(book.c.name).order_by(book.c.id))
ROOM = Prepared(select(shelf.c.room))
ADD = Prepared(
    insert(book)
    .values(id=bindparam("n"), shelf_id=1, name=bindparam("called"))
    .returning(book.c.name)
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'books.db'}")
    async with db.writer.begin() as connection:
        await connection.run_sync(shelf.metadata.create_all)
        await connection.execute(insert(shelf).values(id=1, room=2))
    yield db
    await db.dispose()


@pytest.fixture
def lane(db: Database) -> SqliteWriteLane:
    assert isinstance(db.write_lane, SqliteWriteLane)
    return db.write_lane


def named(*names: str, first: int = 1, footing: Footing | None = None) -> list[Waiting]:
    rows = [{"id": first + n, "shelf_id": 1, "name": name} for n, name in enumerate(names)]
    return [Waiting(book, (), row, None if n else footing) for n, row in enumerate(rows)]


async def names(lane: SqliteWriteLane) -> list[str]:
    return [name for (name,) in await lane.fetch(NAMES, {})]


async def add(lane: SqliteWriteLane, n: int, **how: bool) -> Any:
    return await lane.write(ADD, {"n": n, "called": f"Book {n}"}, **how)


async def test_what_is_written_is_there(lane: SqliteWriteLane) -> None:
    assert await add(lane, 1) == [("Book 1",)]
    assert await add(lane, 2, lasting=False) == [("Book 2",)]
    assert await lane.write_all(named("Three", "Four", first=3), {DROP: {"dropped": "Book 1"}})
    assert await names(lane) == ["Book 2", "Three", "Four"]


async def test_all_or_nothing(lane: SqliteWriteLane) -> None:
    assert await lane.write_all(named("One"), {})
    assert not await lane.write_all(named("Two", "One", first=2), {DROP: {"dropped": "One"}})
    assert await lane.write(ADD, {"n": 1, "called": "Again"}) is None
    assert await names(lane) == ["One"]


@pytest.mark.parametrize("guard", [GUARD, FILL], ids=["as it is", "changed along"])
async def test_rows_stand_on_their_footing(lane: SqliteWriteLane, guard: Any) -> None:
    told: list[bool] = []
    here = Footing("shelf_id", guard, {"on": 1}, told.append)
    assert await lane.write_all(named("One", footing=here), {})
    nowhere = Footing("shelf_id", guard, {"on": 2}, told.append)
    assert not await lane.write_all(named("Two", first=2, footing=nowhere), {})
    # What was counted down for a row that is refused is as it was.
    assert not await lane.write_all(named("One", first=3, footing=here), {})
    assert await names(lane) == ["One"]
    assert await lane.fetch(ROOM, {}) == [(1 if guard is FILL else 2,)]
    assert not told, "whoever asked tells it"


async def test_sessions_and_the_lane_take_turns(db: Database, lane: SqliteWriteLane) -> None:
    done: list[str] = []

    async def by_lane(n: int) -> None:
        await add(lane, n)
        done.append(f"lane {n}")

    async def by_session(n: int) -> None:
        async with db.writer.begin() as connection:
            await connection.execute(insert(book).values(id=n, shelf_id=1, name=f"Book {n}"))
            await asyncio.sleep(0.02)
        done.append(f"session {n}")

    ways = [by_session(1), by_lane(2), by_session(3), by_lane(4), by_lane(5), by_session(6)]
    tasks = []
    for way in ways:
        tasks.append(asyncio.create_task(way))
        await asyncio.sleep(0.001)
    await asyncio.gather(*tasks)
    assert len(await names(lane)) == 6
    turns = [int(each.rpartition(" ")[2]) for each in done]
    assert turns == sorted(turns), done


async def test_whoever_leaves_stops_nothing(db: Database, lane: SqliteWriteLane) -> None:
    writing = [asyncio.create_task(add(lane, n)) for n in range(1, 6)]
    await asyncio.sleep(0)
    for each in writing[::2]:
        each.cancel()
    await asyncio.gather(*writing, return_exceptions=True)
    await add(lane, 6)
    async with db.writer.begin() as connection:
        await connection.execute(insert(book).values(id=7, shelf_id=1, name="Book 7"))
    found = await names(lane)
    assert {"Book 2", "Book 4", "Book 6", "Book 7"} <= set(found)


def connecting(path: Path) -> Callable[[], sqlite3.Connection]:
    """As the lane's are, but soon out of patience."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=0.05, isolation_level=None, check_same_thread=False)

    return connect


async def test_after_an_error_it_goes_on(db: Database, tmp_path: Path) -> None:
    connect = connecting(tmp_path / "books.db")
    dialect = db.writer.dialect
    lane = SqliteWriteLane(dialect, connect, 2, writer=db.writer, connect_to_write=connect)
    await add(lane, 1)
    with closing(connect()) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(OperationalError, match="locked"):
                await add(lane, 2)
        other.execute("ROLLBACK")
    await add(lane, 2)
    missing = Prepared(update(Table("nowhere", MetaData(), Column("n", Integer))).values(n=1))
    with pytest.raises(OperationalError, match="nowhere"):
        await lane.write(missing, {})
    await add(lane, 3)
    assert await names(lane) == ["Book 1", "Book 2", "Book 3"]
    await lane.close()


async def test_at_the_end_it_waits_for_who_still_writes(db: Database, tmp_path: Path) -> None:
    connect = connecting(tmp_path / "books.db")
    dialect = db.writer.dialect
    lane = SqliteWriteLane(dialect, connect, 2, writer=db.writer, connect_to_write=connect)
    writing = [asyncio.create_task(add(lane, n)) for n in range(1, 11)]
    await asyncio.sleep(0)
    await lane.close()
    assert all(each.done() for each in writing)
    with closing(connect()) as other:
        assert other.execute("SELECT count(*) FROM book").fetchone() == (10,)
