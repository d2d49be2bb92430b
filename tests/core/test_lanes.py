"""The fast lane means the same on every database, and survives a lost connection."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Column, MetaData, Table, bindparam, cast, func, insert, literal, select

from upnext.core.db import Database
from upnext.core.errors import Unavailable
from upnext.core.ids import new_id
from upnext.core.lanes import Prepared
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
    if dialect != "postgresql":
        return  # the engine's own pools see to that on the others
    await _put(db, "a", None)
    names = Prepared(select(probe.c.name))
    await asyncio.gather(*(db.lane.fetch(names, {}) for _ in range(5)))
    async with db.writer.connect() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert [tuple(row) for row in await db.lane.fetch(names, {})] == [("a",)]


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
    slow = Prepared(select(func.pg_sleep(0.3), literal(7))) if db.write_lane else ONE
    await db.lane.fetch(ONE, {})
    asking = asyncio.create_task(db.lane.fetch(slow, {}))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(20):
        await db.lane.close()
    assert (await asking)[0][-1] == 7
