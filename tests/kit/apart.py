"""The app on a database of a folder's own, for tests that seal and do jobs.

On the shared one they would first seal and do what all tests before them left. A folder's
`conftest.py` imports these fixtures, and has its own by that.
"""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from tests.kit.app import assembled, serve, settings_for, watched
from tests.kit.databases import Databases
from upnext.core.runtime import Runtime


@pytest.fixture(scope="session", name="runtime")
async def own_runtime(
    databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    settings = settings_for(databases.migrated(dialect), tmp_path_factory.mktemp("data"))
    async with watched(settings) as runtime:
        yield runtime


@pytest.fixture(scope="session", name="app")
def own_app(runtime: Runtime) -> FastAPI:
    return assembled(runtime)


@pytest.fixture(scope="session", name="served")
def own_served(runtime: Runtime) -> ASGIApp:
    return serve(runtime)
