"""A writer to be killed. Says each number once its transaction is committed: a row, the change
that records it, and a job, all together."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

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


async def main(say: Callable[[object], None], url: str, first: int) -> None:
    async with core_runtime(url) as runtime:
        sealer = Sealer(runtime.workshop)
        runtime.workshop.wakeups.changes = sealer.wake
        sealing = asyncio.create_task(sealer.run())
        context = RequestContext(request_id="writer")
        for number in itertools.count(first):
            await runtime.workshop.run(context, partial(write, number=number))
            say(number)
            if sealing.done():
                sealing.result()
