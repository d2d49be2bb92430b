"""The trial of an outage: the database is away for a while, as when its machine restarts.

A server and workers go on running. Whoever asks meanwhile is told 503 and when to come again; what
was acknowledged before is there after; and nobody has to restart anything.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bench.faults import effects, herd
from bench.faults.effects import BROKEN, EFFECT, UNFINISHED, WORK
from bench.faults.trials import CONTEXT, enqueue_numbers, prepare, short, until_done
from bench.fleet import BenchFleet, Store
from bench.instance import Launcher, register, sign_in
from bench.scenarios import API
from tests.kit.engine import core_runtime
from upnext.core.errors import AppError
from upnext.core.ids import new_id
from upnext.core.runtime import Runtime
from upnext.tasks.models import Task

DOWN_SECONDS = 20.0
# Before it, to have something to lose; after it, to see that all goes on.
UP_SECONDS = 5.0
WRITERS, WORKERS = 4, 2
# Less than the workers can do, or what recovers would wait behind what was left.
JOBS_AT_ONCE = 2
PAUSE = 0.05
RECOVERY_LIMIT, PATIENCE = 5.0, 60.0
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageVerdict:
    """`server_seconds` and `worker_seconds`: from when the database answers again, until the one
    has made a task, and another has done a job. `wrong_answers`: neither done, nor told when to
    come again."""

    trial: str = "outage"
    runner: str = "embedded"
    down_seconds: float
    tasks: int
    jobs: int
    refused: int
    wrong_answers: int
    lost: int
    doubled: int
    dead: int
    stuck: int
    server_seconds: float
    worker_seconds: float

    @property
    def passed(self) -> bool:
        sound = not self.lost + self.doubled + self.dead + self.stuck + self.wrong_answers
        return sound and self.refused > 0 and self._slowest < RECOVERY_LIMIT

    @property
    def _slowest(self) -> float:
        return max(self.server_seconds, self.worker_seconds)

    def __str__(self) -> str:
        facts = " ".join(f"{name}={short(value)}" for name, value in asdict(self).items())
        return f"{'PASS' if self.passed else 'FAIL'} {facts}"


class Recovery(NamedTuple):
    server: float
    worker: float


@dataclass
class Log:
    """What was acknowledged (of tasks, when); what was refused, and how."""

    tasks: dict[str, float] = field(default_factory=dict)
    jobs: set[int] = field(default_factory=set)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


def restart_database(dialect: str, *, seed: int, seconds: float = DOWN_SECONDS) -> OutageVerdict:
    fleet = BenchFleet()
    try:
        # Two databases of one server: the server's own worker knows no jobs of a bench.
        store, for_jobs = fleet.stores(dialect, 2)
        return asyncio.run(_trial(fleet, store, for_jobs, Random(seed), seconds=seconds))
    finally:
        fleet.stop()


async def _trial(
    fleet: BenchFleet, store: Store, for_jobs: Store, random: Random, *, seconds: float
) -> OutageVerdict:
    launcher = Launcher(fleet, store)
    server = await asyncio.to_thread(launcher.server)
    outside = Path(fleet.folder_for("logs")) / "outside"
    outside.touch()
    log = Log()
    async with core_runtime(for_jobs.url) as runtime:
        await prepare(runtime)
        async with herd.herd(random, WORKERS, for_jobs.url, str(outside)):
            writing = await begin(server.base, runtime, log)
            await asyncio.sleep(random.uniform(UP_SECONDS, 2 * UP_SECONDS))
            assert store.pid is not None
            await asyncio.to_thread(fleet.halt, store.pid)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(fleet.resume, store.pid)
            back = time.monotonic()
            recovery = await recovery_of(runtime, log, back)
            await asyncio.sleep(UP_SECONDS)
            await end(writing)
            await until_done(runtime)
        async with core_runtime(store.url) as served:
            titles = await titles_of(served)
        launcher.stop_all()
        return await _judge(runtime, log, titles, down=seconds, recovery=recovery)


async def begin(base: str, runtime: Runtime, log: Log) -> list[asyncio.Task[None]]:
    """People who make tasks by the server, and a process that enqueues jobs."""
    await asyncio.to_thread(register, base, "outage@example.com")
    account, _ = await asyncio.to_thread(sign_in, base, "outage@example.com")
    header = {"Authorization": f"Bearer {account.token}"}
    client = httpx.AsyncClient(base_url=base + API, headers=header, timeout=60)
    people = [_write(client, f"{number}", log) for number in range(WRITERS)]
    return [asyncio.create_task(one) for one in (*people, _enqueue(runtime, log))]


async def end(writing: Collection[asyncio.Task[None]]) -> None:
    for one in writing:
        one.cancel()
    for one in writing:
        with suppress(asyncio.CancelledError):  # which is what we asked for
            await one


async def _write(client: httpx.AsyncClient, name: str, log: Log) -> None:
    """Makes one task after another; what is refused is sent again under the same key."""
    number = 0
    while True:
        title = f"{name}-{number}"
        sent = await client.post(
            "/tasks", json={"title": title}, headers={"Idempotency-Key": title}
        )
        if sent.status_code == httpx.codes.CREATED:
            log.tasks[title] = time.monotonic()
            number += 1
        elif _is_told_to_wait(sent):
            log.refused += 1
        else:
            log.wrong.append(f"{sent.status_code} {sent.text[:200]}")
        await asyncio.sleep(PAUSE)


def _is_told_to_wait(answer: httpx.Response) -> bool:
    problem = answer.headers.get("content-type") == "application/problem+json"
    waits = answer.headers.get("retry-after", "").isdigit()
    return answer.status_code == UNAVAILABLE and problem and waits


async def _enqueue(runtime: Runtime, log: Log) -> None:
    first, owner = 0, new_id()
    while True:
        part = range(first, first + JOBS_AT_ONCE)
        # A part is tried once: nobody knows of one that failed whether it was written.
        first = part.stop
        with suppress(AppError, DBAPIError):  # not acknowledged, so not counted
            work = partial(enqueue_numbers, part=part, owner=owner)
            await runtime.workshop.run(CONTEXT, work)
            log.jobs.update(part)
        await asyncio.sleep(PAUSE)


async def recovery_of(runtime: Runtime, log: Log, back: float) -> Recovery:
    before = await effects.numbers(runtime, EFFECT)
    server = asyncio.create_task(_until(lambda: _made(log, back)))
    worker = asyncio.create_task(_until(lambda: _done(runtime, before.total())))
    async with asyncio.timeout(PATIENCE):
        return Recovery(server=await server - back, worker=await worker - back)


async def _until(holds: Callable[[], Awaitable[bool]]) -> float:
    while True:
        if await holds():
            return time.monotonic()
        await asyncio.sleep(PAUSE)


async def _made(log: Log, since: float) -> bool:
    return any(at > since for at in log.tasks.values())


async def _done(runtime: Runtime, more_than: int) -> bool:
    return (await effects.numbers(runtime, EFFECT)).total() > more_than


async def titles_of(runtime: Runtime) -> list[str]:
    async with runtime.db.read() as session:
        return list(await session.scalars(select(Task.title)))


async def _judge(
    runtime: Runtime, log: Log, titles: Collection[str], *, down: float, recovery: Recovery
) -> OutageVerdict:
    done = await effects.numbers(runtime, EFFECT)
    waiting = await effects.jobs(runtime, (WORK,), UNFINISHED)
    for answer in sorted(set(log.wrong)):
        print(f"wrong answer: {answer}", flush=True)
    return OutageVerdict(
        down_seconds=down,
        tasks=len(log.tasks),
        jobs=len(log.jobs),
        refused=log.refused,
        wrong_answers=len(log.wrong),
        lost=len(log.tasks.keys() - set(titles)) + len(log.jobs - done.keys()) - waiting,
        doubled=effects.doubled(done) + len(titles) - len(set(titles)),
        dead=await effects.jobs(runtime, (WORK,), BROKEN),
        stuck=waiting,
        server_seconds=recovery.server,
        worker_seconds=recovery.worker,
    )
