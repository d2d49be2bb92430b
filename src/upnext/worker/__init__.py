"""The process that does background work and answers no requests: `upnext worker`."""

import asyncio
import signal

import structlog

from upnext import manifest
from upnext.core.collecting import keep_all
from upnext.core.heartbeat import Heart
from upnext.core.jobs import Background, background
from upnext.core.runtime import Runtime
from upnext.realtime.running import live

log = structlog.get_logger("upnext.worker")

# What running jobs get once the process is told to stop.
GRACE_SECONDS = 20.0


async def run_worker(runtime: Runtime, *, run_jobs: bool = True) -> None:
    """What the server does in the background, without the server, until SIGTERM or SIGINT."""
    async with (
        # Nobody is connected here; but what is sealed here is told to the servers.
        live(runtime),
        background(
            runtime,
            handlers=manifest.JOBS,
            schedules=manifest.SCHEDULES,
            run_jobs=run_jobs,
            grace=GRACE_SECONDS,
        ) as parts,
    ):
        keep_all()
        log.info("worker_started", kinds=sorted(manifest.JOBS))
        await until_told(parts, Heart(runtime.settings.jobs.heartbeat))
        log.info("worker_stops")


async def until_told(parts: Background, heart: Heart) -> None:
    """Raises what ended one of the parts, should that come first."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    # What beats stops with the loop, and ends the process if its file cannot be touched.
    ends = (told.wait(), parts.failed(), heart.run())
    waits = [asyncio.create_task(end) for end in ends]
    done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in done:
        task.result()
