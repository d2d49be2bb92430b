"""Canaries: secrets that people and programs really use, and logs that hold none of them."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.kit.app import connect, good, refused
from tests.kit.logs import quiet
from tests.webhooks.receiving import Receiver, work
from upnext.core import logs
from upnext.core.config import LogSettings
from upnext.core.runtime import Runtime

PASSWORD, WRONG, NEXT = "canary-yellow-41-harbour", "canary-wrong-42-harbour", "canary-43-harbour"
IN_URL, OPAQUE = "canary-of-the-receiver", "canary-of-nobody-0123456789"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything that anybody logs, in all detail."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers, root.level
    logs.configure(LogSettings(level="debug"), stream)
    yield stream
    quiet()
    root.handlers = before
    root.setLevel(level)


async def _sign_in(client: httpx.AsyncClient, email: str) -> list[str]:
    """The ways in, right and wrong; the secrets that came back."""
    account = {"email": email, "password": PASSWORD}
    good(await client.post("/auth/register", json=account))
    refused(await client.post("/auth/login", json={**account, "password": WRONG}), 401)
    first = good(await client.post("/auth/login", json=account))
    again = good(await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]}))
    refused(await client.post("/auth/refresh", json={"refresh_token": OPAQUE}), 401)
    await client.post("/auth/forgot-password", json={"email": email})
    await client.post("/auth/reset-password", json={"token": OPAQUE, "new_password": NEXT})
    client.headers["Authorization"] = f"Bearer {again['access_token']}"
    return [one[name] for one in (first, again) for name in ("access_token", "refresh_token")]


async def _make_keys(client: httpx.AsyncClient, receiver: Receiver) -> list[str]:
    url = receiver.url.replace("k3y-of-the-receiver", IN_URL)
    hook: Any = good(await client.post("/webhooks", json={"url": url, "events": ["*"]}))
    scopes = {"name": "Mine", "scopes": ["tasks:read"]}
    made: Any = good(await client.post("/auth/tokens", json=scopes))
    feed: Any = good(await client.post("/feeds", json={"name": "Phone"}))
    secret = feed["url"].rsplit("/", 1)[-1].removesuffix(".ics")
    for query in ({"token": made["token"]}, {"access_token": made["token"]}):
        await client.get("/tasks", params=query)
    await client.get(feed["url"])
    await client.get("/auth/me", headers={"Authorization": f"Bearer {made['token']}"})
    await client.get("/auth/me", headers={"Authorization": f"Basic {OPAQUE}"})
    await client.get("/auth/me", headers={"Cookie": f"session={OPAQUE}"})
    return [hook["secret"], made["token"], secret]


async def test_no_secret_that_was_used_is_in_any_log(
    served: ASGIApp, runtime: Runtime, receiver: Receiver, said: io.StringIO
) -> None:
    async with connect(served) as client:
        secrets = await _sign_in(client, "canary@example.com")
        secrets += await _make_keys(client, receiver)
        receiver.replies = [500]
        good(await client.post("/tasks", json={"title": "Told to others"}))
        await work(runtime)
    text = said.getvalue()
    assert receiver.got, "it was called, and refused"
    assert text.count('"event":"request"') > 10, "what is logged is looked at"
    for secret in (*secrets, PASSWORD, WRONG, NEXT, IN_URL, OPAQUE):
        assert len(secret) > 15
        assert secret not in text
        assert secret[-16:] not in text
