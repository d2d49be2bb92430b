"""What automation does in the background: runs, and what is left behind by them."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.schedules import running, tidying
from upnext.automation.schedules.service import RUN
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec

TIDY: Final = "automation.tidy"


async def tidy(session: AsyncSession, _: Attempt, __: object) -> None:
    await tidying.tidy(session)


HANDLERS = (
    JobHandler(kind=RUN, perform=running.run, timeout=300.0),
    JobHandler(kind=TIDY, apply=tidy),
)
SCHEDULES = (ScheduleSpec(name=TIDY, kind=TIDY, every=timedelta(minutes=1)),)
