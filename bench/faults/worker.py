"""A worker to be killed. Says `ready` when it is."""

from collections.abc import Callable
from pathlib import Path

from bench.faults import effects
from tests.kit.engine import core_runtime
from upnext.core.jobs import Background
from upnext.core.jobs.leases import Terms

# Short, so that a trial need not wait a minute for what a killed worker held.
TERMS = Terms(lease=5.0, heartbeat=1.0)


async def main(say: Callable[[object], None], url: str, outside: Path) -> None:
    async with core_runtime(url) as runtime:
        parts = Background(runtime, effects.handlers(outside), terms=TERMS)
        await parts.start()
        say("ready")
        await parts.failed()
