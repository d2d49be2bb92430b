"""SQLite's lane writes in turn with sessions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, update
from sqlalchemy.exc import OperationalError

from tests.core.shelves import add, book, build, names
from upnext.core.db import Database
from upnext.core.lanes import Prepared
from upnext.core.lanes.sqlite_writing import SqliteWriteLane


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'books.db'}")
    await build(db)
    yield db
    await db.dispose()


@pytest.fixture
def lane(db: Database) -> SqliteWriteLane:
    assert isinstance(db.write_lane, SqliteWriteLane)
    return db.write_lane


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
