"""Forgets operations that are too old to be undone."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.tasks.operations import service

FORGET = "tasks.forget_operations"


async def forget(session: AsyncSession, _: Attempt, __: object) -> None:
    await service.forget(session, unit_of(session).now)


HANDLERS = (JobHandler(kind=FORGET, apply=forget),)
SCHEDULES = (ScheduleSpec(name=FORGET, kind=FORGET, every=timedelta(hours=24)),)
