"""Celery's worker processes: each has one event loop, and takes from the queue when it is woken.

The first process forks two, and starts again which of them dies: Celery's own, which forks the
workers, and one beside it, which ticks, seals, and wakes the others; should the broker be gone, it
does the work itself.
"""

import asyncio
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from upnext import manifest
from upnext.core import observing
from upnext.core.config import Settings
from upnext.core.heartbeat import Heart
from upnext.core.jobs import (
    OUTBOUND,
    Handlers,
    Runner,
    ScheduleSpec,
    Ticker,
    background,
    of_queue,
)
from upnext.core.jobs.broker import DRAIN, QUEUE, TICK, Waker, make_celery, send_drain
from upnext.core.jobs.instants import DatabaseClock
from upnext.core.jobs.leases import Terms
from upnext.core.runtime import Runtime
from upnext.realtime.running import live
from upnext.worker import until_told
from upnext.worker.supervising import Part, end_with_parent, supervise

if TYPE_CHECKING:
    from celery import Celery

log = structlog.get_logger("upnext.worker")

# After that the rest is left to another wake-up, so that a process can be stopped.
DRAIN_SECONDS = 10.0
TICK_SECONDS = 5.0
STAND_IN_SECONDS = 1.0

Build = Callable[[], Runtime]


class Work(NamedTuple):
    """What the processes can do; `terms` are those of their claims."""

    handlers: Handlers
    schedules: Sequence[ScheduleSpec]
    terms: Terms | None = None


OURS = Work(manifest.JOBS, manifest.SCHEDULES)


class Child:
    """One worker process: its loop and its runtime, made when it is first woken."""

    def __init__(self, build: Build, work: Work = OURS) -> None:
        self._build, self._work = build, work
        self._runner: asyncio.Runner | None = None
        self._runtime: Runtime | None = None
        self._clock: DatabaseClock | None = None

    def drain(self, celery: "Celery") -> int:
        return self._run(functools.partial(self._drain, celery))

    def tick(self) -> int:
        return self._run(self._tick)

    def close(self) -> None:
        """At the end of the process."""
        if self._runner is not None and self._runtime is not None:
            self._runner.run(self._runtime.db.dispose())
            self._runner.close()

    def _run(self, use: Callable[[Runtime, DatabaseClock], Any]) -> int:  # a coroutine of an int
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(self._with_runtime(use))

    async def _with_runtime(self, use: Callable[[Runtime, DatabaseClock], Any]) -> int:  # as above
        if self._runtime is None or self._clock is None:
            runtime = self._build()
            self._clock = DatabaseClock(runtime.clock)
            await self._clock.measure(runtime.db)
            self._runtime = runtime
        return int(await use(self._runtime, self._clock))

    async def _drain(self, celery: "Celery", runtime: Runtime, clock: DatabaseClock) -> int:
        await clock.measure(runtime.db)
        runner = Runner(runtime, self._work.handlers, clock=clock, terms=self._work.terms)
        # What a job makes is taken up by the same process, if there is room.
        runtime.workshop.wakeups.jobs = runner.wake
        return await runner.work_off(DRAIN_SECONDS, more=functools.partial(send_drain, celery))

    @staticmethod
    async def _tick(runtime: Runtime, clock: DatabaseClock) -> int:
        return await Ticker(runtime.workshop, clock=clock).round()


def with_tasks(settings: Settings, build: Build, work: Work = OURS) -> "Celery":
    from celery.signals import worker_process_shutdown  # noqa: PLC0415 - Celery takes a while

    celery, child = make_celery(settings), Child(build, work)

    # Where the engine was made, and nowhere else.
    worker_process_shutdown.connect(lambda **_: child.close(), weak=False)

    @celery.task(name=DRAIN)  # type: ignore[untyped-decorator] # Celery ships no types
    def drain(queue: str) -> None:
        if queue == QUEUE:
            _guarded(DRAIN, lambda: child.drain(celery))

    @celery.task(name=TICK)  # type: ignore[untyped-decorator] # as above
    def tick() -> None:
        if _guarded(TICK, child.tick):
            _guarded(DRAIN, lambda: send_drain(celery))

    return celery


def _guarded(name: str, step: Callable[[], int | None]) -> int:
    """Of an error the log tells, and not Celery: what is longer than a pipe holds is taken by
    nobody while the broker is gone, and whoever wrote it waits as long."""
    try:
        return step() or 0
    except Exception:
        # The boundary of a task.
        log.exception("task_postponed", task=name)
        return 0


def run_pool(settings: Settings, build: Build, work: Work = OURS) -> None:
    """Until SIGTERM or SIGINT; then each process ends what it is doing."""
    pool = Part("pool", functools.partial(_run_workers, settings, build, work))
    beside = Part("beside", functools.partial(_run_beside, settings, build, work))
    supervise((pool, beside))
    log.info("worker_stops")


def _run_workers(settings: Settings, build: Build, work: Work) -> None:
    from celery.signals import worker_process_init  # noqa: PLC0415 - Celery takes a while

    end_with_parent()
    worker_process_init.connect(lambda **_: end_with_parent(), weak=False)
    celery = with_tasks(settings, build, work)
    worker = celery.Worker(
        pool="prefork",
        concurrency=settings.jobs.processes,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        optimization="fair",
        quiet=True,
    )
    log.info("worker_started", kinds=sorted(work.handlers), runner="celery")
    worker.start()


def run_beat(settings: Settings, build: Build) -> None:
    """Celery's beat. It only says that time has passed: who fires what is a matter of rows."""
    from celery.beat import Scheduler, Service  # noqa: PLC0415 - a quarter of a second

    celery = with_tasks(settings, build)
    entry = {"task": TICK, "schedule": TICK_SECONDS, "options": {"expires": TICK_SECONDS}}
    celery.conf.beat_schedule = {"tick": entry}
    heart = Heart(settings.jobs.heartbeat)

    class Beating(Scheduler):  # type: ignore[misc] # Celery ships no types
        def tick(self, *args: object, **more: object) -> float:
            heart.beat()
            return float(super().tick(*args, **more))

    log.info("beat_started")
    Service(celery, scheduler_cls=Beating).start(embedded_process=False)


def _run_beside(settings: Settings, build: Build, work: Work) -> None:
    end_with_parent()
    observing.set_up(settings)
    asyncio.run(_beside(build(), work))


async def _beside(runtime: Runtime, work: Work) -> None:
    """What goes on in one process of a worker, and needs no broker."""
    handlers, schedules, terms = work
    waker = Waker(runtime, tuple(of_queue(handlers, QUEUE)))
    # What waits for other servers takes no process of the pool: hundreds wait here at once.
    waiting = of_queue(handlers, OUTBOUND)
    async with (
        live(runtime),
        background(
            runtime, handlers=waiting, schedules=schedules, run_jobs=True, terms=terms
        ) as parts,
    ):
        wake_own = runtime.workshop.wakeups.jobs

        def wake() -> None:
            waker.wake()
            wake_own()

        runtime.workshop.wakeups.jobs = wake
        own = functools.partial(Runner, runtime, handlers, clock=parts.clock, terms=terms)
        loops = [asyncio.create_task(loop) for loop in (waker.run(), _stand_in(own, waker))]
        try:
            await until_told(parts, Heart(runtime.settings.jobs.heartbeat))
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)


async def _stand_in(make: Callable[[], Runner], waker: Waker) -> None:
    """Does the work of the pool as long as no broker can wake that."""
    while True:
        await asyncio.sleep(STAND_IN_SECONDS)
        if not waker.reaches:
            try:
                await make().work_off(DRAIN_SECONDS, more=waker.wake)
            except Exception:
                # The boundary of a loop that has to outlive every outage, and bugs.
                log.exception("standing_in_postponed")
