"""An instance of its own, since administration sees all of it."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, register, serve, settings_for
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

_numbers = itertools.count(1)


@dataclass
class Instance:
    """`admin` made the first account, and so runs it."""

    runtime: Runtime
    served: ASGIApp
    stack: AsyncExitStack
    admin: Person

    async def user(self, name: str = "person") -> Person:
        client = await self.stack.enter_async_context(connect(self.served))
        return await register(client, f"{name}{next(_numbers)}@example.com")


@pytest.fixture
async def instance(own_database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    async with AsyncExitStack() as stack:
        runtime = build_runtime(settings_for(own_database_url, tmp_path))
        stack.push_async_callback(close, runtime)
        stack.push_async_callback(runtime.parts["authenticate"].settle)
        served = serve(runtime)
        client = await stack.enter_async_context(connect(served))
        admin = await register(client, "boss@example.com")
        yield Instance(runtime, served, stack, admin)


@pytest.fixture
def admin(instance: Instance) -> Person:
    return instance.admin
