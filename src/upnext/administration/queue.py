"""Jobs: seen, given another chance, called off."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration import paging, queries
from upnext.administration.events import JobCancelled, JobRequeued
from upnext.administration.schemas import JobCount, JobList, RequeueMany
from upnext.core import jobs as engine
from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.errors import Conflict, NotFound
from upnext.core.jobs import JobState
from upnext.core.jobs.models import Job
from upnext.core.keys import KeyRing

PORTION = 1_000
CANCELLED = "Cancelled by an administrator."


async def find(
    session: AsyncSession, keys: KeyRing, asked: JobList
) -> tuple[list[Job], str | None]:
    wanted = asked.model_dump(include={"state", "kind", "queue"}, exclude_none=True)
    where = [getattr(Job, name) == value for name, value in wanted.items()]
    found, order = queries.jobs(where), queries.newest(Job)
    rows, more = await paging.fetch(
        session, keys, found, order, limit=asked.limit, cursor=asked.cursor
    )
    return [row[0] for row in rows], more


async def get(session: AsyncSession, job_id: UUID, *, lock: bool = False) -> Job:
    row = await session.scalar(queries.job(job_id, lock=lock))
    if row is None:
        raise NotFound("There is no such job.")
    return row


async def counts(session: AsyncSession) -> list[JobCount]:
    rows = await session.execute(queries.job_counts())
    return [
        JobCount(kind=kind, state=state, count=count, oldest_run_at=oldest)
        for kind, state, count, oldest in rows
    ]


async def requeue(session: AsyncSession, actor: Actor, job_id: UUID) -> Job:
    job = await get(session, job_id, lock=True)
    before = job.state
    if not await engine.requeue(session, [job_id]):
        raise Conflict(
            f"This job is {before}: only one that failed, died or was cancelled can be requeued.",
            code="job_not_stopped",
            state=str(before),
        )
    await _record(session, actor, JobRequeued, job_id, before, JobState.PENDING)
    return await get(session, job_id)


async def cancel(session: AsyncSession, actor: Actor, job_id: UUID) -> Job:
    job = await get(session, job_id, lock=True)
    before = job.state
    if not await engine.cancel(session, job_id, CANCELLED):
        raise Conflict(
            f"This job is {before}: only one that waits or runs can be cancelled.",
            code="job_ended",
            state=str(before),
        )
    await _record(session, actor, JobCancelled, job_id, before, JobState.CANCELLED)
    return await get(session, job_id)


async def requeue_many(session: AsyncSession, actor: Actor, data: RequeueMany) -> tuple[int, bool]:
    """A portion, the oldest first; and whether there may be more."""
    state = JobState(data.state)
    wanted = queries.to_requeue(state, data.kind, data.queue, PORTION)
    ids = list(await session.scalars(wanted))
    done = await engine.requeue(session, ids) if ids else 0
    for job_id in ids:
        await _record(session, actor, JobRequeued, job_id, state, JobState.PENDING)
    return done, len(ids) == PORTION


async def _record(
    session: AsyncSession,
    actor: Actor,
    kind: type[JobRequeued | JobCancelled],
    job_id: UUID,
    before: JobState,
    after: JobState,
) -> None:
    diff = {"state": (str(before), str(after))}
    await record(session, actor, kind(resource_id=job_id, diff=diff))
