"""The fast lane means the same on every database, and survives a lost connection."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from upnext.core.db import Database
from upnext.core.errors import Unavailable
from upnext.core.ids import new_id
from upnext.core.lanes import Prepared
from upnext.core.lanes.sqlite import SqliteLane
from upnext.core.types import Id, Instant, Json, LongText, Name, Ranked
from upnext.tasks.models import Priority

probe = Table(
    "probe",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("at", Instant),
    Column("name", Name(40)),
    Column("priority", Ranked(Priority)),
    Column("data", Json),
)
ONE = Prepared(select(literal(7)))
EVERYTHING = (*probe.c[:4], cast(probe.c.data, LongText))
AT = datetime(2026, 11, 21, 4, 5, 6, 123457, tzinfo=UTC)


@pytest.fixture
async def db(empty_database_url: str) -> AsyncIterator[Database]:
    db = Database(empty_database_url)
    async with db.writer.begin() as connection:
        await connection.run_sync(probe.metadata.create_all)
    yield db
    await db.dispose()


async def _put(db: Database, name: str, priority: Priority | None) -> UUID:
    row = {"id": new_id(), "at": AT, "name": name, "priority": priority, "data": {"a": ["ü", 1]}}
    async with db.writer.begin() as connection:
        await connection.execute(insert(probe).values(row))
    return row["id"]  # type: ignore[return-value]  # the dict holds values of all kinds


async def test_rows_have_ids_and_json_as_text_and_all_else_as_it_is(db: Database) -> None:
    row_id = await _put(db, "Ärger", Priority.HIGH)
    one = Prepared(select(*EVERYTHING).where(probe.c.id == bindparam("row_id")))
    for _ in range(2):
        ((text, at, name, priority, data),) = await db.lane.fetch(one, {"row_id": row_id})
        assert (text, at, name, priority) == (str(row_id), AT, "Ärger", Priority.HIGH)
        assert data.replace(" ", "") == '{"a":["ü",1]}'
    assert list(await db.lane.fetch(one, {"row_id": new_id()})) == []


async def test_values_change_from_call_to_call_and_fixed_ones_stay(db: Database) -> None:
    for name, priority in (("a", Priority.LOW), ("b", Priority.HIGH), ("b", Priority.URGENT)):
        await _put(db, name, priority)
    loud = probe.c.priority.in_([Priority.HIGH, Priority.URGENT])
    named = Prepared(select(probe.c.priority).where(loud, probe.c.name == bindparam("name")))
    assert list(await db.lane.fetch(named, {"name": "a"})) == []
    assert {row[0] for row in await db.lane.fetch(named, {"name": "b"})} == {
        Priority.HIGH,
        Priority.URGENT,
    }


async def test_a_connection_that_died_in_the_pool_is_replaced(db: Database, dialect: str) -> None:
    if dialect == "sqlite":
        return  # nobody ends the connections to a file
    await _put(db, "a", None)
    names = Prepared(select(probe.c.name))
    await asyncio.gather(*(db.lane.fetch(names, {}) for _ in range(5)))
    async with db.writer.connect() as connection:
        await _end_others(connection)
    for _ in range(5):
        assert [tuple(row) for row in await db.lane.fetch(names, {})] == [("a",)]


OTHERS = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mysql": "SELECT id FROM information_schema.processlist "
    "WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}
"""Ends the other connections to the database, or tells them."""


async def _end_others(connection: AsyncConnection) -> bool:
    """Whether there were any."""
    dialect = connection.dialect.name
    others = (await connection.exec_driver_sql(OTHERS[dialect])).scalars().all()
    for number in others if dialect == "mysql" else ():
        await connection.exec_driver_sql(f"KILL {number}")
    return bool(others)


async def _let_others_end_be_read(connection: AsyncConnection) -> None:
    while await _end_others(connection):
        await connection.rollback()  # PostgreSQL tells the same of them throughout a transaction
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)


async def test_whoever_leaves_in_the_middle_leaves_no_answer_behind(
    db: Database, dialect: str
) -> None:
    if dialect == "sqlite":
        return  # see below
    slow = func.pg_sleep(0.5) if dialect == "postgresql" else func.sleep(0.5)
    asking = asyncio.create_task(db.lane.fetch(Prepared(select(slow)), {}))
    await asyncio.sleep(0.2)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    for _ in range(3):
        assert [tuple(row) for row in await db.lane.fetch(ONE, {})] == [(7,)]


async def test_whatever_moment_connections_end_at_reads_go_on(db: Database, dialect: str) -> None:
    if dialect != "postgresql":
        return  # its connections are read while nobody uses them
    await _put(db, "a", None)
    names = Prepared(select(probe.c.name))
    for pause in range(10):
        await asyncio.gather(*(db.lane.fetch(names, {}) for _ in range(3)))
        async with db.writer.connect() as connection:
            await _end_others(connection)
            await asyncio.sleep(pause / 2_500)
            found = await asyncio.gather(*(db.lane.fetch(names, {}) for _ in range(3)))
        assert [[tuple(row) for row in rows] for rows in found] == [[("a",)]] * 3, pause


async def test_a_write_takes_no_connection_that_was_seen_to_end(db: Database, dialect: str) -> None:
    """It is never tried twice, so it would be refused."""
    if dialect == "sqlite":
        return  # as above
    lane = db.write_lane
    await asyncio.gather(*(lane.fetch(Prepared(select(probe.c.name)), {}) for _ in range(3)))
    async with db.writer.connect() as connection:
        await _let_others_end_be_read(connection)
    named = Prepared(insert(probe).values(id=bindparam("row_id"), at=AT, name="b", data={}))
    for row_id in (new_id(), new_id()):
        assert await lane.write(named, {"row_id": row_id}) is not None
        assert await lane.write(named, {"row_id": row_id}) is None, "once only"


async def test_a_session_gets_no_connection_that_was_seen_to_end(
    db: Database, dialect: str
) -> None:
    if dialect == "sqlite":
        return  # as above
    async with db.writer.connect(), db.writer.connect(), db.writer.connect():
        pass
    async with db.writer.connect() as connection:
        await _let_others_end_be_read(connection)
    for _ in range(2):
        async with db.writer.begin() as one, db.writer.begin() as two, db.writer.begin() as three:
            for connection in (one, two, three):
                await connection.execute(insert(probe).values(id=new_id(), at=AT, name="c"))


async def test_the_server_stops_what_nobody_waits_for(db: Database, dialect: str) -> None:
    if dialect != "postgresql":
        return  # the others' statements are short
    asking = asyncio.create_task(db.lane.fetch(Prepared(select(func.pg_sleep(60))), {}))
    await _until_asleep(db, 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await _until_asleep(db, 0)


async def _until_asleep(db: Database, expected: int) -> None:
    asleep = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state = 'active' AND query LIKE 'SELECT pg_sleep%'"
    )
    for _ in range(600):
        async with db.reader.connect() as connection:
            if (await connection.execute(asleep)).scalar_one() == expected:
                return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {expected}")


async def test_a_connection_whose_end_is_just_being_read_is_replaced(
    db: Database, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect != "postgresql":
        return  # see above
    await _put(db, "a", None)
    fetch, calls = asyncpg.Connection.fetch, []

    async def ending_once(self: object, *arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            message = "cannot switch to state 12; another operation (2) is in progress"
            raise asyncpg.InternalClientError(message)
        return await fetch(self, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "fetch", ending_once)
    found = await db.lane.fetch(Prepared(select(probe.c.name)), {})
    assert [tuple(row) for row in found] == [("a",)]
    assert len(calls) == 2


async def test_a_database_that_is_away_is_unavailable(db: Database, dialect: str) -> None:
    if dialect != "postgresql":
        return  # see test_unavailable
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        await nowhere.lane.fetch(Prepared(select(probe.c.name)), {})
    await nowhere.dispose()


async def test_who_still_asks_is_waited_for_at_the_end(db: Database) -> None:
    """And its connection is not kept by the lane, which would wait for it for ever."""
    slow = Prepared(select(func.pg_sleep(0.3), literal(7))) if db.doubts else ONE
    await db.lane.fetch(ONE, {})
    asking = asyncio.create_task(db.lane.fetch(slow, {}))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(20):
        await db.lane.close()
    assert (await asking)[0][-1] == 7


# SQLite's lane, whose threads do a whole statement at a time


def _reading(path: Path) -> Callable[[], sqlite3.Connection]:
    return lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE number (n INTEGER)")
        connection.executemany("INSERT INTO number VALUES (?)", [(n,) for n in range(3)])
        connection.commit()
    return path


NUMBERS = Prepared(select(column("n", Integer)).select_from(text("number")).order_by(text("n")))


async def test_more_ask_than_there_are_threads(numbers: Path) -> None:
    lane = SqliteLane(sqlite.dialect(), _reading(numbers), 2)
    found = await asyncio.gather(*(lane.fetch(NUMBERS, {}) for _ in range(20)))
    assert {tuple(rows) for rows in found} == {((0,), (1,), (2,))}
    await lane.close()
    assert len(await lane.fetch(NUMBERS, {})) == 3, "it opens anew"
    await lane.close()


async def test_who_leaves_takes_no_turn_along(numbers: Path) -> None:
    lane = SqliteLane(sqlite.dialect(), _reading(numbers), 1)
    asking = asyncio.create_task(lane.fetch(NUMBERS, {}))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(20):
        assert len(await lane.fetch(NUMBERS, {})) == 3
        await lane.close()


async def test_where_no_thread_is_free_the_server_is_busy(
    numbers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upnext.core.lanes.turns.PATIENCE", 0.05)
    held, opened = threading.Event(), _reading(numbers)

    def slowly() -> sqlite3.Connection:
        held.wait(20)
        return opened()

    lane = SqliteLane(sqlite.dialect(), slowly, 1)
    asking = asyncio.create_task(lane.fetch(NUMBERS, {}))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await lane.fetch(NUMBERS, {})
    held.set()
    assert len(await asking) == 3
    await lane.close()


async def test_what_fails_is_told_and_the_next_goes_on(numbers: Path) -> None:
    lane = SqliteLane(sqlite.dialect(), _reading(numbers), 1)
    missing = Prepared(select(column("n")).select_from(text("nowhere")))
    for _ in range(2):
        with pytest.raises(OperationalError, match="no such table"):
            await lane.fetch(missing, {})
        assert len(await lane.fetch(NUMBERS, {})) == 3
    await lane.close()
    gone = SqliteLane(sqlite.dialect(), _reading(numbers.with_name("gone.db")), 1)
    with pytest.raises(OperationalError, match="unable to open"):
        await gone.fetch(NUMBERS, {})
    await gone.close()


async def test_nothing_is_written_over_the_lane(db: Database, dialect: str) -> None:
    if dialect != "sqlite":
        return
    with pytest.raises(OperationalError, match="readonly"):
        await db.lane.fetch(Prepared(insert(probe).values(id=new_id())), {})
