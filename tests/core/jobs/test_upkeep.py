"""What is forgotten and when, and what the health check says of the queue."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select

from tests.core.jobs.conftest import START, Engine
from upnext.core.clock import FrozenClock
from upnext.core.idempotency import IdempotentReply
from upnext.core.jobs import JobState, Runner, by_kind, jobs_by_state, maintenance, queue_alive
from upnext.core.jobs.maintenance import BATCH, BROKEN_FOR, COMPLETED_FOR, REPLIES_FOR
from upnext.core.jobs.models import Job

MOMENT = timedelta(seconds=1)


def _job(state: JobState, at: datetime, ended: datetime | None = None) -> Job:
    return Job(
        kind="probe", args={}, run_at=at, state=state, max_attempts=1, context={}, created_at=at,
        finished_at=ended, lease_token=uuid4() if state is JobState.PROCESSING else None,
        lease_until=at + timedelta(seconds=60) if state is JobState.PROCESSING else None,
    )  # fmt: skip


def _reply(at: datetime, key: str) -> IdempotentReply:
    return IdempotentReply(
        owner="suite", key=key, fingerprint=bytes(32), status=200, headers={}, body=b"", at=at
    )


async def _forget(engine: Engine) -> None:
    await engine.add(kind=maintenance.RETENTION)
    await Runner(engine.runtime, by_kind(*maintenance.HANDLERS)).drain()


async def test_ended_jobs_are_kept_for_a_while(frozen: Engine) -> None:
    completed, broken = START - COMPLETED_FOR, START - BROKEN_FOR
    kept = [
        _job(JobState.COMPLETED, completed - MOMENT, completed + MOMENT),
        _job(JobState.DEAD, completed - MOMENT, completed - MOMENT),
        _job(JobState.FAILED, broken - MOMENT, broken + MOMENT),
        _job(JobState.PENDING, broken - MOMENT),
    ]
    gone = [
        _job(JobState.COMPLETED, completed - MOMENT, completed - MOMENT),
        _job(JobState.DEAD, broken - MOMENT, broken - MOMENT),
        _job(JobState.FAILED, broken - MOMENT, broken - MOMENT),
    ]
    await frozen.save(*kept, *gone)
    await _forget(frozen)
    assert {job.id for job in await frozen.jobs()} == {job.id for job in kept}


async def test_more_than_a_batch_goes_in_several_jobs(frozen: Engine) -> None:
    ended = START - COMPLETED_FOR - MOMENT
    old = START - REPLIES_FOR - MOMENT
    await frozen.save(*(_job(JobState.COMPLETED, ended, ended) for _ in range(BATCH + 1)))
    await frozen.save(*(_reply(old, f"old-{n}") for n in range(2 * BATCH + 1)))
    await frozen.save(_reply(START - REPLIES_FOR, "young"))
    await _forget(frozen)
    assert await frozen.jobs() == []
    async with frozen.runtime.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(IdempotentReply)) == 1
    assert len(await frozen.jobs(maintenance.RETENTION)) >= 2


async def test_the_queue_lives_while_somebody_works_on_it(
    frozen: Engine, clock: FrozenClock
) -> None:
    assert await queue_alive(frozen.runtime)
    await frozen.save(_job(JobState.PENDING, START))
    clock.advance(timedelta(seconds=60))
    assert await queue_alive(frozen.runtime)
    clock.advance(MOMENT)
    assert not await queue_alive(frozen.runtime)
    await frozen.save(_job(JobState.PROCESSING, clock.now()))
    assert await queue_alive(frozen.runtime)
    clock.advance(timedelta(seconds=60))
    assert not await queue_alive(frozen.runtime)


async def test_what_is_planned_for_later_does_not_wait(frozen: Engine, clock: FrozenClock) -> None:
    await frozen.save(_job(JobState.PENDING, START + timedelta(days=3)))
    clock.advance(timedelta(hours=1))
    assert await queue_alive(frozen.runtime)


async def test_jobs_are_counted_by_state(frozen: Engine) -> None:
    await frozen.save(*(_job(JobState.DEAD, START, START) for _ in range(3)))
    await frozen.save(_job(JobState.PENDING, START))
    assert await jobs_by_state(frozen.runtime) == {
        "pending": 1, "processing": 0, "completed": 0, "failed": 0, "dead": 3, "cancelled": 0,
    }  # fmt: skip
