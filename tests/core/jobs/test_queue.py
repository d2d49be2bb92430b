"""Jobs come with the change that asks for them, once per key."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.core.jobs.conftest import CONTEXT, START, Engine
from upnext.core.auth import INSTANCE
from upnext.core.errors import Conflict
from upnext.core.jobs import JobPriority, JobState, enqueue, requeue


async def test_a_job_holds_what_was_asked_for(frozen: Engine) -> None:
    [plain] = await frozen.add()
    job = await frozen.job(plain)
    assert (job.kind, job.args, job.queue, job.priority) == ("probe", {"n": 0}, "default", "normal")
    assert (job.run_at, job.workspace_id, job.max_attempts) == (START, INSTANCE, 8)
    workspace, later = uuid4(), START + timedelta(microseconds=1)
    [other] = await frozen.add(
        priority=JobPriority.HIGH, run_at=later, workspace_id=workspace, max_attempts=1
    )
    job = await frozen.job(other)
    assert (job.priority, job.run_at, job.workspace_id) == ("high", later, workspace)
    [attempt] = [one for one in await frozen.leases().claim(5, careful=5) if one.job_id == plain]
    assert attempt.context == CONTEXT


async def test_no_job_without_its_transaction(engine: Engine) -> None:
    async def refused(session: AsyncSession) -> None:
        await enqueue(session, "probe", {}, key="kept-back")
        await enqueue(session, "probe", {})
        await session.flush()
        raise Conflict("No.")

    with pytest.raises(Conflict):
        await engine.workshop.run(CONTEXT, refused)
    assert await engine.jobs() == []


async def test_one_job_per_key_until_it_ends(engine: Engine) -> None:
    [job_id] = await engine.add(key="report:7")
    assert await engine.add(key="report:7") == []
    mine = engine.leases()
    attempts = await mine.claim(1, careful=1)
    assert await engine.add(key="report:7") == []
    await mine.complete(attempts)
    assert len(await engine.add(key="report:7")) == 1
    assert (await engine.job(job_id)).dedupe_key is None


@pytest.mark.parametrize("final", [JobState.FAILED, JobState.DEAD])
async def test_a_broken_job_gives_its_key_free(engine: Engine, final: JobState) -> None:
    await engine.add(key="fragile")
    mine = engine.leases()
    [attempt] = await mine.claim(1, careful=1)
    await mine.fail(attempt, "broken", final=final)
    assert len(await engine.add(key="fragile")) == 1


async def test_of_ten_at_once_one_gets_the_key(engine: Engine) -> None:
    found = await asyncio.gather(*(engine.add(key="race") for _ in range(10)))
    assert sorted(len(one) for one in found) == [0] * 9 + [1]
    assert len(await engine.jobs()) == 1


@pytest.mark.parametrize("key", ["", "k" * 201, "s:of-a-schedule"])
async def test_keys_that_cannot_be(engine: Engine, key: str) -> None:
    with pytest.raises(ValueError, match="not a dedupe key"):
        await engine.add(key=key)


async def test_a_commit_wakes_the_runner_only_if_it_brought_a_job(engine: Engine) -> None:
    woken: list[bool] = []
    engine.workshop.wakeups.jobs = lambda: woken.append(True)
    await engine.add(key="once")
    assert woken == [True]
    await engine.add(key="once")
    await engine.add(0)
    assert woken == [True]


async def test_dead_jobs_get_all_their_attempts_again(frozen: Engine) -> None:
    ids = await frozen.add(3, max_attempts=2)
    mine = frozen.leases()
    attempts = {one.job_id: one for one in await mine.claim(3, careful=3)}
    await mine.fail(attempts[ids[0]], "dead", final=JobState.DEAD)
    await mine.fail(attempts[ids[1]], "failed", final=JobState.FAILED)
    await mine.complete([attempts[ids[2]]])
    count = await frozen.workshop.run(CONTEXT, lambda session: requeue(session, ids))
    assert count == 2
    jobs = [await frozen.job(job_id) for job_id in ids]
    assert [job.state for job in jobs] == ["pending", "pending", "completed"]
    assert [job.attempts for job in jobs] == [0, 0, 1]
    assert jobs[0].last_error == "dead"
