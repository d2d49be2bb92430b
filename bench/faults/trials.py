"""The two trials: workers killed while they do jobs, and a writer killed while it commits."""

import asyncio
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bench.faults import effects, herd
from bench.faults.effects import BROKEN, EFFECT, NOTED, TICKED, UNFINISHED, WORK, WRITTEN
from tests.kit.engine import core_runtime
from upnext.core import queries
from upnext.core.auth import INSTANCE
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.jobs import JobState, Misfire, ScheduleSpec, enqueue, ensure_schedules
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer, link

CONTEXT = RequestContext(request_id="bench")
WORKERS = 4
WORKSPACES = 7
SCHEDULES = 5
EVERY = timedelta(seconds=1)
# Far more than a job needs that is only unlucky.
MAX_ATTEMPTS = 20
PATIENCE, POLL = 90.0, 0.1
# Between two kills, on average: time to feed the queue, and for a worker to do something.
PAUSE = 0.4
OUTSIDE_SHARE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """So many kills over so many jobs; fewer of both when the seconds are over."""

    seed: int
    kills: int
    jobs: int
    seconds: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`recovery_seconds`: from the last kill until everything was done (workers), and the longest
    from a kill to the next commit (writer)."""

    trial: str
    runner: str = "embedded"
    kills: int
    acknowledged: int
    lost: int
    doubled: int
    dead: int = 0
    stuck: int = 0
    recovery_seconds: float = 0.0
    outside_doubled: int = 0
    ticks: int = 0
    ticks_missing: int = 0
    ticks_doubled: int = 0
    chain_broken: int = 0

    @property
    def sound(self) -> bool:
        """Everything inside the database happened exactly once."""
        ticks = self.ticks_missing + self.ticks_doubled
        return not self.lost + self.doubled + self.dead + self.stuck + ticks + self.chain_broken

    @property
    def passed(self) -> bool:
        few = self.outside_doubled < self.acknowledged * OUTSIDE_SHARE
        return self.sound and (few or not self.outside_doubled)

    def __str__(self) -> str:
        facts = " ".join(f"{name}={short(value)}" for name, value in asdict(self).items())
        return f"{'PASS' if self.passed else 'FAIL'} {facts}"


def short(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


async def prepare(runtime: Runtime) -> None:
    """On a migrated database: the tables of the trials."""
    async with runtime.db.writer.begin() as connection:
        await connection.run_sync(effects.METADATA.create_all)


async def kill_workers(url: str, plan: Plan) -> Verdict:
    """Enqueues jobs, kills one of the workers, starts another, and so on."""
    random = Random(plan.seed)
    with TemporaryDirectory() as folder:
        outside = Path(folder) / "outside"
        outside.touch()
        async with core_runtime(url) as runtime:
            await prepare(runtime)
            await runtime.workshop.run(CONTEXT, make_schedules)
            async with herd.herd(random, WORKERS, url, str(outside)) as workers:
                acknowledged = await _feed_and_kill(runtime, workers, random, plan)
                await until_done(runtime)
                recovery = time.monotonic() - workers.killed_at
            verdict = await judge(runtime, workers.kills, acknowledged, outside)
            return replace(verdict, recovery_seconds=recovery)


async def make_schedules(session: AsyncSession) -> None:
    specs = [
        ScheduleSpec(name=f"bench.{n}", kind=TICKED, every=EVERY, misfire=Misfire.CATCH_UP)
        for n in range(SCHEDULES)
    ]
    await ensure_schedules(session, specs)


async def _feed_and_kill(
    runtime: Runtime, workers: herd.Herd, random: Random, plan: Plan
) -> list[int]:
    workspaces = [new_id() for _ in range(WORKSPACES)]
    acknowledged: list[int] = []
    until = time.monotonic() + plan.seconds
    for kill in range(plan.kills):
        if acknowledged and time.monotonic() > until:
            break
        part = range(plan.jobs * kill // plan.kills, plan.jobs * (kill + 1) // plan.kills)
        owner = random.choice(workspaces)
        await runtime.workshop.run(CONTEXT, partial(enqueue_numbers, part=part, owner=owner))
        acknowledged += part
        await asyncio.sleep(random.uniform(0, 2 * PAUSE))
        await workers.kill_one()
        await workers.add()
    return acknowledged


async def enqueue_numbers(session: AsyncSession, *, part: Sequence[int], owner: UUID) -> None:
    for number in part:
        await enqueue(
            session, WORK, {"number": number}, workspace_id=owner, max_attempts=MAX_ATTEMPTS
        )


async def until_done(runtime: Runtime) -> None:
    """No more ticks, and every job has ended; or nothing moves any more."""
    await runtime.workshop.run(CONTEXT, effects.stop_schedules)
    least, since = math.inf, time.monotonic()
    while waiting := await effects.jobs(runtime, (WORK, TICKED), UNFINISHED):
        if waiting < least:
            least, since = waiting, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            return
        await asyncio.sleep(POLL)


async def judge(
    runtime: Runtime, kills: int, acknowledged: Collection[int], outside: Path
) -> Verdict:
    found = await effects.numbers(runtime, EFFECT)
    waiting = await effects.jobs(runtime, (WORK,), UNFINISHED)
    stuck = waiting + await effects.jobs(runtime, (TICKED,), UNFINISHED)
    fired, missing, twice = await effects.ticks(runtime, EVERY)
    return Verdict(
        trial="workers",
        kills=kills,
        acknowledged=len(acknowledged),
        lost=len(set(acknowledged) - set(found)) - waiting,
        doubled=effects.doubled(found),
        dead=await effects.jobs(runtime, (WORK, TICKED), BROKEN),
        stuck=stuck,
        outside_doubled=effects.doubled(effects.outside_effects(outside)),
        ticks=fired,
        ticks_missing=missing,
        ticks_doubled=twice,
    )


async def kill_writer(url: str, *, seed: int, kills: int) -> Verdict:
    """A writer that is killed goes on behind the number it may have written unacknowledged."""
    random = Random(seed)
    acknowledged: list[int] = []
    longest = 0.0
    async with core_runtime(url) as runtime, herd.nursery() as children:
        await prepare(runtime)
        for _ in range(kills):
            began = time.monotonic()
            first = acknowledged[-1] + 2 if acknowledged else 0
            writer = await children.start("writer", url, str(first))
            acknowledged.append(int(await children.line_of(writer)))
            longest = max(longest, time.monotonic() - began)
            await asyncio.sleep(random.uniform(0, 0.5))
            acknowledged += [int(line) for line in await children.kill(writer)]
        verdict = await _judge_writes(runtime, kills, acknowledged)
    return replace(verdict, recovery_seconds=longest)


async def _judge_writes(runtime: Runtime, kills: int, acknowledged: Collection[int]) -> Verdict:
    written = await effects.numbers(runtime, WRITTEN)
    noted = await effects.jobs(runtime, (NOTED,), tuple(JobState))
    return Verdict(
        trial="writer",
        kills=kills,
        acknowledged=len(acknowledged),
        # Each row has its job and its change, or one of the three was lost.
        lost=len(set(acknowledged) - set(written)) + abs(len(written) - noted),
        doubled=effects.doubled(written),
        chain_broken=await _faults_of_chain(runtime, len(written)),
    )


async def _faults_of_chain(runtime: Runtime, changes: int) -> int:
    """Seals what is left, then counts missing changes and links that do not fit."""
    await Sealer(runtime.workshop).round()
    digest, seq, faults = bytes(32), 0, 0
    async with runtime.db.read() as session:
        while rows := (await session.scalars(queries.sealed_after(INSTANCE, seq, 1_000))).all():
            for row in rows:
                digest = link(digest, row, seq + 1)
                faults += row.seq != seq + 1 or row.hash != digest
                seq += 1
    return faults + abs(changes - seq)
