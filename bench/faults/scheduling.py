"""The trial of schedules: processes that tick are killed, one, two or all of them at a time."""

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bench.faults import effects, herd
from bench.faults.effects import BROKEN, TICKED, UNFINISHED
from bench.faults.trials import CONTEXT, PATIENCE, POLL, Verdict, prepare, until_done
from tests.kit.engine import core_runtime
from upnext.core.jobs import Misfire, ScheduleSpec, ensure_schedules
from upnext.core.runtime import Runtime

SCHEDULERS = 3
SCHEDULES = 200
EVERY = timedelta(seconds=10)
# Between two kills, on average: long enough for some twenty ticks.
PAUSE = 2.0
# How many of the schedulers are killed at once; all of them leave times to catch up with.
AT_ONCE = (1, 1, 2, SCHEDULERS)


async def kill_schedulers(
    url: str, *, seed: int, kills: int, schedules: int = SCHEDULES, every: timedelta = EVERY
) -> Verdict:
    """Every schedule has to fire exactly once each time, whoever dies while firing it."""
    random = Random(seed)
    with TemporaryDirectory() as folder:
        outside = Path(folder) / "outside"
        outside.touch()
        async with core_runtime(url) as runtime:
            await prepare(runtime)
            make = partial(_make, random=random, count=schedules, every=every)
            await runtime.workshop.run(CONTEXT, make)
            first = await effects.due_times(runtime)
            async with herd.herd(random, SCHEDULERS, url, str(outside)) as schedulers:
                await _kill(schedulers, random, kills)
                await _until_one_fired(runtime, first, every)
                await until_done(runtime)
                recovery = time.monotonic() - schedulers.killed_at
            fired = await effects.fired(runtime, first, every)
            return Verdict(
                trial="schedulers",
                kills=schedulers.kills,
                acknowledged=0,
                lost=0,
                doubled=0,
                dead=await effects.jobs(runtime, (TICKED,), BROKEN),
                stuck=await effects.jobs(runtime, (TICKED,), UNFINISHED),
                recovery_seconds=recovery,
                ticks=fired.times,
                ticks_missing=fired.missing,
                ticks_doubled=fired.too_many,
            )


async def _make(session: AsyncSession, *, random: Random, count: int, every: timedelta) -> None:
    specs = [
        ScheduleSpec(name=f"bench.{n}", kind=TICKED, every=every, misfire=Misfire.CATCH_UP)
        for n in range(count)
    ]
    await ensure_schedules(session, specs)
    await effects.spread(session, random=random, every=every)


async def _until_one_fired(runtime: Runtime, first: dict[UUID, datetime], every: timedelta) -> None:
    """All may have been killed before the first time was due. None at all shows in the verdict."""
    for _ in range(int(PATIENCE / POLL)):
        if (await effects.fired(runtime, first, every)).times:
            break
        await asyncio.sleep(POLL)


async def _kill(schedulers: herd.Herd, random: Random, kills: int) -> None:
    while schedulers.kills < kills:
        await asyncio.sleep(random.uniform(0, 2 * PAUSE))
        number = random.choice(AT_ONCE)
        for _ in range(number):
            await schedulers.kill_one()
        for _ in range(number):
            await schedulers.add()
