"""A writer to be killed: `python -m bench.faults.writer URL FIRST`. Says each number once its
transaction is committed: a row, the change that records it, and a job, all together."""

import asyncio
import itertools
import sys
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bench.faults.effects import NOTED, WRITTEN
from tests.kit.engine import core_runtime
from upnext.core.auth import INSTANCE, SYSTEM
from upnext.core.changes import Change, record
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.jobs import enqueue
from upnext.core.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWritten(Change):
    type: ClassVar[str] = "number.written"


async def write(session: AsyncSession, *, number: int) -> None:
    await session.execute(WRITTEN.insert().values(number=number))
    diff = {"number": (None, number)}
    await record(
        session, SYSTEM, NumberWritten(workspace_id=INSTANCE, resource_id=new_id(), diff=diff)
    )
    await enqueue(session, NOTED, {"number": number}, key=f"noted:{number}")


async def main(url: str, first: int) -> None:
    async with core_runtime(url) as runtime:
        sealer = Sealer(runtime.workshop)
        runtime.workshop.wakeups.changes = sealer.wake
        sealing = asyncio.create_task(sealer.run())
        context = RequestContext(request_id="writer")
        for number in itertools.count(first):
            await runtime.workshop.run(context, partial(write, number=number))
            print(number, flush=True)
            if sealing.done():
                sealing.result()


if __name__ == "__main__":
    # Standard output is for the trial that started us.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
