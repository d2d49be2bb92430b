"""What happens arrives by both doors: in order, once, and only at whom it concerns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from tests.kit.app import Person, good, max_queries, refused, seal
from tests.realtime.conftest import token_of, write
from tests.realtime.wire import PATIENCE, Closed, Stream, Wire, opened, streamed
from tests.workspaces.teams import Team
from upnext.core.runtime import Runtime
from upnext.realtime import batches
from upnext.realtime import hub as hubs
from upnext.realtime import socket as sockets
from upnext.realtime import stream as streams
from upnext.realtime.batches import Batch


@pytest.fixture
async def wire(served: ASGIApp, alive: Runtime, anna: Person) -> AsyncIterator[Wire]:
    async with opened(served) as wire:
        await wire.sign_in(token_of(anna))
        yield wire


async def test_both_doors_tell_the_same(
    served: ASGIApp, alive: Runtime, anna: Person, wire: Wire
) -> None:
    async with streamed(served, token_of(anna), after=0) as (stream, _):
        assert await wire.subscribe(anna.workspace_id) == 3
        await write(anna, "one")
        await write(anna, "two")
        await seal(alive)
        heard = await wire.events(2)
        assert [one["seq"] for one in heard] == [4, 5]
        told = await stream.until(5)
    assert told[3:] == heard
    assert [one["seq"] for one in told] == [1, 2, 3, 4, 5]
    listed = good(await anna.client.get("/events"))["items"]
    assert listed == told
    assert stream.headers[b"content-type"].startswith(b"text/event-stream")
    assert stream.headers[b"cache-control"] == b"no-store"


async def test_it_goes_on_where_it_was(
    served: ASGIApp, alive: Runtime, anna: Person, wire: Wire
) -> None:
    await write(anna, "one", "two")
    await seal(alive)
    await wire.subscribe(anna.workspace_id, after=4)
    assert [one["seq"] for one in await wire.events(1)] == [5]
    async with streamed(served, token_of(anna), last_event_id="4", after=1) as (stream, _):
        assert [one["seq"] for one in await stream.until(1)] == [5]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> set[hubs.Mailbox]:
    """Those into which somebody looks who waits for the hub."""
    found: set[hubs.Mailbox] = set()
    get = hubs.Mailbox.get

    async def noted(self: hubs.Mailbox) -> Batch:
        found.add(self)
        try:
            return await get(self)
        finally:
            found.discard(self)

    monkeypatch.setattr(hubs.Mailbox, "get", noted)
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Batch]:
    """What was read of a workspace, by the hub or a follower, wherever there was something."""
    found: list[Batch] = []
    read = batches.read

    async def noted(session: AsyncSession, *of: Any) -> Batch:
        batch = await read(session, *of)
        if batch.rows:
            found.append(batch)
        return batch

    monkeypatch.setattr(batches, "read", noted)
    return found


@pytest.mark.each
async def test_fifty_followers_read_once(
    served: ASGIApp,
    alive: Runtime,
    team: Team,
    waiting: set[hubs.Mailbox],
    reads: list[Batch],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And none of them misses or doubles anything, though some come and go meanwhile."""
    monkeypatch.setattr("upnext.realtime.connections.MOST_PER_USER", 50)
    await seal(alive)
    token, workspace = token_of(team.member), team.workspace_id
    project = await team.project()
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(opened(served)) for _ in range(50)]
        for wire in wires:
            await wire.sign_in(token)
            await wire.subscribe(workspace, after=0)
        await seal(alive)
        # The workspace, its five members and the project.
        before = [await wire.events(7) for wire in wires]
        async with asyncio.timeout(PATIENCE):
            # Whoever found those alone looks once more whether that was all.
            while len(waiting) < 50:  # noqa: ASYNC110 - they know nothing of us
                await asyncio.sleep(0.01)
        await write(team.owner, *(f"Task {n}" for n in range(5)), project_id=project)
        with max_queries(alive, 1000) as statements:
            await seal(alive)
            after = [await wire.events(5) for wire in wires]
        assert [(one.first, one.last) for one in reads if one.last > 7] == [(8, 12)]
        # Those of one person, if they were looked up over four seconds ago.
        assert len([one for one in statements if "JOIN workspace ON" in one]) <= 1
    for first, then in zip(before, after, strict=True):
        assert [one["seq"] for one in first + then] == list(range(1, 13))


async def test_who_is_slow_reads_for_themselves(
    alive: Runtime, anna: Person, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_WAITING", 2)
    await wire.subscribe(anna.workspace_id)
    wire.reading.clear()
    for number in range(6):
        await write(anna, f"Task {number}")
        await seal(alive)
        await asyncio.sleep(0)
    wire.reading.set()
    assert [one["seq"] for one in await wire.events(6)] == [4, 5, 6, 7, 8, 9]


async def test_who_does_not_read_at_all_is_dropped(
    served: ASGIApp, alive: Runtime, anna: Person, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And harms nobody else."""
    monkeypatch.setattr(sockets, "SEND_SECONDS", 0.05)
    await wire.subscribe(anna.workspace_id)
    wire.reading.clear()
    async with streamed(served, token_of(anna), after=3) as (stream, _):
        await write(anna, "one")
        await seal(alive)
        assert len(await stream.until(1)) == 1
    async with asyncio.timeout(PATIENCE):
        while len(alive.parts["connections"]):  # noqa: ASYNC110 - they tell nobody
            await asyncio.sleep(0.01)
    wire.reading.set()
    with pytest.raises(Closed) as closed:
        await wire.hear()
    assert (closed.value.code, closed.value.reason) == (1013, "slow")


async def test_the_server_stops(served: ASGIApp, alive: Runtime, anna: Person) -> None:
    """What `core/edge/protocol` calls when it is told to."""
    async with streamed(served, token_of(anna)) as (stream, state):
        await _until(stream, b"retry")
        state["at_shutdown"]()
        assert await stream.end() == "server_stops"


async def test_a_heartbeat_says_how_far_it_is(
    alive: Runtime, team: Team, served: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also past what one does not see, so that a resume does not read it again."""
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    secret = await team.project(private=True)
    await seal(alive)
    async with opened(served) as wire:
        await wire.sign_in(token_of(team.viewer))
        start = await wire.subscribe(team.workspace_id, id="mine")
        await write(team.owner, "hidden", project_id=secret)
        await seal(alive)
        while (beat := await wire.hear())["seqs"] != {"mine": start + 1}:
            assert beat["type"] == "heartbeat"
    token, workspace_id = token_of(team.viewer), team.workspace_id
    async with streamed(served, token, workspace_id=workspace_id, after=start) as (stream, _):
        await _until(stream, b"id: %d\n" % (start + 1))
        await _until(stream, b"still here")
        assert stream.events == []


async def _until(stream: Stream, text: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        while text not in stream.body:
            await stream.more()


async def test_what_another_process_sealed_is_found(
    alive: Runtime, anna: Person, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody wakes anybody: it is looked for."""
    await wire.subscribe(anna.workspace_id)
    alive.workshop.wakeups.sealed = lambda _, __: None
    await write(anna, "one")
    await seal(alive)
    assert len(await wire.events(1)) == 1


async def test_nothing_is_read_where_nobody_follows(alive: Runtime, anna: Person) -> None:
    await write(anna, "one")
    await seal(alive)
    hub = alive.parts["hub"]
    await asyncio.sleep(0)
    assert hub.followed == 0
    refused(await anna.client.get("/events/stream", params={"after": -1}), 422)
