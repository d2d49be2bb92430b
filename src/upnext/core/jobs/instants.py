"""The time that all processes agree on: the database's."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from upnext.core.clock import Clock
from upnext.core.db import Database
from upnext.core.jobs import queries

log = structlog.get_logger("upnext.clock")

MEASURE_SECONDS = 60.0
WORTH_TELLING = timedelta(seconds=2)


class DatabaseClock:
    """This machine's clock, set right by the database's. Leases and ticks go by it, and pass it to
    statements as a value: the hosts' clocks may differ, and a statement's own `now()` would be a
    third one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset = timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self.offset

    async def measure(self, db: Database) -> None:
        if db.dialect == "sqlite":
            return
        async with db.read() as session:
            await session.connection()  # so that connecting is not part of what is measured
            before = self._clock.now()
            there = await session.scalar(queries.database_now(db.dialect))
            after = self._clock.now()
        there = there.replace(tzinfo=UTC) if there.tzinfo is None else there
        self.offset = there - (before + (after - before) / 2)
        if abs(self.offset) > WORTH_TELLING:
            seconds = self.offset.total_seconds()
            log.warning("clock_differs_from_database", ahead_by_seconds=-seconds)

    async def run(self, db: Database) -> None:
        """Measures every minute, until cancelled."""
        while True:
            await asyncio.sleep(MEASURE_SECONDS)
            try:
                await self.measure(db)
            except Exception:
                # The boundary of a loop that has to outlive every outage, and bugs.
                log.exception("clock_not_measured")
