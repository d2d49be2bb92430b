"""A worker to be killed: `python -m bench.faults.worker URL OUTSIDE`. Says `ready` when it is."""

import asyncio
import sys
from pathlib import Path

import structlog

from bench.faults import effects
from tests.kit.engine import core_runtime
from upnext.core.jobs import Background
from upnext.core.jobs.leases import Terms

# Short, so that a trial need not wait a minute for what a killed worker held.
TERMS = Terms(lease=2.0, heartbeat=0.5)


async def main(url: str, outside: Path) -> None:
    async with core_runtime(url) as runtime:
        parts = Background(runtime, effects.handlers(outside), terms=TERMS)
        await parts.start()
        print("ready", flush=True)
        await parts.failed()


if __name__ == "__main__":
    # Standard output is for the trial that started us.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
