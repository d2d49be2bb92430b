"""Large exports: what they cost, that they hold still, and how they end."""

import asyncio
import csv
import gc
import io
import time
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from starlette.types import ASGIApp

from tests.exports.asking import document, read_todos
from tests.kit.app import Person, connect, good, max_queries, refused, register
from tests.tasks.making import make, make_project
from upnext.core.auth import Actor, Credential
from upnext.core.errors import TooMany, Unavailable
from upnext.core.runtime import Runtime
from upnext.exports import service, streaming
from upnext.exports.extent import BATCH
from upnext.exports.schemas import ExportAsked, Format
from upnext.exports.streaming import Stream, Turns, turns_of
from upnext.tasks.models import Task
from upnext.workspaces.actors import actor_for

MANY, FEW = 4 * BATCH, 2 * BATCH
WORDS = "words " * 50


@dataclass(frozen=True)
class Busy:
    """Somebody with four batches of tasks, of which two lie in a project of its own."""

    person: Person
    project_id: str


@pytest.fixture(scope="module")
async def busy(served: ASGIApp) -> AsyncIterator[Busy]:
    """Made once: the tests only read."""
    async with connect(served) as client:
        person = await register(client, f"busy{time.time_ns()}@example.com")
        project_id = (await make_project(person))["id"]
        for start in range(0, MANY, FEW):
            body = {"description": WORDS, "tags": ["a"]}
            if not start:
                body["project_id"] = project_id
            tasks = [{"title": f"Task {n}", **body} for n in range(start, start + FEW)]
            made = good(await client.post("/tasks/bulk", json={"tasks": tasks}))
            assert made["created"] == len(tasks)
        yield Busy(person, project_id)


async def _actor(runtime: Runtime, person: Person) -> Actor:
    credential = Credential(kind="session", id=uuid4(), user_id=UUID(person.id))
    return await actor_for(runtime.db.lane, credential)


@asynccontextmanager
async def _chunks(runtime: Runtime, person: Person, asked: ExportAsked) -> AsyncIterator[Any]:
    actor = await _actor(runtime, person)
    async with runtime.db.snapshot() as session:
        found = await service.start(session, actor, asked, now=runtime.clock.now())
        yield found.chunks
        await found.chunks.aclose()


async def _peak(runtime: Runtime, person: Person, asked: ExportAsked) -> tuple[int, list[int]]:
    """The most memory that an export takes, and how many tasks each of its pieces has."""
    gc.collect()
    tracemalloc.start()
    try:
        async with _chunks(runtime, person, asked) as chunks:
            pieces = [chunk.count(b"Task ") async for chunk in chunks]
        return tracemalloc.get_traced_memory()[1], pieces
    finally:
        tracemalloc.stop()


@pytest.mark.spread
@pytest.mark.parametrize("form", Format)
async def test_four_batches_take_the_memory_of_two(
    busy: Busy, runtime: Runtime, form: Format
) -> None:
    part = ExportAsked(format=form, project_id=UUID(busy.project_id))
    await _peak(runtime, busy.person, part)  # what is loaded once is loaded now
    few, pieces = await _peak(runtime, busy.person, part)
    assert (sum(pieces), max(pieces)) == (FEW, BATCH)
    many, pieces = await _peak(runtime, busy.person, ExportAsked(format=form))
    assert (sum(pieces), max(pieces)) == (MANY, BATCH)
    assert many < 1.2 * few, f"{many:,} bytes instead of {few:,}"
    assert many < 13_000_000


@pytest.mark.each
async def test_a_batch_takes_three_statements(busy: Busy, runtime: Runtime) -> None:
    # One that makes the actor, nine for the frame (policies, calendars and filters have one
    # each), and one in each project that finds no more. On MySQL one asks for a living connection.
    asked = 1 + 10 + 4 * MANY // BATCH + 2 + (runtime.db.dialect == "mysql")
    with max_queries(runtime, asked):
        async with _chunks(runtime, busy.person, ExportAsked(format=Format.JSON)) as chunks:
            assert sum([chunk.count(b"Task ") async for chunk in chunks]) == MANY


async def test_many_tasks_through_the_api(busy: Busy) -> None:
    client = busy.person.client
    found = {one["title"] for one in (await document(busy.person))["tasks"]}
    assert found == {f"Task {n}" for n in range(MANY)}
    text = (await client.get("/exports", params={"format": "csv"})).text
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == MANY + 1
    content = (await client.get("/exports", params={"format": "ical"})).content
    assert content.count(b"\r\nBEGIN:VTODO\r\n") == MANY
    # The library takes a second for a thousand, so it reads the beginning.
    first = content.split(b"END:VTODO\r\n", 3)[:3]
    assert len(read_todos(b"END:VTODO\r\n".join([*first, b"END:VCALENDAR\r\n"]))) == 3


async def test_an_export_sees_one_moment(person: Person, runtime: Runtime) -> None:
    """What is changed while it runs is not in it, not even in part."""
    task = await make(person, title="Before")
    async with _chunks(runtime, person, ExportAsked(format=Format.CSV)) as chunks:
        await anext(chunks)
        await make(person, title="Later")
        good(await person.client.patch(f"/tasks/{task['id']}", json={"title": "After"}))
        rest = b"".join([chunk async for chunk in chunks])
    assert b"Before" in rest
    assert b"Later" not in rest
    assert b"After" not in rest
    assert [one["title"] for one in (await document(person))["tasks"]] == ["After", "Later"]


async def test_a_snapshot_leaves_its_connection_as_it_was(person: Person, runtime: Runtime) -> None:
    """An ordinary read sees what was written since, also on a connection that held a moment."""
    here = UUID(person.workspace_id)
    counted = select(func.count()).where(Task.workspace_id == here)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            session = await stack.enter_async_context(runtime.db.snapshot())
            assert await session.scalar(counted) == 0
        await make(person)
        assert await session.scalar(counted) == 0
    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(runtime.db.read()) for _ in range(4)]
        assert [await reader.scalar(counted) for reader in readers] == [1] * 4
        await make(person)
        assert [await reader.scalar(counted) for reader in readers] == [2] * 4


def test_turns() -> None:
    turns, mia, ben = Turns(), uuid4(), uuid4()
    with turns.taken(mia):
        with pytest.raises(TooMany) as one, turns.taken(mia):
            pass
        assert one.value.headers == {"Retry-After": "5"}
        with (
            turns.taken(ben),
            turns.taken(uuid4()),
            pytest.raises(Unavailable),
            turns.taken(uuid4()),
        ):
            pass
        with turns.taken(ben):
            pass
    with turns.taken(mia), turns.taken(ben):
        pass
    assert turns.running == 0


async def test_one_at_a_time(person: Person, runtime: Runtime) -> None:
    with turns_of(runtime).taken(UUID(person.id)):
        problem = refused(await person.client.get("/exports"), 429, "export_running")
    assert problem["detail"].startswith("An export of yours")
    good(await person.client.get("/exports"))


async def test_a_refusal_gives_the_turn_back(person: Person, runtime: Runtime) -> None:
    for _ in range(3):
        refused(await person.client.get("/exports", params={"project_id": str(uuid4())}), 404)
    assert turns_of(runtime).running == 0
    good(await person.client.get("/exports"))


class _Left(Exception):
    pass


async def test_whoever_leaves_leaves_nothing_open() -> None:
    closed = []

    async def chunks() -> AsyncGenerator[bytes]:
        try:
            for _ in range(100):
                yield b"x" * 100
        finally:
            closed.append("chunks")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            raise _Left

    source = AsyncExitStack()
    source.callback(closed.append, "source")
    answer = Stream(chunks(), source, {})
    with pytest.raises(_Left):
        await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, _never, send)
    assert closed == ["chunks", "source"]


async def _never() -> Any:
    await asyncio.Event().wait()


async def test_a_reader_who_takes_forever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LONGEST_SECONDS", 0.05)
    closed = []

    async def chunks() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.append("chunks")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(30)

    scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
    with pytest.raises(Unavailable, match="not read in time"):
        await Stream(chunks(), AsyncExitStack(), {})(scope, _never, send)
    assert closed == ["chunks"]


async def test_whoever_leaves_interrupts_no_statement() -> None:
    """A statement that is cancelled on its way costs its connection."""
    reached, leave = asyncio.Event(), asyncio.Event()
    ended = []

    async def chunks() -> AsyncGenerator[bytes]:
        yield b"first"
        reached.set()
        await asyncio.sleep(0.1)  # a statement on its way
        ended.append("statement")
        yield b"second"
        ended.append("third")

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None: ...

    source = AsyncExitStack()
    source.callback(ended.append, "source")
    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    answering = asyncio.create_task(Stream(chunks(), source, {})(scope, receive, send))
    await reached.wait()
    leave.set()
    await answering
    assert ended == ["statement", "source"]
