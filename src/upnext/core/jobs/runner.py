"""Claims jobs and does them, several at a time, in the event loop of its process."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from upnext.core import tracing
from upnext.core.clock import Clock
from upnext.core.errors import StorageFull, Unavailable
from upnext.core.jobs.handlers import (
    DEFAULT,
    Attempt,
    Handlers,
    JobHandler,
    LostLease,
    PermanentJobError,
    of_queue,
)
from upnext.core.jobs.leases import Leases, Terms
from upnext.core.jobs.models import JobState
from upnext.core.jobs.pace import Pace
from upnext.core.runtime import Runtime

log = structlog.get_logger("upnext.jobs")

POLL_SECONDS = 1.0
# Others were claiming at the same moment: there may be more right after.
NUDGE_SECONDS = 0.02
OUTAGE_SECONDS = 1.0
# Jobs of a process that wait for other servers: a hundred slow ones still leave room.
MOST_WAITING = 200
# What a handler gets to end in after it was cut off.
LAST_SECONDS = 5.0


class Runner:
    """`start`, then `wake` whenever a commit added jobs, then `stop`."""

    def __init__(
        self,
        runtime: Runtime,
        handlers: Handlers,
        *,
        clock: Clock | None = None,
        terms: Terms | None = None,
        queue: str = DEFAULT,
    ) -> None:
        """Only the handlers of `queue` are used."""
        self._runtime = runtime
        self._handlers = of_queue(handlers, queue)
        self._leases = Leases(
            runtime.workshop, tuple(self._handlers), clock=clock, terms=terms, queue=queue
        )
        concurrency = runtime.settings.jobs.concurrency if queue == DEFAULT else MOST_WAITING
        self._slots = asyncio.Semaphore(concurrency)
        self._pace = Pace(concurrency)
        self._held: set[Attempt] = set()
        self._done: list[Attempt] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._cuts: dict[Attempt, asyncio.Timeout] = {}
        self._stir, self._some_done = asyncio.Event(), asyncio.Event()
        # Whoever stops the runner waits for the batch that is being ended.
        self._ending = asyncio.Lock()
        self._stopping = self._cut = False
        self._loops: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        self._stir.set()

    def start(self) -> None:
        loops = (self._claim_forever, self._complete_forever, self._renew_forever)
        self._loops = [asyncio.create_task(loop()) for loop in loops]

    @property
    def loops(self) -> list[asyncio.Task[None]]:
        """They end only by `stop`, or by a bug."""
        return self._loops

    async def stop(self, grace: float = 10.0) -> int:
        """Claims nothing more, gives what runs `grace` seconds, and hands back what is left.

        Returns how many jobs were handed back: they are ready for others at once.
        """
        self._stopping = True
        self._stir.set()
        if not self._loops:
            return 0
        claiming, completing, renewing = self._loops
        await asyncio.wait([claiming])
        await self._settle(grace)
        self._cut = True
        for timeout in self._cuts.values():
            timeout.reschedule(asyncio.get_running_loop().time())
        await self._settle(LAST_SECONDS)
        await _cancel(*self._tasks)
        await self._guard(self._complete())
        await _cancel(completing, renewing)
        return await self._leases.hand_back(self._held) if self._held else 0

    async def drain(self) -> int:
        """Without `start`: does what is ready, and what that makes ready; returns how many."""
        count = 0
        while attempts := await self._leases.claim(100, careful=100):
            count += len(attempts)
            self._begin(attempts)
            await asyncio.wait(self._tasks)
            await self._complete()
        return count

    async def work_off(self, seconds: float, *, more: Callable[[], None]) -> int:
        """Without `start`: does what is ready, for about so long; returns how many it began.

        Calls `more` when there is more than fits here, or than there was time for; should it fail,
        what was claimed is done all the same. Nothing goes on
        when this returns or raises: the loop may stand still then, and an open transaction would
        hold its locks. Whoever is cancelled keeps their leases until they run out.
        """
        until, count = time.monotonic() + seconds, 0
        await self._leases.reclaim()
        beside = [
            asyncio.create_task(loop()) for loop in (self._complete_forever, self._renew_forever)
        ]
        try:
            while True:
                self._stir.clear()
                room = self._pace.room(len(self._held)) if time.monotonic() < until else 0
                attempts = await self._claim_if_possible(room)
                if attempts is None:
                    # What runs gets its end; nothing new until somebody wakes us again.
                    until, attempts = 0.0, []
                count += len(attempts)
                self._begin(attempts)
                if attempts and len(attempts) >= room:
                    _ask(more)
                elif not self._held:
                    return count
                await self._wait_to_be_stirred(POLL_SECONDS)
        finally:
            await _cancel(*beside, *self._tasks)

    # Claiming

    async def _claim_if_possible(self, room: int) -> list[Attempt] | None:
        if not room:
            return []
        try:
            return await self._leases.claim(room, careful=self._pace.concurrency)
        except Exception:
            # As in `_claim_forever`; and what runs must not be left behind.
            log.exception("claiming_postponed")
            return None

    async def _claim_forever(self) -> None:
        sweep_at = 0.0
        while not self._stopping:
            self._stir.clear()
            try:
                if time.monotonic() >= sweep_at:
                    await self._leases.reclaim()
                    sweep_at = time.monotonic() + self._leases.terms.lease / 4 * _about_one()
                wait = await self._claim_once()
            except Exception:
                # The boundary of a loop that has to outlive every outage, and bugs.
                log.exception("claiming_postponed")
                wait = OUTAGE_SECONDS
            if wait and not self._stopping:
                await self._wait_to_be_stirred(wait * _about_one())

    async def _claim_once(self) -> float:
        """How long to wait before the next time, unless something happens."""
        room = self._pace.room(len(self._held))
        if not room:
            return POLL_SECONDS
        attempts = await self._leases.claim(room, careful=self._pace.concurrency)
        if attempts:
            self._begin(attempts)
            return 0.0
        return NUDGE_SECONDS if self._leases.contended else POLL_SECONDS

    async def _wait_to_be_stirred(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        except TimeoutError:
            return

    def _begin(self, attempts: list[Attempt]) -> None:
        self._held.update(attempts)
        for attempt in attempts:
            task = asyncio.create_task(self._work(attempt))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _let_go(self, attempt: Attempt) -> None:
        self._held.discard(attempt)
        self._stir.set()

    # Doing

    async def _work(self, attempt: Attempt) -> None:
        async with self._slots:
            if self._stopping:
                return
            began = time.monotonic()
            try:
                with tracing.job(attempt.context, attempt.kind, {"upnext.attempt": attempt.number}):
                    kept = await self._attempt(attempt)
            except Exception:
                # The boundary of a job. Its lease runs out, and then it is taken up again.
                log.exception("job_left_to_its_lease", job_id=str(attempt.job_id))
                kept = False
            seconds = time.monotonic() - began
            self._pace.took(seconds)
            self._runtime.metrics.worked(attempt.kind, seconds)
        if not kept:
            self._let_go(attempt)

    async def _attempt(self, attempt: Attempt) -> bool:
        """Whether the attempt goes on to belong to this runner."""
        handler = self._handlers[attempt.kind]
        try:
            result = await self._perform(handler, attempt)
            if (apply := handler.apply) is None:
                self._done.append(attempt)
                self._some_done.set()
                return True
            await self._insist(lambda: self._leases.finish(attempt, apply, result))
        except LostLease:
            log.warning("job_lease_lost", job_id=str(attempt.job_id), kind=attempt.kind)
        except Exception as error:
            if self._cut:
                return True
            await self._fail(attempt, error)
        return False

    async def _perform(self, handler: JobHandler, attempt: Attempt) -> object:
        if handler.perform is None:
            return None
        try:
            async with asyncio.timeout(handler.timeout) as timeout:
                self._cuts[attempt] = timeout
                return await handler.perform(self._runtime, attempt)
        except TimeoutError as error:
            if timeout.expired():
                raise TimeoutError(f"it took over {handler.timeout} s") from error
            raise
        finally:
            self._cuts.pop(attempt, None)

    async def _fail(self, attempt: Attempt, error: Exception) -> None:
        self._runtime.metrics.job_failures.labels(attempt.kind).inc()
        final = None
        if isinstance(error, PermanentJobError):
            final = JobState.FAILED
        elif attempt.number >= attempt.max_attempts:
            final = JobState.DEAD
        text = f"{type(error).__name__}: {error}"
        log.warning(
            "job_failed",
            job_id=str(attempt.job_id),
            kind=attempt.kind,
            attempt=attempt.number,
            final=final,
            error=text,
            exc_info=error,
        )
        try:
            await self._insist(lambda: self._leases.fail(attempt, text, final=final))
        except LostLease:
            log.warning("job_lease_lost", job_id=str(attempt.job_id), kind=attempt.kind)

    async def _insist(self, save: Callable[[], Awaitable[None]]) -> None:
        """Through an outage of the database, for as long as a lease may hold."""
        give_up = time.monotonic() + self._leases.terms.lease
        while True:
            try:
                return await save()
            except (Unavailable, StorageFull, OSError):
                if self._cut or time.monotonic() + OUTAGE_SECONDS > give_up:
                    raise
            await asyncio.sleep(OUTAGE_SECONDS * _about_one())

    # What goes on beside

    async def _complete_forever(self) -> None:
        while True:
            await self._some_done.wait()
            self._some_done.clear()
            await self._guard(self._complete())

    async def _complete(self) -> None:
        """Ends what is done, all together: while this commits, the next batch gathers."""
        async with self._ending:
            batch, self._done = self._done, []
            if not batch:
                return
            try:
                await self._insist(lambda: self._complete_all(batch))
            finally:
                for attempt in batch:
                    self._let_go(attempt)

    async def _complete_all(self, batch: list[Attempt]) -> None:
        ended = await self._leases.complete(batch)
        if ended < len(batch):
            log.warning("job_lease_lost", count=len(batch) - ended)

    async def _renew_forever(self) -> None:
        while True:
            await asyncio.sleep(self._leases.terms.heartbeat * _about_one())
            await self._guard(self._leases.renew(list(self._held)))

    async def _guard(self, step: Coroutine[Any, Any, None]) -> None:  # any coroutine
        try:
            await step
        except Exception:
            # As in claiming.
            log.exception("lease_work_postponed")

    async def _settle(self, seconds: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _ask(more: Callable[[], None]) -> None:
    try:
        more()
    except Exception:
        # A broker that is gone. The claims are made, and must not wait for their leases' end.
        log.exception("waking_postponed")


def _about_one() -> float:
    """So that many processes do not come at the same moment."""
    return random.uniform(0.5, 1.0)  # noqa: S311  (spreads, hides nothing)
