import pytest
from starlette.types import ASGIApp

from tests.workspaces.teams import Team, assemble, regroup


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    return await regroup(people)
