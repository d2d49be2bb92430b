"""What identity does in the background: forgetting sessions and throttles long over."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.identity import service

SWEEP = "identity.sweep"


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await service.sweep(session, unit_of(session).now)


HANDLERS = (JobHandler(kind=SWEEP, apply=sweep),)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),)
