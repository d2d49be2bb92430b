"""What the WebSocket and the stream refuse, and when they end: T025, T028, T044, T058, T109."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from starlette.types import ASGIApp

from tests.kit.app import Person, good, refused, seal
from tests.realtime.conftest import token_of, write
from tests.realtime.wire import Closed, opened, streamed
from tests.workspaces.teams import Team
from upnext.core.auth import Credential
from upnext.core.context import RequestContext
from upnext.core.edge import protocol
from upnext.core.edge.json import parse
from upnext.core.errors import Invalid
from upnext.core.runtime import Runtime
from upnext.realtime import connections, tickets
from upnext.realtime import socket as sockets
from upnext.realtime.schemas import SAID, Unsubscribe

CONTEXT = RequestContext(request_id="test-ticket")


async def _closed(served: ASGIApp, **message: object) -> tuple[int, str]:
    async with opened(served) as wire:
        await wire.say(**message)
        with pytest.raises(Closed) as closed:
            await wire.hear()
    return closed.value.code, closed.value.reason


async def test_t109_a_foreign_page_does_not_connect(served: ASGIApp, alive: Runtime) -> None:
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        with pytest.raises(Closed) as closed:
            async with opened(served, origin=origin):
                pass
        assert closed.value.code == 1008
    async with opened(served, origin="http://localhost"):
        pass


async def test_nothing_without_signing_in(
    served: ASGIApp, alive: Runtime, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe = {"type": "subscribe", "workspace_id": anna.workspace_id}
    assert await _closed(served, **subscribe) == (4401, "sign_in_first")
    for wrong in ({"token": "x"}, {"ticket": "upn_ws_x"}, {"ticket": "x"}, {}):
        assert await _closed(served, type="auth", **wrong) == (4401, "invalid_token")
    monkeypatch.setattr(sockets, "SIGN_IN_SECONDS", 0.05)
    async with opened(served) as wire:
        with pytest.raises(Closed) as closed:
            await wire.hear()
    assert closed.value.code == 4408


@pytest.mark.each
async def test_t058_a_ticket_opens_one_connection(
    served: ASGIApp, alive: Runtime, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It travels in a header or a message, never in an address."""
    answer = await anna.client.post("/auth/ws-ticket")
    ticket = good(answer)["ticket"]
    assert answer.headers["cache-control"] == "no-store"
    protocols = ("upnext.v1", f"ticket.{ticket}")
    async with opened(served, protocols=protocols) as wire:
        assert (await wire.hear())["user_id"] == anna.id
        assert wire.subprotocol == "upnext.v1"
    assert await _closed(served, type="auth", ticket=ticket) == (4401, "invalid_token")
    together = good(await anna.client.post("/auth/ws-ticket"))["ticket"]
    redeemed = await asyncio.gather(
        *(tickets.redeem(alive.workshop, CONTEXT, together) for _ in range(5))
    )
    assert sum(one is not None for one in redeemed) == 1
    monkeypatch.setattr(tickets, "LIFETIME", timedelta(0))
    late = good(await anna.client.post("/auth/ws-ticket"))["ticket"]
    assert await _closed(served, type="auth", ticket=late) == (4401, "invalid_token")


async def test_a_token_needs_the_scope(served: ASGIApp, alive: Runtime, anna: Person) -> None:
    async def token(*scopes: str) -> str:
        body = {"name": "For the test", "scopes": list(scopes)}
        found: str = good(await anna.client.post("/auth/tokens", json=body))["token"]
        return found

    narrow = await token("tasks:read")
    assert await _closed(served, type="auth", token=narrow) == (4403, "scope_missing")
    headers = {"Authorization": f"Bearer {narrow}"}
    for method, path in (
        ("GET", "/events"), ("GET", "/events/stream"), ("POST", "/auth/ws-ticket"),
    ):  # fmt: skip
        refused(await anna.client.request(method, path, headers=headers), 403, "scope_missing")
    async with opened(served) as wire:
        await wire.sign_in(await token("events:read"))


async def test_t044_a_revoked_session_is_cut_off(
    served: ASGIApp, alive: Runtime, anna: Person
) -> None:
    async with opened(served) as wire, streamed(served, token_of(anna)) as (stream, _):
        await wire.sign_in(token_of(anna))
        await wire.subscribe(anna.workspace_id)
        good(await anna.client.post("/auth/logout", json={}))
        began = asyncio.get_running_loop().time()
        with pytest.raises(Closed) as closed:
            await wire.hear()
        assert (closed.value.code, closed.value.reason) == (4401, "revoked")
        assert await stream.end() == "revoked"
        assert asyncio.get_running_loop().time() - began < 5


async def test_an_access_token_does_not_last_for_ever(
    served: ASGIApp, alive: Runtime, anna: Person
) -> None:
    """A newer one lets the connection last on."""
    async with opened(served) as wire:
        await wire.sign_in(token_of(anna))
        (connection,) = alive.parts["connections"]
        connection.until = alive.clock.now()
        await wire.sign_in(token_of(anna))
        await alive.parts["connections"].check()
        assert not connection.ended.is_set()
        connection.until = alive.clock.now()
        with pytest.raises(Closed) as closed:
            await wire.hear()
        assert closed.value.reason == "expired"


async def test_who_is_removed_hears_no_more(served: ASGIApp, alive: Runtime, team: Team) -> None:
    project = await team.project()
    await seal(alive)
    token, query = token_of(team.member), {"workspace_id": team.workspace_id}
    async with opened(served) as wire, streamed(served, token, **query) as (stream, _):
        await wire.sign_in(token)
        await wire.subscribe(team.workspace_id)
        good(await team.owner.client.delete(team.path("members", team.member.id)))
        await write(team.owner, "not for them", project_id=project)
        await seal(alive)
        last = await wire.hear()
        assert (last["type"], last["code"]) == ("unsubscribed", "not_found")
        assert await stream.end() == "not_found"
        assert b"not for them" not in stream.body


async def test_a_project_that_becomes_private_falls_silent(
    served: ASGIApp, alive: Runtime, team: Team
) -> None:
    project = await team.project()
    await seal(alive)
    async with opened(served) as wire:
        await wire.sign_in(token_of(team.viewer))
        await wire.subscribe(team.workspace_id)
        await wire.subscribe(team.workspace_id, id="project", project_id=project)
        body = {"private": True}
        good(await team.owner.client.patch(f"/projects/{project}", json=body))
        await write(team.owner, "in private", project_id=project)
        await team.project()
        await seal(alive)
        heard = [await wire.hear() for _ in range(2)]
        assert {one["type"] for one in heard} == {"event", "unsubscribed"}
        (event,) = [one["event"] for one in heard if one["type"] == "event"]
        assert event["type"] == "project.created"
        assert event["project_id"] != project


async def test_t025_what_is_not_theirs_is_not_there(
    served: ASGIApp, alive: Runtime, team: Team
) -> None:
    secret = await team.project(private=True)
    async with opened(served) as wire:
        await wire.sign_in(token_of(team.member))
        for asked in (
            {"workspace_id": team.outsider.workspace_id},
            {"workspace_id": team.workspace_id, "project_id": secret},
            {"workspace_id": team.workspace_id, "project_id": team.outsider.inbox_id},
            {"workspace_id": "00000000-0000-0000-0000-000000000000"},
        ):
            await wire.say(type="subscribe", **asked)
            answer = await wire.hear()
            assert (answer["type"], answer["code"]) == ("error", "not_found")


@pytest.mark.each
async def test_t028_nobody_hears_what_is_anothers(
    served: ASGIApp, alive: Runtime, team: Team
) -> None:
    people = [team.owner, team.member, team.viewer, team.outsider]
    await seal(alive)  # how they came about is nobody's news
    async with opened(served) as a, opened(served) as b, opened(served) as c, opened(served) as d:
        wires = [a, b, c, d]
        for wire, person in zip(wires, people, strict=True):
            await wire.sign_in(token_of(person))
            await wire.subscribe(person.workspace_id)
        await asyncio.gather(*(write(one, f"of {one.id}") for one in people))
        await seal(alive)
        for wire, person in zip(wires, people, strict=True):
            (event,) = [e for e in await wire.events(1) if e["type"] == "task.created"]
            assert event["data"]["title"] == f"of {person.id}"
            assert wire.from_server.empty()


async def test_ten_connections_a_person(served: ASGIApp, alive: Runtime, anna: Person) -> None:
    hold = [alive.parts["connections"].open(_credential(anna)) for _ in range(10)]
    for one in hold:
        one.__enter__()
    reply = await _closed(served, type="auth", token=token_of(anna))
    assert reply == (4429, "too_many_connections")
    refused(await anna.client.get("/events/stream"), 429, "too_many_connections")
    for one in hold:
        one.__exit__(None, None, None)
    assert len(alive.parts["connections"]) == 0


async def test_a_flood_of_messages(served: ASGIApp, alive: Runtime, anna: Person) -> None:
    async with opened(served) as wire:
        await wire.sign_in(token_of(anna))
        for _ in range(25):
            await wire.say(type="ping")
        with pytest.raises(Closed) as closed:
            await wire.hear("error")
        assert (closed.value.code, closed.value.reason) == (4429, "too_many_messages")


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "1", '{"type":"x"}', '{"type":"subscribe"}', '{"type":"ping","x":1}',
        '{"type":"unsubscribe","id":"nothing"}', '{"type":"ping","type":"ping"}', "[" * 100,
        '{"type":"subscribe","workspace_id":"x"}',
        '{"type":"subscribe","workspace_id":"00000000-0000-0000-0000-000000000001","after":-1}',
        '{"type":"auth","token":"\\u0000"}',
    ],
)  # fmt: skip
def test_what_is_no_message(text: str) -> None:
    """Is refused without a look at the database, and ends nothing."""
    try:
        said = SAID.validate_python(parse(text.encode()))
    except (Invalid, ValidationError):
        return
    assert isinstance(said, Unsubscribe)


async def test_a_bad_message_is_told_and_the_rest_goes_on(
    served: ASGIApp, alive: Runtime, anna: Person
) -> None:
    async with opened(served) as wire:
        await wire.sign_in(token_of(anna))
        for text in ("{", '{"type":"subscribe"}', '{"type":"unsubscribe","id":"x"}'):
            await wire.raw(text)
            assert (await wire.hear())["type"] == "error"
        await wire.subscribe(anna.workspace_id)
        await wire.say(type="subscribe", workspace_id=anna.workspace_id)
        assert (await wire.hear())["code"] == "subscribed"
        await wire.say(type="unsubscribe", id=anna.workspace_id)
        assert (await wire.hear())["type"] == "unsubscribed"
        await write(anna, "one")
        await seal(alive)
        await wire.say(type="ping")
        assert (await wire.hear())["type"] == "pong"


def test_the_figures() -> None:
    """Within five seconds nothing that was revoked is told any more, by any process."""
    assert connections.CHECK_SECONDS <= 2
    assert connections.FRESH_SECONDS < 5
    assert connections.MOST_PER_USER == 10
    assert sockets.MESSAGES_PER_SECOND == 20
    assert protocol.uvicorn_options()["ws_max_size"] == 65_536
    assert timedelta(seconds=30) == tickets.LIFETIME


def _credential(person: Person) -> Credential:
    return Credential(kind="session", id=uuid4(), user_id=UUID(person.id))
