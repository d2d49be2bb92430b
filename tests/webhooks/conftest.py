from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from tests.core.outbound.serving import local
from tests.kit.app import settings_for
from tests.webhooks.receiving import Receiver, receiving
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close


@pytest.fixture(scope="session")
async def runtime(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    """On the shared database. Its requests come to this machine, whatever the host's name is."""
    built = build_runtime(
        settings_for(database_url, tmp_path_factory.mktemp("data"), TASK_CLASSIFICATION_MODE="off")
    )
    built.outbound.close()
    yield replace(built, outbound=local(total=2.0))
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
