"""A database of its own, since time and jobs go on for a whole instance."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from tests.kit.app import connect, serve, settings_for
from tests.kit.databases import Databases
from tests.kit.kept import Keeper
from tests.sla.desk import NOW, Desk, Team, assemble
from upnext.core.clock import FrozenClock
from upnext.core.jobs.models import Job, Schedule
from upnext.main import build_runtime, close


@pytest.fixture(scope="session")
def desk_url(databases: Databases, dialect: str) -> str:
    return databases.migrated(dialect)


@pytest.fixture
async def desk(
    desk_url: str, keeper: Keeper, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    clock = FrozenClock(NOW)
    settings = settings_for(desk_url, tmp_path_factory.mktemp("data"))
    runtime = build_runtime(settings, clock, db=keeper.of(desk_url))
    async with runtime.db.writer.begin() as connection:
        # Each test lives through the same minutes again; a tick is remembered by its time.
        for table in (Job.__table__, Schedule.__table__):
            await connection.execute(delete(table))  # type: ignore[arg-type]  # typed wider
    served = serve(runtime)
    desk = Desk(runtime, clock, lambda: connect(served))
    yield desk
    await desk.close()
    await close(runtime)


@pytest.fixture
async def team(desk: Desk) -> Team:
    return await assemble(desk)
