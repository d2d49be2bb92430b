"""What planning does in the background: whole orders anew, when all of their keys change."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.planning import recomputing
from upnext.planning.history import durations
from upnext.planning.upkeep import RECOMPUTE

SWEEP: Final = "planning.sweep"
LEARN_ALL: Final = "planning.learn_all"


async def recompute(session: AsyncSession, attempt: Attempt, _: object) -> None:
    user_id = UUID(attempt.args["user_id"])
    await recomputing.recompute(session, user_id, everything=attempt.args["all"])


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await recomputing.sweep(session)


async def learn(session: AsyncSession, attempt: Attempt, _: object) -> None:
    await durations.refresh(session, UUID(attempt.args["user_id"]))


async def learn_all(session: AsyncSession, _: Attempt, __: object) -> None:
    await durations.sweep(session)


HANDLERS = (
    JobHandler(kind=RECOMPUTE, apply=recompute),
    JobHandler(kind=SWEEP, apply=sweep),
    JobHandler(kind=durations.LEARN, apply=learn),
    JobHandler(kind=LEARN_ALL, apply=learn_all),
)
SCHEDULES = (
    ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=1)),
    ScheduleSpec(name=LEARN_ALL, kind=LEARN_ALL, every=timedelta(days=1)),
)
