"""An app that derives what users leave out, as one does by default."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from tests.kit.app import serve, settings_for, watched
from tests.kit.databases import Databases
from upnext.core.runtime import Runtime
from upnext.core.work import Workshop
from upnext.tasks import deriving


@pytest.fixture(scope="session")
async def runtime(
    databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    derives = {"TASK_CLASSIFICATION_MODE": "async", "UPNEXT_AI_GATHER_SECONDS": "0"}
    url = databases.migrated(dialect)
    async with watched(settings_for(url, tmp_path_factory.mktemp("data"), **derives)) as runtime:
        yield runtime


@pytest.fixture(scope="session")
def served(runtime: Runtime) -> ASGIApp:
    return serve(runtime)


@pytest.fixture
def in_mode(runtime: Runtime) -> Callable[[str], Runtime]:
    def make(mode: str) -> Runtime:
        parts = {**runtime.parts, deriving.PART: mode}
        old = runtime.workshop
        workshop = Workshop(old.db, old.clock, old.subscribers, old.attempts, parts)
        return replace(runtime, workshop=workshop, parts=parts)

    return make
