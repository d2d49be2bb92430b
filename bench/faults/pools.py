"""The trial of the `celery` runner: its workers, one of their processes, beat, the broker and the
database are killed at random while jobs and schedules go on.

What counts is the same as for the embedded runner: rows decide, a broker only wakes.
"""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from bench.faults import effects, trials
from bench.faults.effects import EFFECT
from bench.faults.trials import CONTEXT, WORKSPACES, Plan, Verdict, enqueue_numbers, short
from bench.fleet import BenchFleet, Store
from bench.instance import fresh_keys
from bench.processes import Child, spawn, tail, tree
from upnext import manifest
from upnext.core.config import load
from upnext.core.errors import AppError
from upnext.core.ids import new_id
from upnext.core.jobs.broker import Waker
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

WORKERS, BEATS = 2, 2
VICTIMS = ("process", "worker", "beat", "redis", "database")
# How long servers stay away.
AWAY_SECONDS = 3.0
PAUSE, POLL = 0.4, 0.02
# Of a database that answers again; for the others there is no figure.
RECOVERY_LIMIT, PATIENCE = 5.0, 90.0
# On a machine with much else to do.
START_PATIENCE = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolVerdict:
    """`slowest`: for each kind of victim, the longest from its death (of a database: from when it
    answers again) until a job is done that was asked for after it."""

    judged: Verdict
    victims: Mapping[str, int]
    slowest: Mapping[str, float]

    @property
    def passed(self) -> bool:
        return self.judged.passed and self.slowest.get("database", 0.0) < RECOVERY_LIMIT

    def __str__(self) -> str:
        state = "PASS" if self.passed else "FAIL"
        facts = str(self.judged).partition(" ")[2]
        each = " ".join(
            f"{name}={count}({short(self.slowest[name])}s)" for name, count in self.victims.items()
        )
        return f"{state} {facts} {each}"


@dataclass
class Stage:
    """The processes of a trial, and how each kind of them is killed."""

    fleet: BenchFleet
    store: Store
    outside: Path
    random: Random
    broker: str
    redis_pid: int
    store_pid: int | None
    redis_away: bool = False
    keys: Mapping[str, str] = field(default_factory=fresh_keys)
    workers: list[Child] = field(default_factory=list)
    beats: list[Child] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return {
            **self.keys,
            "DATABASE_URL": self.store.url,
            "UPNEXT_DATA_DIR": str(self.fleet.folder_for("data")),
            "UPNEXT_JOBS_RUNNER": "celery",
            "UPNEXT_JOBS_PROCESSES": "2",
            "REDIS_URL": self.broker,
            "ENV": "production",
        }

    def start(self, role: str) -> Child:
        log = self.fleet.folder_for("logs") / f"{role}-{new_id()}.log"
        command = [sys.executable, "-m", "bench.faults.pooled", role, str(self.outside)]
        child = self.fleet.guard(spawn(role, command, log, self.environ))
        (self.workers if role == "worker" else self.beats).append(child)
        return child

    async def complete(self) -> None:
        """Until whoever was started in the place of a dead one has begun: a trial with nobody left
        would only measure how long Python takes to start."""
        for child in (*self.workers, *self.beats):
            await _until_started(child)

    def stop(self) -> None:
        for child in (*self.workers, *self.beats):
            _kill_group(child)

    async def kill(self, victim: str) -> float:
        """Since when it may be expected to go on."""
        killed: dict[str, Callable[[], Awaitable[float]]] = {
            "process": self._kill_process,
            "worker": partial(self._replace, self.workers, "worker"),
            "beat": partial(self._replace, self.beats, "beat"),
            "redis": self._kill_redis,
            "database": self._kill_database,
        }
        return await killed[victim]()

    async def _kill_process(self) -> float:
        """One of the processes below a worker: of the pool, or the one beside it."""
        below = tree(self.random.choice(self.workers).pid)[1:]
        if below:
            with suppress(ProcessLookupError):  # it ended while we looked
                os.kill(self.random.choice(below), signal.SIGKILL)
        return time.monotonic()

    async def _replace(self, group: list[Child], role: str) -> float:
        _kill_group(group.pop(self.random.randrange(len(group))))
        killed_at = time.monotonic()
        self.start(role)
        return killed_at

    async def _kill_redis(self) -> float:
        """What it held is gone, and it stays away until `revive`: work has to go on without it."""
        killed_at = time.monotonic()
        await asyncio.to_thread(self.fleet.halt, self.redis_pid)
        self.redis_away = True
        return killed_at

    async def revive(self) -> None:
        if self.redis_away:
            self.redis_pid = await asyncio.to_thread(self.fleet.resume, self.redis_pid)
            self.redis_away = False

    async def _kill_database(self) -> float:
        assert self.store_pid is not None
        await asyncio.to_thread(self.fleet.halt, self.store_pid)
        await asyncio.sleep(self.random.uniform(0, AWAY_SECONDS))
        self.store_pid = await asyncio.to_thread(self.fleet.resume, self.store_pid)
        return time.monotonic()


def _kill_group(child: Child) -> None:
    """As the machine, or its service manager, takes a worker down: with all below it."""
    with suppress(ProcessLookupError):  # gone already
        os.killpg(child.pid, signal.SIGKILL)
    child.process.wait()


@asynccontextmanager
async def stage(
    fleet: BenchFleet, store: Store, random: Random
) -> AsyncIterator[tuple[Stage, Runtime]]:
    """Workers and beats that are up, and a process that enqueues and wakes them."""
    outside = fleet.folder_for("logs") / f"outside-{new_id()}"
    outside.touch()
    broker, pid = await asyncio.to_thread(fleet.redis)
    found = Stage(fleet, store, outside, random, f"{broker}/1", pid, store.pid)
    runtime = build_runtime(load(environ=found.environ))
    waker = Waker(runtime, (*manifest.JOBS, effects.WORK, effects.TICKED))
    runtime.workshop.wakeups.jobs = waker.wake
    await trials.prepare(runtime)
    waking = asyncio.create_task(waker.run())
    try:
        for role in ("worker",) * WORKERS + ("beat",) * BEATS:
            found.start(role)
        await found.complete()
        yield found, runtime
    finally:
        waking.cancel()
        await asyncio.gather(waking, return_exceptions=True)
        found.stop()
        await close(runtime)


async def _until_started(child: Child) -> None:
    async with asyncio.timeout(START_PATIENCE):
        while f"{child.name}_started" not in child.log.read_text(errors="replace"):
            if child.process.poll() is not None:
                raise RuntimeError(f"{child.name} ended:\n{tail(child.log)}")
            await asyncio.sleep(POLL)


def kill_pools(dialect: str, plan: Plan) -> PoolVerdict:
    fleet = BenchFleet()
    try:
        store = fleet.store(dialect)
        return asyncio.run(_trial(fleet, store, plan))
    finally:
        fleet.stop()


async def _trial(fleet: BenchFleet, store: Store, plan: Plan) -> PoolVerdict:
    random = Random(plan.seed)
    async with stage(fleet, store, random) as (staged, runtime):
        await runtime.workshop.run(CONTEXT, trials.make_schedules)
        trial = _Trial(staged, runtime, random)
        for victim in _victims(random, plan.kills, store):
            await trial.round(victim, -(-plan.jobs // plan.kills))
        await trials.until_done(runtime)
        recovery = time.monotonic() - trial.killed_at
        judged = await trials.judge(runtime, plan.kills, trial.acknowledged, staged.outside)
    told = replace(judged, trial="celery", runner="celery", recovery_seconds=recovery)
    return PoolVerdict(judged=told, victims=dict(trial.victims), slowest=trial.slowest)


def _victims(random: Random, kills: int, store: Store) -> list[str]:
    """Each as often as the others, in any order. SQLite has no server to kill."""
    known = [one for one in VICTIMS if store.pid is not None or one != "database"]
    found = [known[number % len(known)] for number in range(kills)]
    random.shuffle(found)
    return found


class _Trial:
    def __init__(self, staged: Stage, runtime: Runtime, random: Random) -> None:
        self._staged, self._runtime, self._random = staged, runtime, random
        self._workspaces = [new_id() for _ in range(WORKSPACES)]
        self._next = 0
        self.acknowledged: list[int] = []
        self.victims: Counter[str] = Counter()
        self.slowest: dict[str, float] = {}
        self.killed_at = 0.0

    async def round(self, victim: str, jobs: int) -> None:
        """Work, a death in the middle of it, and how long until work goes on."""
        await self._staged.complete()
        await self._enqueue(jobs)
        await asyncio.sleep(self._random.uniform(0, 2 * PAUSE))
        since = await self._staged.kill(victim)
        self.killed_at = time.monotonic()
        [probe] = await self._enqueue(1)
        await self._until_done(probe)
        self.victims[victim] += 1
        self.slowest[victim] = max(self.slowest.get(victim, 0.0), time.monotonic() - since)
        await self._staged.revive()

    async def _enqueue(self, count: int) -> Sequence[int]:
        """Numbers of which it is known that they were written; others are tried no second time."""
        async with asyncio.timeout(PATIENCE):
            while True:
                part = range(self._next, self._next + count)
                self._next = part.stop
                owner: UUID = self._random.choice(self._workspaces)
                with suppress(AppError, DBAPIError, OSError):  # not acknowledged, so not counted
                    work = partial(enqueue_numbers, part=part, owner=owner)
                    await self._runtime.workshop.run(CONTEXT, work)
                    self.acknowledged += part
                    return part
                await asyncio.sleep(POLL)

    async def _until_done(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(AppError, DBAPIError, OSError):  # a connection that died is replaced
                    if number in await effects.numbers(self._runtime, EFFECT):
                        return
                await asyncio.sleep(POLL)
