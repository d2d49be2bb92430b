"""Keeps the busy times of the next weeks laid out."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.planning.busy import merging

REFRESH: Final = "planning.refresh_busy"


async def refresh(session: AsyncSession, _: Attempt, __: object) -> None:
    await merging.refresh_all(session)


HANDLERS = (JobHandler(kind=REFRESH, apply=refresh),)
SCHEDULES = (ScheduleSpec(name=REFRESH, kind=REFRESH, every=timedelta(hours=6)),)
