"""Each type means the same on every database: compared with what Python says."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from upnext.core.db import Database
from upnext.core.ids import new_id
from upnext.core.inserts.queries import insert_ignore, upsert
from upnext.core.types import NEVER, Id, Instant, Json, LongText, Name, Ranked, micros


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"
    HUGE = "huge"


probe = Table(
    "probe",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("at", Instant),
    Column("name", Name(40), unique=True),
    Column("text", LongText),
    Column("size", Ranked(Size)),
    Column("data", Json),
)


@pytest.fixture
async def db(empty_database_url: str) -> Any:
    db = Database(empty_database_url)
    async with db.writer.begin() as connection:
        await connection.run_sync(probe.metadata.create_all)
    yield db
    await db.dispose()


async def _put(db: Database, *rows: dict[str, Any]) -> None:
    async with db.writer.begin() as connection:
        for row in rows:
            await connection.execute(insert(probe).values({"id": new_id(), **row}))


async def _column(db: Database, name: str, *order: Any) -> list[Any]:
    async with db.reader.connect() as connection:
        return list(await connection.scalars(select(probe.c[name]).order_by(*order)))


async def test_instants_keep_microseconds_and_come_back_in_utc(db: Database) -> None:
    there = datetime(2026, 11, 21, 4, 5, 6, 123457, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    await _put(db, {"at": there})
    (back,) = await _column(db, "at", probe.c.at)
    assert back == there
    assert back.tzinfo is UTC or back.utcoffset() == timedelta(0)


async def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError):
        await _put(db, {"at": datetime(2026, 1, 1)})  # noqa: DTZ001  (that is the point)


async def test_names_differ_by_case_accent_and_sort_by_code_point(db: Database) -> None:
    names = ["arger", "ärger", "Arger", "zeta", "Zeta", "ARGER", "😀"]
    await _put(db, *({"name": name} for name in names))
    assert await _column(db, "name", probe.c.name) == sorted(names)


async def test_enums_sort_by_rank(db: Database) -> None:
    await _put(db, *({"size": size} for size in (Size.HUGE, Size.SMALL, Size.LARGE)))
    assert await _column(db, "size", probe.c.size) == [Size.SMALL, Size.LARGE, Size.HUGE]


async def test_ids_sort_as_they_count(db: Database) -> None:
    ids = [uuid4() for _ in range(50)]
    await _put(db, *({"id": one} for one in ids))
    back = await _column(db, "id", probe.c.id)
    assert back == sorted(ids, key=lambda one: one.bytes)
    assert all(type(one) is UUID or isinstance(one, UUID) for one in back)


async def test_long_text_and_json_come_back_as_they_went(db: Database) -> None:
    text, data = "ü\n😀" * 30_000, {"a": [1, None, "ß"], "b": {"c": 2**53}}
    await _put(db, {"text": text, "data": data})
    assert await _column(db, "text", probe.c.id) == [text]
    assert await _column(db, "data", probe.c.id) == [data]


async def test_insert_ignore_and_upsert_mean_the_same(db: Database) -> None:
    rows = [{"id": new_id(), "name": "one", "text": "first"}]
    again = [{"id": rows[0]["id"], "name": "two", "text": "second"}]
    async with db.writer.begin() as connection:
        await connection.execute(insert_ignore(db.dialect, probe, rows))
        await connection.execute(insert_ignore(db.dialect, probe, again))
    assert await _column(db, "name", probe.c.id) == ["one"]
    async with db.writer.begin() as connection:
        await connection.execute(upsert(db.dialect, probe, again, keys=["id"]))
    assert await _column(db, "text", probe.c.id) == ["second"]


async def test_twenty_writers_never_find_the_database_locked(db: Database) -> None:
    async def write(number: int) -> None:
        for step in range(10):
            await _put(db, {"name": f"{number}-{step}"})

    await asyncio.gather(*(write(number) for number in range(20)))
    assert len(await _column(db, "name", probe.c.name)) == 200


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_are_exact_and_keep_the_order(instant: datetime) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert epoch + timedelta(microseconds=micros(instant)) == instant
    assert micros(instant) < micros(None) == NEVER
