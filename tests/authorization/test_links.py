"""Every route through every kind of share link, made from docs/permissions.md."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.types import ASGIApp

from tests.authorization.accounts import ACCOUNT_ROUTES
from tests.authorization.entry import Entry, Params
from tests.authorization.routes import ROUTES, WITHOUT_OBJECT
from tests.authorization.table import rights
from tests.authorization.world import Place, World
from tests.kit.app import connect, refused

DONE = 200
TABLE = rights("links")
CLOSED = sorted({*ROUTES, *ACCOUNT_ROUTES, *WITHOUT_OBJECT} - TABLE.keys())
COLUMNS = [(what, access) for what in ("project", "task") for access in ("read", "write")]
PARAMETER = re.compile(r"\{\w+_id\}")


@asynccontextmanager
async def _through(
    served: ASGIApp, place: Place, what: str, access: str, params: Params | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Comes by a link that is gone afterwards, since there may not be many; to what `params` name,
    which may lie in a project of its own."""
    named = params or {}
    if what == "project":
        row_id = named.get("project_id", place.project_id)
    else:
        row_id = named.get("task_id") or await place.new_task()
    path = f"/{what}s/{row_id}/links"
    made = await place.make(path, access=access)
    async with connect(served, Authorization=f"Bearer {made['token']}") as visitor:
        yield visitor
    await place.ask("DELETE", f"{path}/{made['id']}")


async def _knock(client: httpx.AsyncClient, route: str, entry: Entry, params: Params) -> Any:
    method, path = route.split(" ")
    query = entry.query(params) if entry.query else None
    body = entry.body(params) if entry.body else None
    return await client.request(method, path.format(**params), params=query, json=body)


def test_the_table_names_routes_that_there_are() -> None:
    assert TABLE.keys() - ROUTES.keys() == set()
    assert len(TABLE) > 8


@pytest.mark.parametrize("route", sorted(TABLE))
async def test_t029_what_each_link_opens(world: World, served: ASGIApp, route: str) -> None:
    entry, own, wrong = ROUTES[route][0], world.places["own"], []
    for what, access in COLUMNS:
        params = await entry.make(world, own, "owner")
        async with _through(served, own, what, access, params) as visitor:
            answer = await _knock(visitor, route, entry, params)
            outcome = DONE if answer.is_success else answer.status_code
            expected = TABLE[route][f"{what}, {access}"]
            if outcome != expected:
                wrong.append(f"{what}, {access}: {outcome}, not {expected}: {answer.text}")
    assert wrong == []


@pytest.mark.parametrize("route", sorted(TABLE.keys() - {"GET /tasks"}))
async def test_t020_and_nothing_elsewhere(world: World, served: ASGIApp, route: str) -> None:
    """Also for a task of the same project, through a link to another one."""
    entry, own, wrong = ROUTES[route][0], world.places["own"], []
    names = ("own", "beside", "private", "second", "foreign")
    made = {name: await entry.make(world, world.places[name], "owner") for name in names}
    for what, access in COLUMNS:
        async with _through(served, own, what, access) as visitor:
            for name, params in made.items():
                if name == "own" and what == "project":
                    continue
                answer = await _knock(visitor, route, entry, params)
                if answer.status_code != 404:
                    wrong.append(f"{what}, {access}, {name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("route", CLOSED)
async def test_everything_else_is_closed(world: World, served: ASGIApp, route: str) -> None:
    """Accounts, members, tokens, other links, exports, feeds, next actions: whatever there is."""
    own = world.places["own"]
    # What lies in the trash cannot be shared: there any id will do.
    there = route in ROUTES and not route.endswith("/restore")
    params = await ROUTES[route][0].make(world, own, "owner") if there else {}
    method, path = route.split(" ")
    path = path.format(**params) if params else PARAMETER.sub(str(uuid4()), path)
    for what in ("project", "task"):
        async with _through(served, own, what, "write", params) as visitor:
            problem = refused(await visitor.request(method, path, json={}), 403)
            assert problem["code"] in {"not_for_links", "session_required"}, what
