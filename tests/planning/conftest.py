"""A server whose clock stands still at ten on a Wednesday morning."""

from collections.abc import AsyncIterator

import pytest

from tests.kit.app import connect, serve, settings_for
from tests.kit.kept import Keeper
from tests.planning.asking import NOW, World
from upnext.core.clock import FrozenClock
from upnext.main import build_runtime, close


@pytest.fixture
async def world(
    database_url: str, keeper: Keeper, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    clock = FrozenClock(NOW)
    here = {"UPNEXT_OUTBOUND_ALLOW": "127.0.0.1/32"}
    settings = settings_for(database_url, tmp_path_factory.mktemp("data"), **here)
    runtime = build_runtime(settings, clock, db=keeper.of(database_url))
    served = serve(runtime)
    world = World(runtime, clock, lambda: connect(served))
    yield world
    await world.close()
    await close(runtime)
