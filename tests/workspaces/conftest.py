import pytest
from starlette.types import ASGIApp

from tests.workspaces.teams import ROLES, Team, assemble, regroup


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    """Registered once per database, since hashing passwords is slow on purpose."""
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    """They share a workspace that nobody else used before."""
    return await regroup(people)


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
