"""What the engine asks about schedules with a timing, in the transaction of its tick."""

from zoneinfo import ZoneInfoNotFoundError

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.models import Trigger
from upnext.automation.schedules import queries
from upnext.automation.schedules.runs import add_run
from upnext.automation.schedules.timing import firing, timing_of
from upnext.core.auth import SYSTEM, Actor
from upnext.core.jobs.firing import Fired, Firing, Times

log = structlog.get_logger("upnext.automation")


async def times(session: AsyncSession, _: Actor, asked: Times) -> Firing:
    """Never raises: one schedule that cannot be read may not hold up all others."""
    schedule = asked.schedule
    due = schedule.next_fire_at
    if due is None or await session.scalar(queries.asked_for(schedule.id)) is None:
        return Firing((), None)
    try:
        timing = timing_of(schedule.timing or {}, schedule.timezone)
        return firing(timing, due, schedule.misfire, asked.now)
    except (ValueError, KeyError, ZoneInfoNotFoundError) as error:
        log.exception("schedule_unreadable", schedule_id=str(schedule.id), error=str(error))
        return Firing((), None)


async def fired(session: AsyncSession, _: Actor, told: Fired) -> None:
    schedule = await session.scalar(queries.asked_for(told.schedule_id))
    if schedule is not None:
        await add_run(session, SYSTEM, schedule, told.job_id, told.at, trigger=Trigger.TIME)
