"""An instance whose clock stands still, and one that nobody has used yet."""

import itertools
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.kit.app import PASSWORD, connect, good, serve, settings_for
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

_addresses = itertools.count(secrets.randbelow(200) * 2**16)


def address() -> str:
    """One that no test has failed from."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def new_email() -> str:
    return f"{secrets.token_hex(6)}@example.com"


@dataclass
class Instance:
    runtime: Runtime
    served: ASGIApp
    clock: FrozenClock
    _stack: AsyncExitStack

    async def client(self, peer: str | None = None, **headers: str) -> httpx.AsyncClient:
        return await self._stack.enter_async_context(
            connect(self.served, peer or address(), **headers)
        )

    async def member(self) -> tuple[str, httpx.AsyncClient]:
        """The e-mail address of a new account, and an anonymous client at an address of its own."""
        email = new_email()
        local = await self.client("127.0.0.1")
        good(await local.post("/auth/register", json={"email": email, "password": PASSWORD}))
        return email, await self.client()

    async def login(self, email: str, **more: Any) -> Any:  # JSON
        client = await self.client()
        body = {"email": email, "password": PASSWORD, **more}
        return good(await client.post("/auth/login", json=body))


Start = Callable[..., Instance]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Makes instances on a database, with settings of their own."""
    async with AsyncExitStack() as stack:

        def make(url: str, **more: str) -> Instance:
            clock = FrozenClock(datetime.now(UTC))
            runtime = build_runtime(settings_for(url, tmp_path, **more), clock)
            stack.push_async_callback(close, runtime)
            stack.push_async_callback(runtime.parts["authenticate"].settle)
            return Instance(runtime, serve(runtime), clock, stack)

        yield make


@pytest.fixture
async def instance(start: Start, database_url: str) -> Instance:
    """On the shared database."""
    return start(database_url)


@pytest.fixture
async def fresh(start: Start, own_database_url: str) -> Instance:
    """Without a single account."""
    return start(own_database_url)


def signed(tokens: Any) -> dict[str, str]:  # JSON
    return {"Authorization": f"Bearer {tokens['access_token']}"}
