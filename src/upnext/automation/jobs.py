"""What automation does in the background: runs, reminders, rules, and what they leave behind."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import tidying
from upnext.automation.reminders import firing
from upnext.automation.rules import calling
from upnext.automation.rules import running as rules
from upnext.automation.rules.matching import RULES
from upnext.automation.schedules import running
from upnext.automation.schedules.service import RUN
from upnext.core.jobs import OUTBOUND, enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec

TIDY: Final = "automation.tidy"
REMIND: Final = "automation.remind"


async def tidy(session: AsyncSession, _: Attempt, __: object) -> None:
    await tidying.tidy(session)


async def remind(session: AsyncSession, attempt: Attempt, _: object) -> None:
    if await firing.fire(session):
        await enqueue(session, attempt.kind, {})


HANDLERS = (
    JobHandler(kind=RUN, perform=running.run, timeout=300.0),
    JobHandler(kind=RULES, perform=rules.run, timeout=300.0),
    JobHandler(kind=calling.CALL, perform=calling.perform, apply=calling.finish, queue=OUTBOUND),
    JobHandler(kind=TIDY, apply=tidy),
    JobHandler(kind=REMIND, apply=remind),
)
SCHEDULES = (
    ScheduleSpec(name=TIDY, kind=TIDY, every=timedelta(minutes=5)),
    ScheduleSpec(name=REMIND, kind=REMIND, every=timedelta(seconds=15)),
)
