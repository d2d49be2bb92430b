from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.audit.trail import Trail
from tests.kit.apart import own_app, own_runtime, own_served  # noqa: F401 - these are its fixtures
from tests.kit.app import settings_for
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

START = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
async def alone(
    own_database_url: str, tmp_path: Path, clock: FrozenClock
) -> AsyncIterator[Runtime]:
    """On a database that nobody else writes to."""
    runtime = build_runtime(settings_for(own_database_url, tmp_path), clock)
    yield runtime
    await close(runtime)


@pytest.fixture
async def trail(alone: Runtime) -> Trail:
    return Trail(alone, uuid4())
