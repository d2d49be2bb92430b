"""What tasks do in the background: emptying the trash."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.tasks.purging import emptying

PURGE: Final = "tasks.purge"


async def days(runtime: Runtime, _: Attempt) -> int:
    return runtime.settings.retention.trash_days


async def purge(session: AsyncSession, attempt: Attempt, kept: int) -> None:
    """One batch per job, since a long transaction would hold up everybody's writes."""
    before = unit_of(session).now - timedelta(days=kept)
    if kept and await emptying.purge_some(session, before):
        await enqueue(session, attempt.kind, {})


HANDLERS = (JobHandler(kind=PURGE, perform=days, apply=purge),)
SCHEDULES = (ScheduleSpec(name=PURGE, kind=PURGE, every=timedelta(hours=1)),)
