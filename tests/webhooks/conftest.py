from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from tests.core.outbound.serving import local
from tests.kit.apart import own_app, own_served  # noqa: F401 - these are its fixtures
from tests.kit.app import settings_for
from tests.kit.databases import Databases
from tests.webhooks.receiving import Receiver, receiving
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close


@pytest.fixture(scope="session")
async def runtime(
    databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    """Its requests come to this machine, whatever the host's name is."""
    url = databases.migrated(dialect)
    built = build_runtime(settings_for(url, tmp_path_factory.mktemp("data")))
    built.outbound.close()
    yield replace(built, outbound=local())
    await close(built)


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    """They share a workspace that nobody else used before."""
    return await regroup(people)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found
