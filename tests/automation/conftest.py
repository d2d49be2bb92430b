"""A database of its own, since time and jobs go on for a whole instance."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from tests.automation.office import Office
from tests.kit.app import connect, serve, settings_for
from tests.kit.databases import Databases
from tests.kit.kept import Keeper
from upnext.core.clock import FrozenClock
from upnext.core.jobs.models import Job, Schedule
from upnext.main import build_runtime, close

NOW = datetime(2026, 3, 4, 10, 0, 30, tzinfo=UTC)
"""A Wednesday, half a minute after ten."""


@pytest.fixture(scope="session")
def office_url(databases: Databases, dialect: str) -> str:
    return databases.migrated(dialect)


@pytest.fixture
async def office(
    office_url: str, keeper: Keeper, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    clock = FrozenClock(NOW)
    here = {"UPNEXT_OUTBOUND_ALLOW": "127.0.0.1/32"}
    settings = settings_for(office_url, tmp_path_factory.mktemp("data"), **here)
    runtime = build_runtime(settings, clock, db=keeper.of(office_url))
    async with runtime.db.writer.begin() as connection:
        # Each test lives through the same minutes again; a tick is remembered by its time.
        for table in (Job.__table__, Schedule.__table__):
            await connection.execute(delete(table))  # type: ignore[arg-type]  # typed wider
    served = serve(runtime)
    office = Office(runtime, clock, lambda: connect(served))
    yield office
    await office.close()
    await close(runtime)
