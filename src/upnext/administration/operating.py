"""The routes about the instance itself: its figures and its background work."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from upnext.administration import figures, policy, queue
from upnext.administration.http import administers
from upnext.administration.schemas import (
    JobCounts,
    JobDetail,
    JobList,
    JobPage,
    JobShown,
    Requeued,
    RequeueMany,
    Stats,
)
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, Now, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router

reads = Router(prefix="/admin", tags=["Administration"], route_class=ReadRoute)
writes = Router(prefix="/admin", tags=["Administration"], route_class=WriteRoute)

Reader = Annotated[Actor, administers(policy.ADMIN_READ)]
Writer = Annotated[Actor, administers(policy.ADMIN_WRITE)]


@reads.get("/stats")
async def get_stats(
    session: Session,
    _: Reader,
    runtime: CurrentRuntime,
    now: Now,
    fresh: Annotated[bool, Query(description="Count now.")] = False,
) -> Stats:
    """The instance in numbers, counted at most a minute ago."""
    return await figures.stats(session, runtime, now, fresh=fresh)


# Jobs


@reads.get("/jobs")
async def list_jobs(
    session: Session, _: Reader, runtime: CurrentRuntime, asked: Annotated[JobList, Query()]
) -> JobPage:
    """Background work, the newest first."""
    found, more = await queue.find(session, runtime.keys, asked)
    return JobPage(items=[JobShown.model_validate(job) for job in found], next_cursor=more)


@reads.get("/jobs/counts")
async def count_jobs(session: Session, _: Reader) -> JobCounts:
    """How many of each kind are in each state."""
    return JobCounts(items=await queue.counts(session))


@writes.post("/jobs/requeue")
async def requeue_jobs(session: Session, actor: Writer, data: RequeueMany) -> Requeued:
    """Give those that died, failed or were cancelled all their attempts again: 1,000 a call."""
    done, more = await queue.requeue_many(session, actor, data)
    return Requeued(requeued=done, more=more)


@reads.get("/jobs/{job_id:uuid}")
async def get_job(session: Session, _: Reader, job_id: UUID) -> JobDetail:
    """One job, with what it was asked to do and the error it ended with."""
    return JobDetail.model_validate(await queue.get(session, job_id))


@writes.post("/jobs/{job_id:uuid}/requeue")
async def requeue_job(session: Session, actor: Writer, job_id: UUID) -> JobDetail:
    return JobDetail.model_validate(await queue.requeue(session, actor, job_id))


@writes.post("/jobs/{job_id:uuid}/cancel")
async def cancel_job(session: Session, actor: Writer, job_id: UUID) -> JobDetail:
    """Call off one that waits or runs. What runs is not interrupted, but its end is refused."""
    return JobDetail.model_validate(await queue.cancel(session, actor, job_id))
