"""Everything that a process does beside answering requests: run jobs, tick, seal changes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from upnext.core.jobs.handlers import Handlers
from upnext.core.jobs.instants import DatabaseClock
from upnext.core.jobs.leases import Terms
from upnext.core.jobs.runner import Runner
from upnext.core.jobs.tick import CONTEXT, ScheduleSpec, Ticker, ensure_schedules
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer

log = structlog.get_logger("upnext.background")


class Background:
    """The same in the server and in a worker of its own. `start` needs a migrated database."""

    def __init__(
        self,
        runtime: Runtime,
        handlers: Handlers,
        schedules: Sequence[ScheduleSpec] = (),
        *,
        run_jobs: bool = True,
        terms: Terms | None = None,
    ) -> None:
        self._workshop = runtime.workshop
        self._schedules = schedules
        self.clock = DatabaseClock(runtime.clock)
        queues = sorted({handler.queue for handler in handlers.values()}) if run_jobs else []
        self.runners = [
            Runner(runtime, handlers, clock=self.clock, terms=terms, queue=queue)
            for queue in queues
        ]
        self.ticker = Ticker(runtime.workshop, clock=self.clock)
        self.sealer = Sealer(runtime.workshop)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """From now on commits of this process wake the sealer and the runner."""
        await self.clock.measure(self._workshop.db)
        await self._workshop.run(
            CONTEXT, lambda session: ensure_schedules(session, self._schedules)
        )
        self._workshop.wakeups.changes = self.sealer.wake
        self._workshop.wakeups.jobs = self._wake_runners
        for runner in self.runners:
            runner.start()
        loops: list[Coroutine[Any, Any, None]] = [  # any coroutine
            self.ticker.run(),
            self.sealer.run(),
            self.clock.run(self._workshop.db),
        ]
        self._tasks = [asyncio.create_task(loop) for loop in loops]
        for task in self._tasks:
            task.add_done_callback(_tell_if_broken)

    def _wake_runners(self) -> None:
        for runner in self.runners:
            runner.wake()

    async def failed(self) -> None:
        """Returns never, or raises the bug that ended one of the parts."""
        loops = [loop for runner in self.runners for loop in runner.loops]
        done, _ = await asyncio.wait([*self._tasks, *loops], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self, grace: float = 10.0) -> int:
        """No tick and no claim any more; jobs get `grace` seconds. Returns how many of them were
        handed back to the queue."""
        for task in self._tasks:
            task.cancel()
        try:
            stopped = [runner.stop(grace) for runner in self.runners]
            handed_back = sum(await asyncio.gather(*stopped))
            await self.sealer.round()
        except Exception:
            # A lost database must not keep the process from ending: leases run out by themselves.
            log.exception("stopped_without_handing_back")
            handed_back = 0
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return handed_back


def _tell_if_broken(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("background_part_broke", exc_info=error)


@asynccontextmanager
async def background(
    runtime: Runtime,
    *,
    handlers: Handlers,
    schedules: Sequence[ScheduleSpec],
    run_jobs: bool,
    grace: float = 10.0,
    terms: Terms | None = None,
) -> AsyncIterator[Background]:
    """Started on entry, and stopped in good order on exit."""
    parts = Background(runtime, handlers, schedules, run_jobs=run_jobs, terms=terms)
    await parts.start()
    try:
        yield parts
    finally:
        await parts.stop(grace)
