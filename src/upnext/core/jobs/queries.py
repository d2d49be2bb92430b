"""Every statement of the engine."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)

from upnext.core.idempotency import IdempotentReply
from upnext.core.jobs.models import Job, JobState, Schedule
from upnext.core.types import Id, Instant

TICK_KEY = "s:"
"""Begins the dedupe key of a schedule's tick, which stays when the job ends."""

JOB = cast(Table, Job.__table__)  # which is typed wider
STOPPED = (JobState.FAILED, JobState.DEAD, JobState.CANCELLED)
"""What can be given all its attempts once more."""
NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


def database_now(dialect: str) -> Select[Any]:
    """With microseconds. SQLite has no clock but this machine's."""
    clock = func.utc_timestamp(6) if dialect == "mysql" else func.clock_timestamp()
    return select(clock)


# Claiming


def _ready(queue: str, kinds: Collection[str]) -> ColumnElement[bool]:
    """By `now`. A kind that only a newer process knows is left for that process."""
    return and_(
        JOB.c.queue == queue,
        JOB.c.state == JobState.PENDING,
        JOB.c.run_at <= bindparam("now", type_=Instant),
        JOB.c.kind.in_(kinds),
    )


def next_ready_workspace(queue: str, kinds: Collection[str]) -> Select[UUID | None]:
    """By `now`, the one behind `after` or else the first: two seeks in the index at most, however
    long the queue is. Always a row."""
    ready = select(JOB.c.workspace_id).where(_ready(queue, kinds))
    first = _by_claim_index(ready.order_by(JOB.c.workspace_id).limit(1))
    behind = first.where(JOB.c.workspace_id > bindparam("after", type_=Id))
    return select(func.coalesce(behind.scalar_subquery(), first.scalar_subquery()))


def lock_ready(queue: str, kinds: Collection[str]) -> Select[Any]:
    """By `now`, `workspace_id` and how many at `most`."""
    statement = (
        select(
            JOB.c.id, JOB.c.kind, JOB.c.args, JOB.c.workspace_id, JOB.c.attempts,
            JOB.c.max_attempts, JOB.c.context,
        )
        .where(
            _ready(queue, kinds), JOB.c.workspace_id == bindparam("workspace_id", type_=Id)
        )
        .order_by(JOB.c.priority, JOB.c.run_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    return _by_claim_index(statement)


def _by_claim_index(statement: Select[Any]) -> Select[Any]:
    # InnoDB locks every row it looks at: by another index that would be the whole queue.
    return statement.with_hint(JOB, "FORCE INDEX (ix_job_claim)", "mysql")


def lease(ids: Collection[UUID], token: UUID, until: datetime) -> Update:
    return (
        update(JOB)
        .where(JOB.c.id.in_(ids))
        .values(
            state=JobState.PROCESSING,
            lease_token=token,
            lease_until=until,
            attempts=JOB.c.attempts + 1,
        )
    )


def expired(now: datetime) -> Select[UUID]:
    return select(Job.id).where(_expired(now)).limit(1)


def lock_expired(now: datetime, limit: int) -> Select[UUID, int, int]:
    return (
        select(Job.id, Job.attempts, Job.max_attempts)
        .where(_expired(now))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == JobState.PROCESSING, Job.lease_until < now)


def release_expired() -> Update:
    """For many at once: `row_id`, `new_run_at`."""
    return (
        update(JOB)
        .where(JOB.c.id == bindparam("row_id"))
        .values(state=JobState.PENDING, run_at=bindparam("new_run_at"), **NO_LEASE)
    )


def bury(ids: Collection[UUID], now: datetime, error: str) -> Update:
    return update(JOB).where(JOB.c.id.in_(ids)).values(**_ended(JobState.DEAD, now, error))


# What the holder of a lease may do. Each matches nothing once the token is another's.


def _held(ids: Collection[UUID], token: UUID) -> ColumnElement[bool]:
    return and_(JOB.c.id.in_(ids), JOB.c.lease_token == token)


def renew(ids: Collection[UUID], tokens: Collection[UUID], until: datetime) -> Update:
    return (
        update(JOB)
        .where(JOB.c.id.in_(ids), JOB.c.lease_token.in_(tokens))
        .values(lease_until=until)
    )


def complete(ids: Collection[UUID], token: UUID, now: datetime) -> Update:
    return update(JOB).where(_held(ids, token)).values(**_ended(JobState.COMPLETED, now, None))


def end(job_id: UUID, token: UUID, state: JobState, now: datetime, error: str) -> Update:
    return update(JOB).where(_held([job_id], token)).values(**_ended(state, now, error))


def retry(job_id: UUID, token: UUID, run_at: datetime, error: str) -> Update:
    return (
        update(JOB)
        .where(_held([job_id], token))
        .values(state=JobState.PENDING, run_at=run_at, last_error=error, **NO_LEASE)
    )


def hand_back(ids: Collection[UUID], token: UUID) -> Update:
    return (
        update(JOB)
        .where(_held(ids, token))
        .values(state=JobState.PENDING, attempts=JOB.c.attempts - 1, **NO_LEASE)
    )


def _ended(state: JobState, now: datetime, error: str | None) -> dict[str, Any]:
    tick = JOB.c.dedupe_key.startswith(TICK_KEY)
    return {
        "state": state,
        "finished_at": now,
        "last_error": error,
        "dedupe_key": case((tick, JOB.c.dedupe_key), else_=None),
        **NO_LEASE,
    }


# Adding to what waits


def lock_waiting(key: str) -> Select[Any]:
    """The job under this key, if it is there, unclaimed, and nobody is claiming it."""
    waiting = and_(JOB.c.dedupe_key == key, JOB.c.state == JobState.PENDING)
    return select(JOB.c.id, JOB.c.args).where(waiting).with_for_update(skip_locked=True)


def change_args(job_id: UUID, args: dict[str, Any]) -> Update:
    return update(JOB).where(JOB.c.id == job_id).values(args=args)


# Looking after the queue


def count_by_state() -> Select[JobState, int]:
    return select(Job.state, func.count().label("count")).group_by(Job.state)


def waiting_since(before: datetime) -> Select[UUID]:
    return select(Job.id).where(Job.state == JobState.PENDING, Job.run_at < before).limit(1)


def oldest_waiting(queue_now: datetime) -> Select[Any]:
    """Since when the job that could have been done first waits. By the index of states."""
    return select(func.min(Job.run_at)).where(
        Job.state == JobState.PENDING, Job.run_at <= queue_now
    )


def being_done(now: datetime) -> Select[UUID]:
    return select(Job.id).where(Job.state == JobState.PROCESSING, Job.lease_until > now).limit(1)


def requeue(job_ids: Collection[UUID], now: datetime) -> Update:
    return (
        update(JOB)
        .where(JOB.c.id.in_(job_ids), JOB.c.state.in_(STOPPED))
        .values(state=JobState.PENDING, run_at=now, attempts=0, finished_at=None)
    )


def cancel(job_id: UUID, now: datetime, reason: str) -> Update:
    """Takes the lease as well: whoever runs it at this moment can no longer finish it."""
    under_way = JOB.c.state.in_([JobState.PENDING, JobState.PROCESSING])
    ended = _ended(JobState.CANCELLED, now, reason)
    return update(JOB).where(JOB.c.id == job_id, under_way).values(**ended)


def finished_before(states: Collection[JobState], before: datetime, limit: int) -> Select[Any]:
    # No job ends before its time to run, so the index on that narrows the search.
    return (
        select(Job.id)
        .where(Job.state.in_(states), Job.run_at < before, Job.finished_at < before)
        .limit(limit)
    )


def forget_jobs(ids: Collection[UUID]) -> Delete:
    return delete(JOB).where(JOB.c.id.in_(ids))


def last_reply_of_batch(before: datetime, limit: int) -> Select[datetime]:
    """The time of the `limit`-th oldest expired reply; none if there are fewer."""
    return (
        select(IdempotentReply.at)
        .where(IdempotentReply.at < before)
        .order_by(IdempotentReply.at)
        .offset(limit - 1)
        .limit(1)
    )


def forget_replies(before: datetime) -> Delete:
    return delete(IdempotentReply).where(IdempotentReply.at < before)


# Schedules


def due_schedules(now: datetime, limit: int) -> Select[Schedule]:
    return (
        select(Schedule)
        .where(Schedule.enabled, Schedule.next_fire_at <= now)
        .order_by(Schedule.next_fire_at)
        .limit(limit)
    )


def next_fire_at() -> Select[Any]:
    return select(func.min(Schedule.next_fire_at)).where(Schedule.enabled)


def fire(schedule_id: UUID, old: datetime, new: datetime | None) -> Update:
    """Compare and swap: one row for whoever fires, none for everybody else."""
    return (
        update(Schedule)
        .where(Schedule.id == schedule_id, Schedule.next_fire_at == old, Schedule.enabled)
        .values(next_fire_at=new)
    )


def schedules_named(names: Collection[str]) -> Select[Schedule]:
    return select(Schedule).where(Schedule.name.in_(names)).order_by(Schedule.name)
