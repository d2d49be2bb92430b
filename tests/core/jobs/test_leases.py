"""Who may do a job, for how long, and what a process that lost it can still do: nothing."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.core.jobs.conftest import START, Engine, effect
from upnext.core.clock import FrozenClock
from upnext.core.jobs import JobPriority, JobState
from upnext.core.jobs.handlers import LostLease
from upnext.core.jobs.leases import ORPHANED

LEASE = timedelta(seconds=61)


async def test_a_zombie_changes_nothing(frozen: Engine, clock: FrozenClock) -> None:
    [job_id] = await frozen.add()
    zombie, heir = frozen.leases(), frozen.leases()
    [old] = await zombie.claim(1, careful=1)
    clock.advance(LEASE)
    assert await heir.reclaim() == 1
    [new] = await heir.claim(1, careful=1)
    assert (old.job_id, old.number, new.job_id, new.number) == (job_id, 1, job_id, 2)

    with pytest.raises(LostLease):
        await zombie.finish(old, effect, None)
    with pytest.raises(LostLease):
        await zombie.fail(old, "too late", final=JobState.DEAD)
    clock.advance(timedelta(seconds=30))
    await zombie.renew([old])
    assert await zombie.complete([old]) == 0
    assert await zombie.hand_back([old]) == 0

    job = await frozen.job(job_id)
    assert (job.state, job.lease_token, job.attempts) == (JobState.PROCESSING, new.token, 2)
    assert job.lease_until == START + LEASE + timedelta(seconds=60)
    await heir.finish(new, effect, None)
    with pytest.raises(LostLease):
        await zombie.finish(old, effect, None)
    assert await frozen.effects() == [0]
    assert (await frozen.job(job_id)).state is JobState.COMPLETED


async def test_of_many_that_end_together_each_is_guarded(
    frozen: Engine, clock: FrozenClock
) -> None:
    ids = await frozen.add(3)
    mine = frozen.leases()
    held = {attempt.job_id: attempt for attempt in await mine.claim(3, careful=3)}
    await mine.hand_back([held[ids[1]]])
    assert await mine.complete(held.values()) == 2
    states = [(await frozen.job(job_id)).state for job_id in ids]
    assert states == [JobState.COMPLETED, JobState.PENDING, JobState.COMPLETED]


async def test_effects_that_fail_leave_the_job_with_its_holder(frozen: Engine) -> None:
    [job_id] = await frozen.add()
    mine = frozen.leases()
    [attempt] = await mine.claim(1, careful=1)

    async def half(*args: object) -> None:
        await effect(*args)  # type: ignore[arg-type]  # as they come
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await mine.finish(attempt, half, None)
    assert await frozen.effects() == []
    assert (await frozen.job(job_id)).lease_token == attempt.token


async def test_a_renewed_lease_holds(frozen: Engine, clock: FrozenClock) -> None:
    await frozen.add()
    mine = frozen.leases()
    attempts = await mine.claim(1, careful=1)
    for _ in range(5):
        clock.advance(timedelta(seconds=59))
        assert await frozen.leases().reclaim() == 0
        await mine.renew(attempts)
    clock.advance(LEASE)
    assert await frozen.leases().reclaim() == 1


async def test_a_job_that_kills_its_process_ends_dead(frozen: Engine, clock: FrozenClock) -> None:
    [job_id] = await frozen.add(max_attempts=3)
    for number in (1, 2, 3):
        [attempt] = await frozen.leases().claim(1, careful=1)
        assert attempt.number == number
        clock.advance(LEASE)
        assert await frozen.leases().reclaim() == 1
        clock.advance(timedelta(hours=1))
    job = await frozen.job(job_id)
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 3, ORPHANED)
    assert (job.lease_token, job.lease_until) == (None, None)
    assert await frozen.leases().claim(1, careful=1) == []


async def test_after_a_second_accident_jobs_come_back_apart(
    frozen: Engine, clock: FrozenClock
) -> None:
    await frozen.add(20)
    for accident in (1, 2):
        assert len(await frozen.leases().claim(20, careful=20)) == 20
        clock.advance(LEASE)
        now = clock.now()
        assert await frozen.leases().reclaim() == 20
        times = {job.run_at for job in await frozen.jobs()}
        assert times == {now} if accident == 1 else len(times) > 10
        assert all(now <= time <= now + timedelta(seconds=5) for time in times)


async def test_a_claim_is_shared_between_workspaces(frozen: Engine) -> None:
    busy, quiet = uuid4(), [uuid4(), uuid4()]
    await frozen.add(200, workspace_id=busy)
    for workspace in quiet:
        await frozen.add(workspace_id=workspace)
    claimed = await frozen.leases().claim(9, careful=9)
    counts = Counter(attempt.workspace_id for attempt in claimed)
    assert counts[quiet[0]] == counts[quiet[1]] == 1
    assert counts[busy] <= 3


async def test_workspaces_take_turns(frozen: Engine) -> None:
    workspaces = [uuid4() for _ in range(3)]
    for number, workspace in enumerate(workspaces):
        await frozen.add(10 * (number + 1), workspace_id=workspace)
    mine = frozen.leases()
    turns = [(await mine.claim(1, careful=1))[0].workspace_id for _ in range(9)]
    assert turns[:3] == turns[3:6] == turns[6:]
    assert set(turns[:3]) == set(workspaces)


async def test_the_instance_is_one_of_those_that_take_turns(frozen: Engine) -> None:
    await frozen.add(30)
    await frozen.add(30, workspace_id=uuid4())
    counts = Counter(one.workspace_id for one in await frozen.leases().claim(10, careful=10))
    assert sorted(counts.values()) == [5, 5]


async def test_within_a_workspace_priority_then_time(frozen: Engine) -> None:
    later = START - timedelta(minutes=1)
    earlier = START - timedelta(minutes=2)
    low = await frozen.add(priority=JobPriority.LOW, run_at=earlier)
    second = await frozen.add(run_at=later)
    first = await frozen.add(run_at=earlier)
    high = await frozen.add(priority=JobPriority.HIGH, run_at=later)
    await frozen.add(run_at=START + timedelta(seconds=1))
    mine = frozen.leases()
    order = [one.job_id for _ in range(5) for one in await mine.claim(1, careful=1)]
    assert order == high + first + second + low


async def test_a_job_waits_for_its_time(frozen: Engine, clock: FrozenClock) -> None:
    await frozen.add(run_at=START + timedelta(seconds=90))
    assert await frozen.leases().claim(1, careful=1) == []
    clock.advance(timedelta(seconds=90))
    assert len(await frozen.leases().claim(1, careful=1)) == 1


async def test_no_two_claim_the_same(engine: Engine) -> None:
    for _ in range(5):
        await engine.add(60, workspace_id=uuid4())

    async def take() -> list[str]:
        mine, ids = engine.leases(), list[str]()
        while (claimed := await mine.claim(7, careful=7)) or mine.contended:
            ids += [str(attempt.job_id) for attempt in claimed]
        return ids

    found = [one for ids in await asyncio.gather(*(take() for _ in range(4))) for one in ids]
    assert len(found) == len(set(found)) == 300


async def test_what_was_tried_before_is_claimed_in_small_company(frozen: Engine) -> None:
    await frozen.add(50)
    mine = frozen.leases()
    [first] = await mine.claim(1, careful=1)
    await mine.fail(first, "again", final=None)
    job = await frozen.job(first.job_id)
    later = frozen.leases(clock=FrozenClock(job.run_at))
    assert len(await later.claim(40, careful=4)) in {4, 40}
    claimed = [one for _ in range(20) for one in await later.claim(40, careful=4)]
    retried = [one for one in claimed if one.number > 1]
    assert len(retried) <= 1


async def test_a_kind_that_only_others_know_is_left_to_them(frozen: Engine) -> None:
    await frozen.add(kind="from.the.future")
    assert await frozen.leases("probe").claim(5, careful=5) == []
    assert len(await frozen.leases("probe", "from.the.future").claim(5, careful=5)) == 1


async def test_handing_back_counts_no_attempt(frozen: Engine) -> None:
    [job_id] = await frozen.add(max_attempts=1)
    mine = frozen.leases()
    assert await mine.hand_back(await mine.claim(1, careful=1)) == 1
    job = await frozen.job(job_id)
    assert (job.state, job.attempts, job.lease_token) == (JobState.PENDING, 0, None)
    [attempt] = await mine.claim(1, careful=1)
    assert attempt.number == 1
