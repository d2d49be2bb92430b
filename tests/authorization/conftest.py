import pytest
from starlette.types import ASGIApp

from tests.authorization.world import World, build
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime


@pytest.fixture(scope="session")
async def world(served: ASGIApp, runtime: Runtime) -> World:
    return await build(served, runtime)


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    return await regroup(people)
