"""What core itself does on schedule: forgetting what nobody needs any more.

The change log is not among it: changes may go only behind a checkpoint of their chain, which is
the business of `upnext.audit`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import queries
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.models import JobState
from upnext.core.jobs.queue import enqueue
from upnext.core.jobs.tick import ScheduleSpec

RETENTION = "core.retention"
COMPLETED_FOR = timedelta(days=7)
# Kept longer, since somebody should look at them, and may requeue them.
BROKEN_FOR = timedelta(days=30)
REPLIES_FOR = timedelta(hours=24)
BATCH = 500
BROKEN = (JobState.FAILED, JobState.DEAD, JobState.CANCELLED)


async def forget(session: AsyncSession, attempt: Attempt, _: object) -> None:
    """One batch per job, since a long transaction would hold up everybody's writes."""
    if await forget_batch(session, unit_of(session).now):
        await enqueue(session, attempt.kind, {})


async def forget_batch(session: AsyncSession, now: datetime) -> bool:
    """Deletes some of each thing that is past its time; whether there may be more."""
    completed = await _forget_jobs(session, [JobState.COMPLETED], now - COMPLETED_FOR)
    broken = await _forget_jobs(session, BROKEN, now - BROKEN_FOR)
    replies = await _forget_replies(session, now - REPLIES_FOR)
    return max(completed, broken, replies) >= BATCH


async def _forget_jobs(
    session: AsyncSession, states: Collection[JobState], before: datetime
) -> int:
    ids = (await session.scalars(queries.finished_before(states, before, BATCH))).all()
    if ids:
        await session.execute(queries.forget_jobs(ids))
    return len(ids)


async def _forget_replies(session: AsyncSession, before: datetime) -> int:
    last = await session.scalar(queries.last_reply_of_batch(before, BATCH))
    # One microsecond on: the batch's last reply goes too, or it would come up for ever.
    until = before if last is None else last + timedelta(microseconds=1)
    done = await session.execute(queries.forget_replies(until))
    return cast(CursorResult[Any], done).rowcount


HANDLERS = (JobHandler(kind=RETENTION, apply=forget),)
SCHEDULES = (ScheduleSpec(name=RETENTION, kind=RETENTION, every=timedelta(minutes=30)),)
