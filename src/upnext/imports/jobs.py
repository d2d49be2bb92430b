"""What imports do in the background: the runs themselves, and forgetting them."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.imports import running, service

SWEEP: Final = "imports.sweep"
LONGEST_SLICE = 600.0


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await service.sweep(session)


HANDLERS = (
    JobHandler(kind=running.RUN, perform=running.perform, timeout=LONGEST_SLICE),
    JobHandler(kind=SWEEP, apply=sweep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),)
