"""A process that hands out what is sealed in it, and two people who share a workspace."""

from collections.abc import AsyncIterator

import pytest
from starlette.types import ASGIApp

from tests.kit.apart import own_app, own_runtime, own_served  # noqa: F401 - these are its fixtures
from tests.kit.app import MakeUser, Person, good, seal
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime
from upnext.realtime import connections, hub, socket
from upnext.realtime.running import live


@pytest.fixture
async def alive(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    """Looks more often than a server does, whose figures `test_the_figures` holds."""
    monkeypatch.setattr(socket, "SIGN_IN_SECONDS", 60.0)  # a busy machine is not what is tested
    monkeypatch.setattr(connections, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    before = runtime.workshop.wakeups.sealed
    async with live(runtime):
        yield runtime
    runtime.workshop.wakeups.sealed = before


@pytest.fixture
async def anna(make_user: MakeUser, runtime: Runtime) -> Person:
    person = await make_user()
    await seal(runtime)
    return person


@pytest.fixture(scope="module")
async def assembled(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(assembled: Team) -> Team:
    return await regroup(assembled)


def token_of(person: Person) -> str:
    return str(person.client.headers["Authorization"]).removeprefix("Bearer ")


async def write(person: Person, *titles: str, project_id: str | None = None) -> list[str]:
    """Tasks, one request each; their ids."""
    ids = []
    for title in titles:
        body = {"title": title} | ({"project_id": project_id} if project_id else {})
        ids.append(good(await person.client.post("/tasks", json=body))["id"])
    return ids
