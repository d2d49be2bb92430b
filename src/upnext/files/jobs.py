"""What files do in the background."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler, PermanentJobError
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.files import checking, contents, leaving, removing, sweeping
from upnext.files.sweeping import SWEEP

PURGE: Final = "files.purge"
LONGEST_SWEEP = 3_600.0
LONGEST_PICTURE = 120.0


async def days(runtime: Runtime, _: Attempt) -> int:
    return runtime.settings.retention.trash_days


async def purge(session: AsyncSession, attempt: Attempt, kept: int) -> None:
    """One batch per job, since a long transaction would hold up everybody's writes."""
    before = unit_of(session).now - timedelta(days=kept)
    if kept and await leaving.purge_some(session, before):
        await enqueue(session, attempt.kind, {})


async def sweep(runtime: Runtime, _: Attempt) -> None:
    await sweeping.sweep(runtime, runtime.clock.now())


async def swept(session: AsyncSession, _: Attempt, __: object) -> None:
    await sweeping.requeue(session, unit_of(session).now)


async def verify(runtime: Runtime, _: Attempt) -> None:
    if told := await checking.faults(runtime.db, runtime.storage):
        raise PermanentJobError(told)


async def verified(session: AsyncSession, attempt: Attempt, _: object) -> None:
    """Nothing is to be written: that it was well is what its state says."""
    del session, attempt


HANDLERS = (
    JobHandler(kind=contents.REMOVE, perform=removing.remove, apply=removing.removed),
    JobHandler(
        kind=contents.SHRINK,
        perform=removing.picture,
        apply=removing.pictured,
        timeout=LONGEST_PICTURE,
    ),
    JobHandler(kind=PURGE, perform=days, apply=purge),
    JobHandler(kind=checking.VERIFY, perform=verify, apply=verified, timeout=LONGEST_SWEEP),
    JobHandler(kind=SWEEP, perform=sweep, apply=swept, timeout=LONGEST_SWEEP),
)
SCHEDULES = (
    ScheduleSpec(name=PURGE, kind=PURGE, every=timedelta(hours=1)),
    ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=24)),
)
