"""What of realtime runs beside the requests of a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from upnext.core.runtime import Runtime
from upnext.realtime.connections import Connections
from upnext.realtime.hub import Hub

log = structlog.get_logger("upnext.realtime")


@asynccontextmanager
async def live(runtime: Runtime) -> AsyncIterator[None]:
    """From now on what is sealed in this process wakes whoever follows it, here and elsewhere."""
    hub: Hub = runtime.parts["hub"]
    connections: Connections = runtime.parts["connections"]
    loops = [hub.run(runtime.workshop.wakeups), connections.run()]
    tasks = [asyncio.create_task(loop) for loop in loops]
    for task in tasks:
        task.add_done_callback(_tell_if_broken)
    try:
        yield
    finally:
        connections.stop()
        hub.stop()
        await asyncio.gather(*tasks, return_exceptions=True)


def _tell_if_broken(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("realtime_broke", exc_info=error)
