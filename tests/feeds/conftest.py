from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import ASGIApp

from tests.kit.app import connect
from tests.workspaces.teams import Team, assemble, regroup


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    return await regroup(people)


@pytest.fixture
async def calendar(served: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A program that knows nothing but an address."""
    async with connect(served) as client:
        client.base_url = httpx.URL("http://localhost")
        yield client
