"""Each route asks for its scope, of whatever role the token's user is."""

import re
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from tests.architecture.routes import operations, scopes_of, served
from tests.kit.app import Person, connect, good, refused
from upnext import manifest

PREFIX = "/api/v1"


def _asking_for(app: FastAPI, scope: str) -> list[tuple[str, str]]:
    return [
        (method, path.removeprefix(PREFIX))
        for context in served(app)
        if scope in scopes_of(context)
        for method, path in sorted(operations(context))
        if method != "HEAD"  # a GET without its body, and so without a problem to read
    ]


async def _with(served: ASGIApp, person: Person, scopes: set[str]) -> httpx.AsyncClient:
    body = {"name": "limited", "scopes": sorted(scopes)}
    made = good(await person.client.post("/auth/tokens", json=body))
    return connect(served, Authorization=f"Bearer {made['token']}")


def _filled(path: str) -> str:
    if path == "/events/stream":
        # It would have no end; behind the newest there is nothing to follow.
        return f"{path}?after=999999"
    path = re.sub(r"\{\w+_id\}|\{blocked_by\}", lambda _: str(uuid4()), path)
    return path.replace("{tag}", "red")


@pytest.mark.parametrize("scope", sorted(manifest.SCOPES))
async def test_a_token_without_the_scope_is_refused(
    app: FastAPI, served: ASGIApp, person: Person, scope: str
) -> None:
    routes = _asking_for(app, scope)
    assert routes
    lacking = await _with(served, person, {*map(str, manifest.SCOPES)} - {scope})
    for method, path in routes:
        answer = await lacking.request(method, _filled(path), json={})
        problem = refused(answer, 403)
        assert problem["code"] in {"scope_missing", "session_required"}, (method, path)
    await lacking.aclose()


@pytest.mark.parametrize("scope", sorted(manifest.SCOPES))
async def test_a_token_with_the_scope_needs_no_other(
    app: FastAPI, served: ASGIApp, person: Person, scope: str
) -> None:
    only = await _with(served, person, {scope})
    for method, path in _asking_for(app, scope):
        answer = await only.request(method, _filled(path), json={})
        assert answer.status_code < 500
        assert answer.status_code == 204 or answer.json().get("code") != "scope_missing", path
    await only.aclose()


async def test_a_token_has_the_role_of_its_user_now(served: ASGIApp, person: Person) -> None:
    token = await _with(served, person, {"workspaces:read", "workspaces:write"})
    made = good(await token.post("/workspaces", json={"name": "Short-lived"}))
    good(await token.get(f"/workspaces/{made['id']}"))
    good(await person.client.delete(f"/workspaces/{made['id']}"))
    refused(await token.get(f"/workspaces/{made['id']}"), 404)
    await token.aclose()
