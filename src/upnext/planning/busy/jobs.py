"""Reads subscribed calendars, and keeps the busy times of the next weeks laid out."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.planning.busy import calendars, merging
from upnext.planning.busy.calendars import Found

REFRESH: Final = "planning.refresh_busy"
SWEEP: Final = "planning.sweep_calendars"


async def fetch(runtime: Runtime, attempt: Attempt) -> Found | None:
    calendar_id = UUID(attempt.args["calendar_id"])
    async with runtime.db.read() as session:
        at = await calendars.address(session, calendar_id, runtime.keys)
    if at is None:
        return None
    return await calendars.fetch(runtime.outbound, at, runtime.clock.now())


async def keep(session: AsyncSession, attempt: Attempt, found: Found | None) -> None:
    if found is not None:
        await calendars.keep(session, UUID(attempt.args["calendar_id"]), found)


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await calendars.ask_for_due(session)


async def refresh(session: AsyncSession, _: Attempt, __: object) -> None:
    await merging.refresh_all(session)


HANDLERS = (
    JobHandler(kind=calendars.READ, perform=fetch, apply=keep),
    JobHandler(kind=SWEEP, apply=sweep),
    JobHandler(kind=REFRESH, apply=refresh),
)
SCHEDULES = (
    ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(minutes=10)),
    ScheduleSpec(name=REFRESH, kind=REFRESH, every=timedelta(hours=6)),
)
