"""What the runner makes of handlers that succeed, fail, hang, and of being told to stop."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.core.jobs.conftest import START, Engine, effect
from upnext.core.clock import FrozenClock
from upnext.core.errors import Unavailable
from upnext.core.jobs import (
    OUTBOUND,
    Attempt,
    JobHandler,
    JobState,
    PermanentJobError,
    Runner,
    by_kind,
    enqueue,
)
from upnext.core.jobs.leases import CONTEXT, Leases, Terms
from upnext.core.runtime import Runtime


@asynccontextmanager
async def running(
    engine: Engine, *handlers: JobHandler, terms: Terms | None = None
) -> AsyncIterator[Runner]:
    runner = Runner(engine.runtime, by_kind(*handlers), terms=terms)
    engine.workshop.wakeups.jobs = runner.wake
    runner.start()
    try:
        yield runner
    finally:
        await runner.stop(0)


async def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for knows nothing of this test
            await asyncio.sleep(0.005)


async def all_ended(engine: Engine) -> None:
    async with asyncio.timeout(20):
        while any(one.finished_at is None for one in await engine.jobs()):  # noqa: ASYNC110 (above)
            await asyncio.sleep(0.02)


@pytest.mark.spread
async def test_a_result_goes_from_the_slow_half_to_the_half_that_counts(engine: Engine) -> None:
    async def perform(runtime: Runtime, attempt: Attempt) -> int:
        assert runtime is engine.runtime
        return int(attempt.args["n"]) + 100

    async def apply(session: AsyncSession, attempt: Attempt, result: int) -> None:
        attempt.args["n"] = result  # type: ignore[index]  # this test's own job
        await effect(session, attempt)

    async with running(engine, JobHandler(kind="probe", perform=perform, apply=apply)):
        await engine.add(20)
        await all_ended(engine)
    assert await engine.effects() == list(range(100, 120))


@pytest.mark.spread
async def test_a_commit_wakes_it_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    done = asyncio.Semaphore(0)

    async def perform(_: Runtime, __: Attempt) -> None:
        done.release()

    # Whoever polls comes too late.
    monkeypatch.setattr("upnext.core.jobs.runner.POLL_SECONDS", 600.0)
    async with running(engine, JobHandler(kind="probe", perform=perform)), asyncio.timeout(20):
        await asyncio.sleep(0.2)
        for _ in range(3):
            await engine.add()
            await done.acquire()


@pytest.mark.spread
async def test_what_another_process_enqueued_is_found_by_polling(engine: Engine) -> None:
    async with running(engine, JobHandler(kind="probe", apply=effect)):
        engine.workshop.wakeups.jobs = lambda: None
        await asyncio.sleep(0.1)
        await engine.add()
        await all_ended(engine)


async def test_jobs_that_only_perform_end_in_batches(engine: Engine) -> None:
    done: set[int] = set()

    async def perform(_: Runtime, attempt: Attempt) -> None:
        done.add(attempt.args["n"])

    await engine.add(500)
    async with running(engine, JobHandler(kind="probe", perform=perform)):
        await all_ended(engine)
    assert done == set(range(500))
    finishes = {job.finished_at for job in await engine.jobs()}
    assert len(finishes) < 100


@pytest.mark.spread
async def test_only_so_many_at_a_time(engine: Engine) -> None:
    now_running, most = 0, 0

    async def perform(_: Runtime, __: Attempt) -> None:
        nonlocal now_running, most
        now_running += 1
        most = max(most, now_running)
        await asyncio.sleep(0.01)
        now_running -= 1

    await engine.add(60)
    async with running(engine, JobHandler(kind="probe", perform=perform)):
        await all_ended(engine)
    assert most == engine.runtime.settings.jobs.concurrency == 4


@pytest.mark.spread
async def test_a_failure_is_tried_again_later_until_it_is_dead(
    frozen: Engine, clock: FrozenClock
) -> None:
    tried: list[int] = []

    async def perform(_: Runtime, attempt: Attempt) -> None:
        tried.append(attempt.number)
        raise ConnectionResetError("the other side hung up")

    [job_id] = await frozen.add(max_attempts=3)
    runner = Runner(frozen.runtime, by_kind(JobHandler(kind="probe", perform=perform)))
    for number in (1, 2):
        assert await runner.drain() == 1
        job = await frozen.job(job_id)
        assert (job.state, job.attempts) == (JobState.PENDING, number)
        assert job.last_error == "ConnectionResetError: the other side hung up"
        assert clock.now() <= job.run_at <= clock.now() + timedelta(seconds=5 * 2 ** (number - 1))
        clock.advance(timedelta(minutes=1))
    assert await runner.drain() == 1
    job = await frozen.job(job_id)
    assert (job.state, job.attempts, job.finished_at) == (JobState.DEAD, 3, clock.now())
    assert tried == [1, 2, 3]


@pytest.mark.spread
async def test_a_permanent_error_ends_it_at_once(frozen: Engine) -> None:
    async def perform(_: Runtime, __: Attempt) -> None:
        raise PermanentJobError("no such address")

    [job_id] = await frozen.add()
    await Runner(frozen.runtime, by_kind(JobHandler(kind="probe", perform=perform))).drain()
    job = await frozen.job(job_id)
    assert (job.state, job.attempts, job.finished_at) == (JobState.FAILED, 1, START)


async def test_an_error_in_any_words_can_be_kept(frozen: Engine) -> None:
    async def perform(_: Runtime, __: Attempt) -> None:
        raise PermanentJobError("a\0b\ud800c" + "x" * 9_999)

    [job_id] = await frozen.add()
    await Runner(frozen.runtime, by_kind(JobHandler(kind="probe", perform=perform))).drain()
    job = await frozen.job(job_id)
    assert job.state is JobState.FAILED
    assert job.last_error is not None
    assert job.last_error.startswith("PermanentJobError: ab?cxxx")


@pytest.mark.spread
async def test_what_hangs_is_cut_off(frozen: Engine) -> None:
    async def perform(_: Runtime, __: Attempt) -> None:
        await asyncio.sleep(60)

    [job_id] = await frozen.add(max_attempts=1)
    handler = JobHandler(kind="probe", perform=perform, timeout=0.05)
    await Runner(frozen.runtime, by_kind(handler)).drain()
    job = await frozen.job(job_id)
    assert (job.state, job.last_error) == (JobState.DEAD, "TimeoutError: it took over 0.05 s")


async def test_effects_and_end_are_one(frozen: Engine, clock: FrozenClock) -> None:
    fail = True

    async def apply(session: AsyncSession, attempt: Attempt, _: object) -> None:
        await effect(session, attempt)
        await enqueue(session, "follow-up", {})
        if fail:
            raise ZeroDivisionError

    await frozen.add()
    runner = Runner(frozen.runtime, by_kind(JobHandler(kind="probe", apply=apply)))
    await runner.drain()
    assert (await frozen.effects(), await frozen.jobs("follow-up")) == ([], [])
    fail = False
    clock.advance(timedelta(minutes=1))
    await runner.drain()
    assert await frozen.effects() == [0]
    assert len(await frozen.jobs("follow-up")) == 1


@pytest.mark.spread
async def test_an_outage_while_it_ends_is_waited_out(engine: Engine) -> None:
    outages = 2

    async def apply(session: AsyncSession, attempt: Attempt, _: object) -> None:
        nonlocal outages
        outages -= 1
        if outages >= 0:
            raise Unavailable("The database is not available. Try again.")
        await effect(session, attempt)

    [job_id] = await engine.add()
    await Runner(engine.runtime, by_kind(JobHandler(kind="probe", apply=apply))).drain()
    assert await engine.effects() == [0]
    assert (await engine.job(job_id)).attempts == 1


@pytest.mark.spread
async def test_a_long_job_keeps_its_lease(engine: Engine) -> None:
    async def perform(_: Runtime, __: Attempt) -> None:
        await asyncio.sleep(2.5)

    handler = JobHandler(kind="probe", perform=perform, apply=effect)
    terms = Terms(lease=2.0, heartbeat=0.2)
    async with running(engine, handler, terms=terms), running(engine, handler, terms=terms):
        [job_id] = await engine.add()
        await all_ended(engine)
    assert await engine.effects() == [0]
    assert (await engine.job(job_id)).attempts == 1


@pytest.mark.spread
async def test_stopping_waits_for_the_quick_and_hands_back_the_slow(engine: Engine) -> None:
    begun = 0

    async def perform(_: Runtime, attempt: Attempt) -> None:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.3 if attempt.args["n"] % 2 else 30)

    ids = await engine.add(12)
    handler = JobHandler(kind="probe", perform=perform, apply=effect)
    async with running(engine, handler) as runner:
        await until(lambda: begun == 4)
        began = time.monotonic()
        handed_back = await runner.stop(1.0)
        assert time.monotonic() - began < 20  # and not the 30 s of the slow
    jobs = [await engine.job(job_id) for job_id in ids]
    ended = [job.args["n"] for job in jobs if job.state is JobState.COMPLETED]
    assert ended == await engine.effects()
    assert all(n % 2 for n in ended)
    rest = [job for job in jobs if job.state is not JobState.COMPLETED]
    assert {(job.state, job.attempts, job.lease_token) for job in rest} == {("pending", 0, None)}
    assert handed_back == 4 - len(ended) > 0


async def test_stopping_leaves_no_quick_job_halfway(engine: Engine) -> None:
    performed: set[int] = set()

    async def perform(_: Runtime, attempt: Attempt) -> None:
        performed.add(attempt.args["n"])

    await engine.add(400)
    async with running(engine, JobHandler(kind="probe", perform=perform)) as runner:
        await until(lambda: len(performed) > 50)
        await runner.stop(5)
    jobs = await engine.jobs()
    completed = {job.args["n"] for job in jobs if job.state is JobState.COMPLETED}
    assert completed == performed
    assert {job.state for job in jobs} <= {JobState.COMPLETED, JobState.PENDING}


@pytest.mark.spread
async def test_stopping_ends_also_what_does_not_want_to(engine: Engine) -> None:
    stubborn = asyncio.Event()

    async def perform(_: Runtime, __: Attempt) -> None:
        stubborn.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ValueError("not like this") from None

    [job_id] = await engine.add()
    async with running(engine, JobHandler(kind="probe", perform=perform)) as runner:
        await stubborn.wait()
        assert await runner.stop(0) == 1
    job = await engine.job(job_id)
    assert (job.state, job.attempts, job.last_error) == (JobState.PENDING, 0, None)


@pytest.mark.spread
async def test_each_queue_has_a_runner_of_its_own(engine: Engine) -> None:
    done: list[str] = []

    async def perform(_: Runtime, attempt: Attempt) -> None:
        done.append(attempt.kind)

    handlers = by_kind(
        JobHandler(kind="here", perform=perform),
        JobHandler(kind="elsewhere", perform=perform, queue=OUTBOUND),
    )

    async def both(session: AsyncSession) -> None:
        await enqueue(session, "here", {})
        await enqueue(session, "elsewhere", {}, queue=OUTBOUND)

    await engine.workshop.run(CONTEXT, both)
    assert await Runner(engine.runtime, handlers).drain() == 1
    assert done == ["here"]
    assert await Runner(engine.runtime, handlers, queue=OUTBOUND).drain() == 1
    assert done == ["here", "elsewhere"]


@pytest.mark.spread
async def test_others_that_cannot_be_woken_cost_no_lease(engine: Engine) -> None:
    """The broker may go between the claim and the message that there is more."""

    def gone() -> None:
        raise ConnectionResetError("the broker is gone")

    ids = await engine.add(60)
    runner = Runner(engine.runtime, by_kind(JobHandler(kind="probe", apply=effect)))
    assert await runner.work_off(30.0, more=gone) == 60
    assert {(await engine.job(one)).attempts for one in ids} == {1}
    assert sorted(await engine.effects()) == list(range(60))


async def test_a_claim_that_fails_leaves_nothing_in_the_middle(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Celery worker's loop stands still between two wake-ups: a transaction that was left open
    would hold its locks for as long."""
    begun = asyncio.Event()
    claim = Leases.claim

    async def fail_once_begun(self: Leases, room: int, *, careful: int) -> list[Attempt]:
        if begun.is_set():
            raise Unavailable("The database is not available. Try again.")
        return await claim(self, room, careful=careful)

    async def apply(session: AsyncSession, attempt: Attempt, _: object) -> None:
        await effect(session, attempt)
        begun.set()
        runner.wake()
        await asyncio.sleep(0.1)

    monkeypatch.setattr(Leases, "claim", fail_once_begun)
    [job_id] = await engine.add()
    runner = Runner(engine.runtime, by_kind(JobHandler(kind="probe", apply=apply)))
    before = asyncio.all_tasks()
    assert await runner.work_off(5.0, more=lambda: None) == 1
    assert asyncio.all_tasks() <= before
    assert await engine.effects() == [0]
    assert (await engine.job(job_id)).state is JobState.COMPLETED
