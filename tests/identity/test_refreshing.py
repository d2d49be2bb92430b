"""A3, A4, A15: refresh tokens change with each use, in bodies and in browsers' cookies."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.identity.conftest import Instance, signed
from tests.kit.app import PASSWORD, good, refused, seal
from upnext.core.auth import INSTANCE
from upnext.core.queries import sealed_after
from upnext.identity.http import COOKIE

ORIGIN = {"Origin": "http://localhost"}


async def _refresh(client: AsyncClient, token: str) -> Response:
    return await client.post("/auth/refresh", json={"refresh_token": token})


async def _alive(client: AsyncClient, tokens: Any) -> bool:  # JSON
    answer = await client.get("/auth/me", headers=signed(tokens))
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def test_each_refresh_gives_another_pair(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    second = good(await _refresh(client, first["refresh_token"]))
    third = good(await _refresh(client, second["refresh_token"]))
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert await _alive(client, third)
    (session,) = good(await client.get("/auth/sessions", headers=signed(third)))["items"]
    assert session["current"]


@pytest.mark.each
async def test_t052_twenty_parallel_refreshes_give_one_live_token(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    answers = await asyncio.gather(*(_refresh(client, first["refresh_token"]) for _ in range(20)))
    pairs = [good(answer) for answer in answers]
    assert len({pair["refresh_token"] for pair in pairs}) == 1
    assert all([await _alive(client, pair) for pair in pairs])
    assert len(good(await client.get("/auth/sessions", headers=signed(pairs[0])))["items"]) == 1
    good(await _refresh(client, pairs[0]["refresh_token"]))


async def test_t052_within_the_grace_the_successor_is_the_same(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    second = good(await _refresh(client, first["refresh_token"]))
    instance.clock.advance(timedelta(seconds=10))
    again = good(await _refresh(client, first["refresh_token"]))
    assert again["refresh_token"] == second["refresh_token"]


async def test_t052_a_retired_token_ends_the_family(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    second = good(await _refresh(client, first["refresh_token"]))
    instance.clock.advance(timedelta(seconds=11))
    refused(await _refresh(client, first["refresh_token"]), 401, "session_ended")
    refused(await _refresh(client, second["refresh_token"]), 401, "session_ended")
    assert not await _alive(client, second)


async def test_t052_the_grandparent_ends_the_family_at_once(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    second = good(await _refresh(client, first["refresh_token"]))
    good(await _refresh(client, second["refresh_token"]))
    refused(await _refresh(client, first["refresh_token"]), 401, "session_ended")
    refused(await _refresh(client, second["refresh_token"]), 401, "session_ended")


async def test_t052_a_reuse_is_in_the_audit_trail(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    session_id = good(await client.get("/auth/sessions", headers=signed(first)))["items"][0]["id"]
    good(await _refresh(client, first["refresh_token"]))
    instance.clock.advance(timedelta(minutes=1))
    refused(await _refresh(client, first["refresh_token"]), 401)
    assert "session.reuse_detected" in await _facts(instance, session_id)


async def test_a_guess_ends_nobodys_session(instance: Instance) -> None:
    email, client = await instance.member()
    first = await instance.login(email)
    raw = bytearray(base64.urlsafe_b64decode(first["refresh_token"] + "=="))
    raw[19] += 1  # the generation
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    for token in (forged, "x", "é", first["access_token"], first["refresh_token"] + "A"):
        refused(await _refresh(client, token), 401)
    good(await _refresh(client, first["refresh_token"]))


async def test_a_session_ends_a_week_after_its_last_use(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    instance.clock.advance(timedelta(days=6))
    tokens = good(await _refresh(client, tokens["refresh_token"]))
    instance.clock.advance(timedelta(days=6))
    tokens = good(await _refresh(client, tokens["refresh_token"]))
    instance.clock.advance(timedelta(days=7))
    refused(await _refresh(client, tokens["refresh_token"]), 401, "session_ended")


@pytest.mark.parametrize("body", [{"refresh_token": None}, {"refresh_token": ""}, {"x": 1}])
async def test_bodies_that_are_refused(client: AsyncClient, body: dict[str, object]) -> None:
    refused(await client.post("/auth/refresh", json=body), 422)
    refused(await client.post("/auth/logout", json=body), 422)


async def test_nothing_to_refresh(client: AsyncClient) -> None:
    refused(await client.post("/auth/refresh"), 401, "refresh_token_missing")
    refused(await client.post("/auth/refresh", json={}), 401, "refresh_token_missing")


async def test_logout_by_refresh_token(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    assert await _alive(client, tokens)
    body = {"refresh_token": tokens["refresh_token"]}
    for _ in range(2):
        assert (await client.post("/auth/logout", json=body)).status_code == 204
    assert not await _alive(client, tokens)
    refused(await _refresh(client, tokens["refresh_token"]), 401, "session_ended")


async def test_logout_by_access_token(instance: Instance) -> None:
    email, client = await instance.member()
    tokens, other = await instance.login(email), await instance.login(email)
    assert (await client.post("/auth/logout", headers=signed(tokens))).status_code == 204
    assert not await _alive(client, tokens)
    assert await _alive(client, other)
    refused(await client.post("/auth/logout", headers=signed(tokens)), 401)
    refused(await client.post("/auth/logout"), 401)


@pytest.mark.parametrize("by_header", [True, False])
async def test_a15_a_browser_keeps_the_refresh_token_in_a_cookie(
    instance: Instance, by_header: bool
) -> None:
    email, client = await instance.member()
    body: dict[str, object] = {"email": email, "password": PASSWORD}
    headers = {"X-Upnext-Client": "browser"} if by_header else {}
    answer = await client.post(
        "/auth/login", json=body if by_header else {**body, "cookie": True}, headers=headers
    )
    tokens = good(answer)
    assert "refresh_token" not in tokens
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "secure", "samesite=strict", "path=/", "max-age=604800"}
    (session,) = good(await client.get("/auth/sessions", headers=signed(tokens)))["items"]
    assert session["kind"] == "browser"


async def test_a15_refresh_and_logout_by_cookie(instance: Instance) -> None:
    email, client = await instance.member()
    held = await _browser(client, email)
    answer = await client.post("/auth/refresh", headers={**ORIGIN, **held})
    assert "refresh_token" not in good(answer)
    held = _held(answer)
    tokens = good(answer)
    done = await client.post("/auth/logout", headers={**ORIGIN, **held})
    assert done.status_code == 204
    assert "max-age=0" in done.headers["set-cookie"].lower()
    assert not await _alive(client, tokens)


@pytest.mark.parametrize("origin", [None, "http://evil.example", "https://localhost", "null"])
async def test_a15_another_sites_page_gets_nothing(instance: Instance, origin: str | None) -> None:
    email, client = await instance.member()
    held = await _browser(client, email)
    headers = {**held, **({"Origin": origin} if origin else {})}
    for path in ("/auth/refresh", "/auth/logout"):
        refused(await client.post(path, headers=headers), 403, "origin_not_allowed")
    good(await client.post("/auth/refresh", headers={**ORIGIN, **held}))


async def _browser(client: AsyncClient, email: str) -> dict[str, str]:
    body = {"email": email, "password": PASSWORD, "cookie": True}
    return _held(await client.post("/auth/login", json=body))


def _held(answer: Response) -> dict[str, str]:
    """The cookie as a header: httpx keeps a Secure one from plain http, browsers on localhost
    do not."""
    good(answer)
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


async def _facts(instance: Instance, resource_id: str) -> set[str]:
    await seal(instance.runtime)
    async with instance.runtime.db.read() as session:
        rows = await session.scalars(sealed_after(INSTANCE, 0, 100_000))
        return {row.type for row in rows if str(row.resource_id) == resource_id}
