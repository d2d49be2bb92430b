"""A database that is away, locked, read-only or full: a clear refusal, and nothing is lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit.app import connect, good, refused, register, serve, settings_for
from upnext.core import db as database
from upnext.core.ids import new_id
from upnext.core.migrate import migrate_to
from upnext.core.runtime import Runtime
from upnext.identity import sessions
from upnext.main import build_runtime, close


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Runtime]:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    await migrate_to(url, "head")
    runtime = build_runtime(settings_for(url, tmp_path))
    yield runtime
    await close(runtime)


@pytest.fixture
async def signed_in(own: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with connect(serve(own)) as client:
        await register(client, "mia@example.com")
        yield client


Pragma = Callable[[str], Awaitable[None]]


@pytest.fixture
def pragma(own: Runtime, monkeypatch: pytest.MonkeyPatch) -> Pragma:
    """For sessions' one connection that writes, and all that the lane opens from now on."""
    # Of the driver's connection and SQLAlchemy's record.
    prepare: Callable[[Any, Any], None] = vars(database)["_prepare_sqlite"]

    async def say(text: str) -> None:
        async with own.db.writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(f"PRAGMA {text}")

        def prepare_so(connection: Any, record: Any) -> None:  # the driver's, and SQLAlchemy's
            prepare(connection, record)
            connection.execute(f"PRAGMA {text}")

        monkeypatch.setattr(database, "_prepare_sqlite", prepare_so)
        await own.db.lane.close()

    return say


async def _titles(client: httpx.AsyncClient) -> list[str]:
    return [task["title"] for task in good(await client.get("/tasks"))["items"]]


async def test_a_full_disk_refuses_writes_and_goes_on_reading(
    pragma: Pragma, signed_in: httpx.AsyncClient
) -> None:
    good(await signed_in.post("/tasks", json={"title": "before"}))
    await pragma("max_page_count = 1")  # SQLite takes the present size as the least
    full = {"title": "too much", "description": "long " * 1_900}
    answers = [await signed_in.post("/tasks", json=full) for _ in range(12)]
    refused(answers[-1], 507, "storage_full")
    kept = sum(answer.is_success for answer in answers)
    assert await _titles(signed_in) == ["too much"] * kept + ["before"]
    await pragma("max_page_count = 1000000")
    good(await signed_in.post("/tasks", json=full))


@pytest.mark.parametrize("before", [[], ["before", "again"]], ids=["first", "by the lane"])
async def test_a_read_only_database_says_so(
    pragma: Pragma, signed_in: httpx.AsyncClient, before: list[str]
) -> None:
    for title in before:
        good(await signed_in.post("/tasks", json={"title": title}))
    await pragma("query_only = ON")
    refused(await signed_in.post("/tasks", json={"title": "x"}), 503)
    assert await _titles(signed_in) == before[::-1]
    await pragma("query_only = OFF")
    good(await signed_in.post("/tasks", json={"title": "x"}))


@pytest.mark.parametrize("before", [[], ["before", "again"]], ids=["first", "by the lane"])
async def test_a_locked_database_asks_to_come_back(
    pragma: Pragma, signed_in: httpx.AsyncClient, tmp_path: Path, before: list[str]
) -> None:
    for title in before:
        good(await signed_in.post("/tasks", json={"title": title}))
    await pragma("busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "own.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = await signed_in.post("/tasks", json={"title": "x"})
    assert refused(answer, 503)
    assert answer.headers["Retry-After"]
    other.execute("ROLLBACK")
    other.close()
    good(await signed_in.post("/tasks", json={"title": "x"}))
    assert await _titles(signed_in) == ["x", *before[::-1]]


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
async def test_a_database_that_is_away_is_503(scheme: str, tmp_path: Path) -> None:
    url = f"{scheme}://nobody:nothing@127.0.0.1:1/nowhere"
    runtime = build_runtime(settings_for(url, tmp_path))
    account = {"email": "mia@example.com", "password": "a long enough password"}
    async with connect(serve(runtime)) as client:
        answer = await client.post("/auth/login", json=account)
        assert refused(answer, 503)
        assert answer.headers["Retry-After"]
        refused(await client.get("http://localhost/health/ready"), 503)
    await close(runtime)


@asynccontextmanager
async def _starting_up() -> AsyncIterator[int]:
    """What PostgreSQL says while it reads its log again: no encryption, and come again later."""
    fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
    refusal = b"E" + (len(fields) + 4).to_bytes(4, "big") + fields

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(4):
            request = await reader.readexactly(int.from_bytes(head, "big") - 4)
            asks_for_encryption = len(request) == 4
            writer.write(b"N" if asks_for_encryption else refusal)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_database_that_is_starting_is_503_for_those_signed_in(tmp_path: Path) -> None:
    """The edge asks first whose a request is, outside of every route."""
    async with _starting_up() as port:
        url = f"postgresql://upnext:nothing@127.0.0.1:{port}/upnext"
        runtime = build_runtime(settings_for(url, tmp_path, RATE_LIMIT_ENABLED="true"))
        served = serve(runtime)
        token = sessions.access_token(
            runtime.keys,
            user_id=new_id(),
            session_id=new_id(),
            now=runtime.clock.now(),
            lifetime=timedelta(minutes=5),
        )
        async with connect(served) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            answer = await client.get("/tasks")
            refused(answer, 503, "unavailable")
            assert answer.headers["Retry-After"]
        await close(runtime)
