"""The trial of a Redis that is flushed, killed and away for a while: nobody may notice much.

A server goes on answering, with caches, limits and fan-out of its own; Celery's workers go on
working, since what there is to do stands in the database.
"""

import asyncio
import time
from dataclasses import asdict, dataclass
from random import Random

import redis as redis_client

from bench.faults import effects, outage, trials
from bench.faults.effects import BROKEN, EFFECT, UNFINISHED, WORK
from bench.faults.outage import Log
from bench.faults.pools import stage
from bench.faults.trials import short
from bench.fleet import BenchFleet, Store
from bench.instance import Launcher
from upnext.core.runtime import Runtime

DOWN_SECONDS = 300.0
MOST_FAILED = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisVerdict:
    """`jobs_meanwhile`: done while it was away. `server_seconds` and `worker_seconds`: from its
    death until the one has made a task, and another has done a job."""

    trial: str = "redis"
    runner: str = "celery"
    down_seconds: float
    tasks: int
    jobs: int
    jobs_meanwhile: int
    failed_answers: int
    lost: int
    doubled: int
    dead: int
    stuck: int
    server_seconds: float
    worker_seconds: float

    @property
    def passed(self) -> bool:
        answers = self.tasks + self.failed_answers
        sound = not self.lost + self.doubled + self.dead + self.stuck
        return sound and self.failed_answers <= answers * MOST_FAILED and self.jobs_meanwhile > 0

    def __str__(self) -> str:
        facts = " ".join(f"{name}={short(value)}" for name, value in asdict(self).items())
        return f"{'PASS' if self.passed else 'FAIL'} {facts}"


def lose_redis(dialect: str, *, seed: int, seconds: float = DOWN_SECONDS) -> RedisVerdict:
    fleet = BenchFleet()
    try:
        return asyncio.run(_trial(fleet, fleet.store(dialect), Random(seed), seconds))
    finally:
        fleet.stop()


async def _trial(fleet: BenchFleet, store: Store, random: Random, seconds: float) -> RedisVerdict:
    async with stage(fleet, store, random) as (staged, runtime):
        environ = staged.environ
        launcher = Launcher(
            fleet,
            store,
            keys=staged.keys,
            more={name: environ[name] for name in ("REDIS_URL", "UPNEXT_JOBS_RUNNER")},
        )
        server = await asyncio.to_thread(launcher.server)
        log = Log()
        writing = await outage.begin(server.base, runtime, log)
        await asyncio.sleep(random.uniform(outage.UP_SECONDS, 2 * outage.UP_SECONDS))
        before = (await effects.numbers(runtime, EFFECT)).total()
        killed_at = time.monotonic()
        with redis_client.Redis.from_url(staged.broker) as client:
            await asyncio.to_thread(client.flushall)
        await asyncio.to_thread(fleet.halt, staged.redis_pid)
        recovery = await outage.recovery_of(runtime, log, killed_at)
        await asyncio.sleep(seconds)
        done = (await effects.numbers(runtime, EFFECT)).total() - before
        staged.redis_pid = await asyncio.to_thread(fleet.resume, staged.redis_pid)
        await asyncio.sleep(outage.UP_SECONDS)
        await outage.end(writing)
        await trials.until_done(runtime)
        launcher.stop_all()
        return await _judge(runtime, log, recovery, down=time.monotonic() - killed_at, done=done)


async def _judge(
    runtime: Runtime, log: Log, recovery: outage.Recovery, *, down: float, done: int
) -> RedisVerdict:
    found = await effects.numbers(runtime, EFFECT)
    waiting = await effects.jobs(runtime, (WORK,), UNFINISHED)
    titles = await outage.titles_of(runtime)
    for answer in sorted(set(log.wrong)):
        print(f"wrong answer: {answer}", flush=True)
    return RedisVerdict(
        down_seconds=down - outage.UP_SECONDS,
        tasks=len(log.tasks),
        jobs=len(log.jobs),
        jobs_meanwhile=done,
        failed_answers=log.refused + len(log.wrong),
        lost=len(log.tasks.keys() - set(titles)) + len(log.jobs - found.keys()) - waiting,
        doubled=effects.doubled(found) + len(titles) - len(set(titles)),
        dead=await effects.jobs(runtime, (WORK,), BROKEN),
        stuck=waiting,
        server_seconds=recovery.server,
        worker_seconds=recovery.worker,
    )
