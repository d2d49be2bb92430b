"""What SLAs do in the background: time itself, and clocks anew after a change of the rules."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.sla import checking, recomputing

EVERY: Final = timedelta(seconds=20)
"""A breach is to be recorded within a minute, also by a busy server."""


async def check(session: AsyncSession, _: Attempt, __: object) -> None:
    await checking.check(session)


async def recompute(session: AsyncSession, attempt: Attempt, _: object) -> None:
    after = attempt.args["after"]
    project_id = UUID(attempt.args["project_id"])
    await recomputing.recompute(session, project_id, UUID(after) if after else None)


HANDLERS = (
    JobHandler(kind=checking.CHECK, apply=check),
    JobHandler(kind=recomputing.RECOMPUTE, apply=recompute),
)
SCHEDULES = (ScheduleSpec(name=checking.CHECK, kind=checking.CHECK, every=EVERY),)
