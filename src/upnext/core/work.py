"""The one unit of work: for HTTP, jobs, command line and whatever comes.

Runs a use case in one transaction and commits it. Deadlocks, lost races for a version and busy
databases rerun the whole use case; nothing but the database is awaited inside.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from upnext.core import alone
from upnext.core.changes import Subscribers, Unit
from upnext.core.clock import Clock
from upnext.core.context import RequestContext
from upnext.core.db import Database, Opened
from upnext.core.errors import AppError, LostRace, StorageFull, Unavailable
from upnext.core.inserts import settle
from upnext.core.pulse import Pulse

T = TypeVar("T")
TRIES = 3
# PostgreSQL's SQLSTATEs and MySQL's numbers for: serialisation, deadlock, lock timeout, "record
# has changed since last read".
RETRY_CODES = frozenset({"40001", "40P01", "55P03", 1020, 1205, 1213})
LOCK_TIMEOUTS = frozenset({"55P03", 1205})
READ_ONLY_CODES = frozenset({"25006", 1290})
FULL_CODES = frozenset({"53100", 1021, 1114, 28})


@dataclass(slots=True)
class Wakeups:
    """Called after each commit that has something for them; set by whoever listens."""

    changes: Callable[[set[UUID]], None] = field(default=lambda _: None)
    jobs: Callable[[], None] = field(default=lambda: None)
    # A workspace, and the last `seq` that it was given in this process.
    sealed: Callable[[UUID, int], None] = field(default=lambda _, __: None)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that a unit of work needs from its process."""

    db: Database
    clock: Clock
    subscribers: Subscribers
    # How often a job is tried that does not say so itself.
    attempts: int = 8
    # What the domains keep for this process: see core/runtime.
    parts: Mapping[str, Any] = field(default_factory=dict)
    wakeups: Wakeups = field(default_factory=Wakeups)
    pulse: Pulse = field(default_factory=Pulse)

    def open(self, context: RequestContext) -> Opened:
        """A session for one attempt. Only `finish` makes it last, unless its unit is discarded."""
        now, lane = self.clock.now(), self.db.write_lane
        unit = Unit(context, now, self.subscribers, lane, self.attempts, parts=self.parts)
        return self.db.write(unit=unit)

    async def finish(self, session: AsyncSession) -> None:
        unit: Unit = session.info["unit"]
        if unit.discarded:
            return
        if not await alone.finish(session):
            await alone.know(session)
            await settle(session)
            await session.commit()
        if unit.touched:
            self.pulse.beat(unit.touched)
            self.wakeups.changes(unit.touched)
        if unit.enqueued:
            self.wakeups.jobs()

    async def run(
        self, context: RequestContext, use_case: Callable[[AsyncSession], Awaitable[T]]
    ) -> T:
        """Runs `use_case` in a transaction of its own, and again if it lost a race."""

        async def attempt() -> T:
            async with self.open(context) as session:
                try:
                    result = await use_case(session)
                except AppError as error:
                    if error.keep:
                        await self.finish(session)
                    raise
                await self.finish(session)
                return result

        return await retrying(attempt)


async def retrying(attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries up to three times; then, or for what no retry mends, says why as an AppError."""
    for tries_left in reversed(range(TRIES)):
        try:
            return await attempt()
        except (DBAPIError, StaleDataError, LostRace, PoolTimeout) as error:
            if not tries_left or not _passing(error):
                raise translate(error) from error
        await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311  (spreads, hides nothing)
    raise AssertionError("unreachable")


def _passing(error: Exception) -> bool:
    if isinstance(error, StaleDataError | LostRace):
        return True
    if isinstance(error, IntegrityError) or not isinstance(error, DBAPIError):
        return False
    return code_of(error) in RETRY_CODES


def translate(error: Exception) -> Exception:
    """A database's complaint as an error a client can act on; anything else as it is."""
    if isinstance(error, StaleDataError | LostRace):
        return Unavailable("Too many changes to this at once. Try again.", headers=RETRY)
    if isinstance(error, PoolTimeout):
        return Unavailable("The server is busy. Try again.", headers=RETRY)
    if not isinstance(error, DBAPIError) or isinstance(error, IntegrityError):
        return error
    return _complaint(error) or error


def _complaint(error: DBAPIError) -> AppError | None:
    text = str(error.orig)
    if code_of(error) in FULL_CODES or "disk is full" in text:
        return StorageFull("The database's disk is full. Nothing was changed.")
    if "readonly database" in text or code_of(error) in READ_ONLY_CODES:
        return Unavailable("The database can only be read at the moment. Nothing was changed.")
    # SQLite says "locked" after it has waited for ten seconds: once is enough.
    if _passing(error) or _lost_connection(error) or "database is locked" in text:
        return Unavailable("The database is not available. Try again.", headers=RETRY)
    return None


RETRY = {"Retry-After": "2"}


def code_of(error: DBAPIError) -> str | int | None:
    """MySQL's number, else the SQLSTATE: MySQL's own is HY000 for a lock that was waited for."""
    original = error.orig
    arguments = getattr(original, "args", ())
    if arguments and isinstance(arguments[0], int):
        return arguments[0]
    state = getattr(original, "sqlstate", None)
    return str(state) if state else None


def _lost_connection(error: DBAPIError) -> bool:
    code = str(code_of(error) or "")
    return (
        error.connection_invalidated
        or code.startswith(("08", "57P"))
        or code in {"2003", "2006", "2013", "1053"}
        or "unable to open database" in str(error.orig)
        or "disk I/O error" in str(error.orig)
    )
