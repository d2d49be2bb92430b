"""The parts of a process together: started, woken by commits, stopped in good order."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.core.jobs.conftest import CONTEXT, Engine, effect
from upnext import worker
from upnext.core import queries
from upnext.core.auth import SYSTEM
from upnext.core.changes import Change, ChangeRow, record
from upnext.core.heartbeat import Heart
from upnext.core.jobs import (
    Background,
    JobHandler,
    JobState,
    ScheduleSpec,
    background,
    by_kind,
)

# The parts know no database; the leases and ticks inside them are tested on each.
pytestmark = pytest.mark.spread
HANDLERS = by_kind(JobHandler(kind="probe", apply=effect))
SPEC = ScheduleSpec(name="probe", kind="probe", every=timedelta(seconds=1), args={"n": 7})


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed(Change):
    type: ClassVar[str] = "probe.made"


async def _ended(engine: Engine, count: int) -> None:
    async with asyncio.timeout(20):
        while sum(one.state is JobState.COMPLETED for one in await engine.jobs()) < count:  # noqa: ASYNC110 - it knows nothing of us
            await asyncio.sleep(0.05)


async def test_it_seals_ticks_and_works(engine: Engine) -> None:
    workspace = uuid4()

    async def change(session: AsyncSession) -> None:
        await record(session, SYSTEM, Probed(workspace_id=workspace, resource_id=uuid4()))

    async with background(
        engine.runtime, handlers=HANDLERS, schedules=[SPEC], run_jobs=True, grace=5
    ):
        await engine.workshop.run(CONTEXT, change)
        await engine.add()
        await _ended(engine, 3)
    assert (await engine.effects())[:3] == [0, 7, 7]
    async with engine.runtime.db.read() as session:
        rows: list[ChangeRow] = list(await session.scalars(queries.sealed_after(workspace, 0, 10)))
    assert [row.seq for row in rows] == [1]


async def test_without_a_runner_it_ticks_and_leaves_the_jobs(engine: Engine) -> None:
    async with background(engine.runtime, handlers=HANDLERS, schedules=[SPEC], run_jobs=False):
        async with asyncio.timeout(20):
            while not await engine.jobs():  # noqa: ASYNC110 - it knows nothing of us
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
    assert {job.state for job in await engine.jobs()} == {JobState.PENDING}


async def test_a_part_that_breaks_is_noticed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Background(engine.runtime, HANDLERS)

    async def broken(*, sweep: bool = True) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(parts.sealer, "round", broken)
    await parts.start()
    try:
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(20):
                await parts.failed()
    finally:
        monkeypatch.undo()
        await parts.stop(0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_works_until_it_is_told(engine: Engine, number: signal.Signals) -> None:
    async with background(engine.runtime, handlers=HANDLERS, schedules=[], run_jobs=True) as parts:
        waiting = asyncio.create_task(worker.until_told(parts, Heart(None)))
        await engine.add()
        await _ended(engine, 1)
        assert not waiting.done()
        os.kill(os.getpid(), number)
        async with asyncio.timeout(20):
            await waiting
    asyncio.get_running_loop().remove_signal_handler(number)
