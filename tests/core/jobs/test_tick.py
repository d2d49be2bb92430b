"""Schedules fire each of their times once, however many processes tick."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.core.jobs.conftest import CONTEXT, START, Engine
from tests.kit.engine import core_runtime
from upnext.core.auth import INSTANCE
from upnext.core.clock import FrozenClock
from upnext.core.jobs import Misfire, ScheduleSpec, Ticker, ensure_schedules
from upnext.core.jobs.instants import DatabaseClock
from upnext.core.jobs.models import Schedule

HOUR = timedelta(hours=1)


def _schedule(**values: Any) -> Schedule:
    usual = {"kind": "probe", "args": {}, "next_fire_at": START, "created_at": START}
    return Schedule(**(usual | values))


async def _times(engine: Engine) -> list[datetime]:
    return sorted(datetime.fromisoformat(job.args["fire_at"]) for job in await engine.jobs())


async def _schedules(engine: Engine) -> list[Schedule]:
    async with engine.runtime.db.read() as session:
        return list(await session.scalars(select(Schedule).order_by(Schedule.name)))


async def test_four_tickers_fire_each_time_once(
    frozen: Engine, clock: FrozenClock, engine_url: str
) -> None:
    await frozen.save(*(_schedule(every_seconds=10) for _ in range(30)))
    async with core_runtime(engine_url, clock=clock) as other:
        tickers = [Ticker(one) for one in (frozen.workshop, other.workshop) for _ in range(2)]
        for _ in range(5):
            fired = await asyncio.gather(*(ticker.round() for ticker in tickers))
            assert sum(fired) == 30
            clock.advance(timedelta(seconds=10))
    jobs = await frozen.jobs()
    assert len(jobs) == len({job.dedupe_key for job in jobs}) == 150
    assert set(await _times(frozen)) == {START + timedelta(seconds=10 * n) for n in range(5)}


async def test_a_time_fires_once_even_after_its_job_has_ended(
    frozen: Engine, clock: FrozenClock
) -> None:
    schedule = _schedule(every_seconds=3600)
    await frozen.save(schedule)
    assert await Ticker(frozen.workshop).round() == 1
    mine = frozen.leases()
    await mine.complete(await mine.claim(1, careful=1))
    async with frozen.runtime.db.writer.begin() as connection:
        # As if somebody had set the schedule back.
        await connection.execute(Schedule.__table__.update().values(next_fire_at=START))  # type: ignore[attr-defined]  # typed wider
    assert await Ticker(frozen.workshop).round() == 0
    assert len(await frozen.jobs()) == 1


@pytest.mark.parametrize(
    ("misfire", "missed", "expected"),
    [
        (Misfire.FIRE_ONCE, 3.5, [3]),
        (Misfire.SKIP, 3.5, []),
        (Misfire.SKIP, 3.01, [3]),
        (Misfire.CATCH_UP, 3.5, [0, 1, 2, 3]),
        (Misfire.CATCH_UP, 30.5, list(range(21, 31))),
    ],
)
async def test_times_that_nobody_was_there_for(
    frozen: Engine, clock: FrozenClock, misfire: Misfire, missed: float, expected: list[int]
) -> None:
    workspace = uuid4()
    await frozen.save(_schedule(every_seconds=3600, misfire=misfire, workspace_id=workspace))
    clock.advance(HOUR * missed)
    assert await Ticker(frozen.workshop).round() == len(expected)
    assert await _times(frozen) == [START + HOUR * n for n in expected]
    assert {job.workspace_id for job in await frozen.jobs()} <= {workspace}
    [schedule] = await _schedules(frozen)
    assert schedule.next_fire_at == START + HOUR * (int(missed) + 1)
    assert await Ticker(frozen.workshop).round() == 0


async def test_a_schedule_without_interval_fires_once(frozen: Engine, clock: FrozenClock) -> None:
    await frozen.save(_schedule(args={"who": "me"}))
    for _ in range(3):
        await Ticker(frozen.workshop).round()
        clock.advance(HOUR)
    [job] = await frozen.jobs()
    [schedule] = await _schedules(frozen)
    assert schedule.next_fire_at is None
    assert (job.args["who"], UUID(job.args["schedule_id"])) == ("me", schedule.id)
    assert (job.run_at, job.workspace_id) == (START, INSTANCE)


async def test_what_is_off_or_not_due_does_not_fire(frozen: Engine) -> None:
    await frozen.save(_schedule(enabled=False), _schedule(next_fire_at=START + HOUR))
    assert await Ticker(frozen.workshop).round() == 0


async def test_running_it_ticks_in_time(engine: Engine) -> None:
    now = engine.workshop.clock.now()
    await engine.save(_schedule(next_fire_at=now + timedelta(seconds=0.3), every_seconds=3600))
    task = asyncio.create_task(Ticker(engine.workshop).run())
    async with asyncio.timeout(20):
        while not (jobs := await engine.jobs()):  # noqa: ASYNC110 - it knows nothing of us
            await asyncio.sleep(0.02)
    task.cancel()
    late = jobs[0].created_at - jobs[0].run_at
    assert timedelta() <= late < timedelta(seconds=15)


async def test_a_round_that_fails_is_followed_by_a_rest(
    frozen: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await frozen.save(_schedule(every_seconds=10))
    tries = []

    async def fails(self: Ticker) -> int:
        tries.append(self)
        raise RuntimeError("no luck")

    monkeypatch.setattr(Ticker, "round", fails)
    monkeypatch.setattr("upnext.core.jobs.tick.POLL_SECONDS", 60.0)  # however busy this machine is
    task = asyncio.create_task(Ticker(frozen.workshop).run())
    async with asyncio.timeout(20):
        while not tries:  # noqa: ASYNC110 - it knows nothing of us
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    task.cancel()
    assert len(tries) == 1


async def test_the_applications_schedules_are_made_once_and_kept(
    frozen: Engine, clock: FrozenClock
) -> None:
    async def start(every: timedelta, kind: str = "probe") -> None:
        specs = [ScheduleSpec(name=name, kind=kind, every=every) for name in ("b", "a")]
        await frozen.workshop.run(CONTEXT, lambda session: ensure_schedules(session, specs))

    await asyncio.gather(*(start(HOUR) for _ in range(4)))
    first = await _schedules(frozen)
    assert [one.name for one in first] == ["a", "b"]
    assert {one.next_fire_at for one in first} == {START + HOUR}
    clock.advance(timedelta(minutes=10))
    await start(HOUR, kind="another")
    kept = await _schedules(frozen)
    assert [(one.id, one.next_fire_at) for one in kept] == [(one.id, START + HOUR) for one in first]
    assert {one.kind for one in kept} == {"another"}
    await start(HOUR / 2)
    assert {one.next_fire_at for one in await _schedules(frozen)} == {clock.now() + HOUR / 2}


async def test_the_databases_clock_counts(frozen: Engine, clock: FrozenClock) -> None:
    there = DatabaseClock(clock)
    assert there.now() == START
    real = datetime.now(START.tzinfo)
    await there.measure(frozen.runtime.db)
    if frozen.runtime.db.dialect == "sqlite":
        assert there.now() == START
    else:
        assert abs(there.now() - real) < timedelta(seconds=5)
        clock.advance(HOUR)
        assert abs(there.now() - real - HOUR) < timedelta(seconds=5)
