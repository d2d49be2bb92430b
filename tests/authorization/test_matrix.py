"""Role x route x place, made from docs/permissions.md and from the routes that the app serves.

T001, T005, T020 and T029 in general: every route that names an object, on every object that the
caller may and may not reach, and with each nested id exchanged for that of another parent.
"""

import importlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from tests.architecture.routes import operations, served
from tests.architecture.test_routes import PUBLIC
from tests.architecture.tree import SOURCE
from tests.authorization.accounts import ACCOUNT_ROUTES
from tests.authorization.admin_routes import ADMIN_ROUTES
from tests.authorization.entry import Entry, Params
from tests.authorization.routes import ROUTES, WITHOUT_OBJECT
from tests.authorization.table import rights
from tests.authorization.telling import TOLD
from tests.authorization.world import Place, World
from tests.kit.app import Person, connect, good, register
from upnext.core.load import Action
from upnext.core.runtime import Runtime
from upnext.identity import accounts

PREFIX = "/api/v1"
DONE = 200
# After these the object is not what it was, and the next one to knock needs another.
CONSUMING = re.compile(r"^DELETE|/(restore|skip)$|^POST .*/members$")
# These may leave the workspaces themselves in the trash.
TRASHING = {"DELETE /workspaces/{workspace_id}", "POST /workspaces/{workspace_id}/restore"}
PARAMETER = re.compile(r"\{(\w+)\}")


def _routes(app: FastAPI) -> set[str]:
    """All of the API; health, metrics and documentation lie outside of it and name no object. A
    HEAD is its GET."""
    found = {op for context in served(app) for op in operations(context)} - PUBLIC
    return {
        f"{method} {path.removeprefix(PREFIX)}"
        for method, path in found
        if path.startswith(PREFIX) and (method, path) not in _heads(found)
    }


def _heads(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {("HEAD", path) for method, path in found if method == "GET"}


def test_every_route_is_in_the_matrix(app: FastAPI) -> None:
    known = {*ROUTES, *ACCOUNT_ROUTES, *TOLD, *ADMIN_ROUTES, *WITHOUT_OBJECT}
    assert _routes(app) - known == set(), "add these to tests/authorization/routes.py"
    assert known - _routes(app) == set(), "these are not served any more"
    assert not [route for route in WITHOUT_OBJECT if "{" in route]


def test_every_action_has_a_row_and_every_row_a_route() -> None:
    used = {entry.action for entries in ROUTES.values() for entry in entries}
    assert used - rights("roles").keys() == set(), "add these to the table in docs/permissions.md"
    assert rights("roles").keys() - used == set(), "no route does these"
    account = {action for action, _ in (*ACCOUNT_ROUTES.values(), *TOLD.values())}
    assert account == rights("account").keys()
    assert {route.action for route in ADMIN_ROUTES.values()} == rights("instance").keys()


def test_the_code_asks_for_the_least_role_of_the_table() -> None:
    found = {action.name: str(action.least) for action in _actions()}
    least = {
        action: [column for column, status in row.items() if status == DONE][-1]
        for action, row in rights("roles").items()
    }
    assert {name: least.get(name) for name in found} == found


def _actions() -> list[Action]:
    paths: list[Path] = sorted(SOURCE.glob("*/policy.py"))
    modules = [importlib.import_module(f"upnext.{path.parent.name}.policy") for path in paths]
    found = [value for module in modules for value in vars(module).values()]
    actions = [value for value in found if isinstance(value, Action)]
    assert len(actions) > 20
    return actions


async def _knock(client: httpx.AsyncClient, route: str, entry: Entry, params: Params) -> Any:
    method, path = route.split(" ")
    body = entry.body(params) if entry.body else None
    query = entry.query(params) if entry.query else None
    upload = entry.upload(params) if entry.upload else {"json": body}
    answer = await client.request(method, path.format(**params), params=query, **upload)
    if entry.after and answer.is_success:
        await entry.after(client, answer)
    return answer


def _outcome(entry: Entry, answer: httpx.Response, expected: int) -> int:
    if entry.refusal and answer.is_success and entry.granted and not entry.granted(answer):
        return entry.refusal(answer)
    if entry.granted and answer.is_success:
        return DONE if entry.granted(answer) else expected if expected != DONE else 0
    return DONE if answer.is_success else answer.status_code


@pytest.mark.parametrize("route", ROUTES)
async def test_t029_each_role_at_each_place(world: World, route: str) -> None:
    wrong = [line for entry in ROUTES[route] for line in await _all_knocks(world, route, entry)]
    if route in TRASHING:
        for place in (world.places["own"], world.places["foreign"]):
            await place.ask("POST", f"/workspaces/{place.workspace_id}/restore")
    assert wrong == []


async def _all_knocks(world: World, route: str, entry: Entry) -> list[str]:
    wrong: list[str] = []
    made: dict[str, Params] = {}
    for place, column, standing in world.knocks(entry.level):
        if entry.own_only and place.name != "own":
            continue
        if entry.fresh or place.name not in made:
            wrong += await _harmed(place, route, made.get(place.name))
            made[place.name] = await entry.make(world, place, column)
        expected = rights("roles")[entry.action][standing] if standing else 404
        answer = await _knock(world.asking(column), route, entry, made[place.name])
        outcome = _outcome(entry, answer, expected)
        if outcome != expected:
            wrong.append(f"{entry.action} by {column}, {place.name}: {outcome}, not {expected}")
        if outcome == DONE and CONSUMING.search(route):
            del made[place.name]
    for name, params in made.items():
        wrong += await _harmed(world.places[name], route, params)
    return wrong


async def _harmed(place: Place, route: str, params: Params | None) -> list[str]:
    """After the refusals the object has to be there for its keeper. (What somebody was granted to
    remove was there until then.)
    """
    method, path = route.split(" ")
    if params is None or method == "GET" or f"GET {path}" not in ROUTES or "{" not in path:
        return []
    there = (await place.ask("GET", path.format(**params))).is_success
    return [] if there else [f"{route}, {place.name}: refused, and yet it is gone"]


NO_IDS = frozenset({"tag", "field"})
"""Parameters of paths that are words."""
NESTED = [route for route in ROUTES if len(set(PARAMETER.findall(route)) - NO_IDS) > 1]


def test_there_are_nested_routes() -> None:
    assert len(NESTED) > 4


@pytest.mark.parametrize("route", NESTED)
async def test_t001_t020_every_nested_id_belongs_to_its_parent(world: World, route: str) -> None:
    """Asked by an owner of all the parents, so that nothing but the mismatch refuses it."""
    entry = ROUTES[route][0]
    own = await entry.make(world, world.places["own"], "owner")
    wrong = []
    for name in ("second", "beside"):
        other = await entry.make(world, world.places[name], "owner")
        for parameter in PARAMETER.findall(route):
            mixed = {**own, parameter: other[parameter]}
            if mixed == own or _belongs(mixed, name):
                continue
            answer = await _knock(world.client("owner"), route, entry, mixed)
            if answer.status_code != 404:
                wrong.append(f"{parameter} of {name}: {answer.status_code}")
    untouched = await _knock(world.client("owner"), route, entry, own)
    assert (wrong, untouched.is_success) == ([], True)


def _belongs(mixed: Params, name: str) -> bool:
    """Who is member of a project beside, or invited, is so in the same workspace."""
    of_workspace = "user_id" in mixed or "invitation_id" in mixed
    return name == "beside" and "workspace_id" in mixed and of_workspace


@pytest.mark.parametrize("route", ROUTES)
async def test_what_never_was_is_not_found(world: World, route: str) -> None:
    entry = ROUTES[route][0]
    made = await entry.make(world, world.places["own"], "owner")
    wrong = []
    for parameter in set(PARAMETER.findall(route)) - NO_IDS:
        params = {**made, parameter: str(uuid4())}
        answer = await _knock(world.client("owner"), route, entry, params)
        if answer.status_code != 404:
            wrong.append(f"{parameter}: {answer.status_code}")
    assert wrong == []
    await world.places["own"].ask("POST", f"/workspaces/{made.get('workspace_id')}/restore")


@pytest.mark.parametrize("route", [*ACCOUNT_ROUTES, *TOLD])
async def test_t019_each_account_is_its_owners(world: World, runtime: Runtime, route: str) -> None:
    """Another's session or token is not there for anybody else."""
    action, own = await _made(route, world.newcomer.client, runtime)
    expected = rights("account")[action]
    method, path = route.split(" ")
    victim = world.newcomer.client
    (parameter,) = PARAMETER.findall(path)
    victims = path.replace(f"{{{parameter}}}", own)
    body: dict[str, object] | None = {} if method == "PATCH" else None
    for column in (*world.people, "anonymous"):
        answer = await world.client(column).request(method, victims, json=body)
        who = "anonymous" if column == "anonymous" else "anybody else"
        assert answer.status_code == expected[who], column
    good(await victim.get("/auth/me"))
    if action != "session.end":
        assert expected["oneself"] == DONE
        good(await victim.request(method, victims, json=body))


async def _made(route: str, client: httpx.AsyncClient, runtime: Runtime) -> tuple[str, str]:
    """The action of a route, and the id of what it is done to."""
    if route in TOLD:
        action, tell = TOLD[route]
        return action, await tell(client, runtime)
    action, make = ACCOUNT_ROUTES[route]
    return action, await make(client)


@pytest.fixture(scope="session")
async def steward(served: ASGIApp, runtime: Runtime, world: World) -> AsyncIterator[Person]:
    """Runs the instance, and is member of nothing. Nobody of the world runs it any more."""
    async with connect(served) as client:
        person = await register(client, f"{uuid4()}@world.example")
        await accounts.promote(runtime, person.email)
        for one in (*world.people.values(), world.guest, world.newcomer):
            answer = await client.patch(f"/admin/users/{one.id}", json={"role": "user"})
            good(answer)
        yield person


@pytest.mark.parametrize("route", ADMIN_ROUTES)
async def test_administration_is_for_administrators(
    world: World, runtime: Runtime, steward: Person, route: str
) -> None:
    """Whatever role somebody has in a workspace: it counts for nothing here."""
    entry = ADMIN_ROUTES[route]
    expected = rights("instance")[entry.action]
    method, path = route.split(" ")
    row_id = await entry.make(world, runtime) if entry.make else ""
    path = PARAMETER.sub(row_id, path)
    asked: dict[str, Any] = {
        "json": entry.body(world) if entry.body else None,
        "params": entry.query(world) if entry.query else None,
    }
    for column in (*world.people, "anonymous"):
        answer = await world.client(column).request(method, path, **asked)
        who = "anonymous" if column == "anonymous" else "anybody else"
        assert answer.status_code == expected[who], column
    granted = await steward.client.request(method, path, **asked)
    assert granted.is_success, granted.text
    if row_id:
        missing = path.replace(row_id, str(uuid4()))
        answer = await steward.client.request(method, missing, **asked)
        assert answer.status_code == 404
