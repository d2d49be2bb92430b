"""What the trials leave behind, and how it is counted."""

import asyncio
import os
import random
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs import Attempt, Handlers, JobHandler, JobState, by_kind
from upnext.core.jobs.models import Job, Schedule
from upnext.core.runtime import Runtime
from upnext.core.types import Id, Instant

METADATA = MetaData()
Thing = TypeVar("Thing")
SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def _table(name: str, *columns: Column[object]) -> Table:
    # No unique key but the serial one: what happens twice must be able to show.
    return Table(name, METADATA, Column("id", SERIAL, primary_key=True), *columns)


EFFECT = _table("effect", Column("number", Integer, nullable=False))
WRITTEN = _table("written", Column("number", Integer, nullable=False))
TICK = _table(
    "tick_effect",
    Column("schedule_id", Id, nullable=False),
    Column("fire_at", Instant, nullable=False),
)

WORK, TICKED, NOTED = "bench.work", "bench.ticked", "bench.noted"
UNFINISHED = (JobState.PENDING, JobState.PROCESSING)
BROKEN = (JobState.FAILED, JobState.DEAD)
# Long enough that processes are mostly killed in the middle of something.
LONGEST_WORK = 0.2


def handlers(outside: Path) -> Handlers:
    """`outside` gets a line for each external effect."""
    log = os.open(outside, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def work(_: Runtime, attempt: Attempt) -> int:
        await asyncio.sleep(random.uniform(0, LONGEST_WORK))
        os.write(log, f"{attempt.job_id}\n".encode())
        return int(attempt.args["number"])

    async def keep(session: AsyncSession, _: Attempt, number: int) -> None:
        await session.execute(EFFECT.insert().values(number=number))

    async def ticked(session: AsyncSession, attempt: Attempt, _: object) -> None:
        schedule_id = UUID(attempt.args["schedule_id"])
        at = datetime.fromisoformat(attempt.args["fire_at"])
        await session.execute(TICK.insert().values(schedule_id=schedule_id, fire_at=at))

    return by_kind(
        JobHandler(kind=WORK, perform=work, apply=keep), JobHandler(kind=TICKED, apply=ticked)
    )


async def numbers(runtime: Runtime, table: Table) -> Counter[int]:
    """How often each number is there."""
    async with runtime.db.read() as session:
        return Counter((await session.scalars(select(table.c.number))).all())


async def jobs(runtime: Runtime, kinds: Collection[str], states: Collection[JobState]) -> int:
    statement = select(func.count()).select_from(Job)
    async with runtime.db.read() as session:
        count = await session.scalar(statement.where(Job.kind.in_(kinds), Job.state.in_(states)))
    return count or 0


async def stop_schedules(session: AsyncSession) -> None:
    await session.execute(update(Schedule).values(enabled=False))


async def ticks(runtime: Runtime, every: timedelta) -> tuple[int, int, int]:
    """Fired, missing between each schedule's first and last time, and doubled."""
    times: dict[UUID, list[datetime]] = defaultdict(list)
    async with runtime.db.read() as session:
        for schedule_id, at in await session.execute(select(TICK.c.schedule_id, TICK.c.fire_at)):
            times[schedule_id].append(at)
    fired = sum(len(one) for one in times.values())
    different = sum(len(set(one)) for one in times.values())
    expected = sum((max(one) - min(one)) // every + 1 for one in times.values())
    return fired, expected - different, fired - different


async def due_times(runtime: Runtime) -> dict[UUID, datetime]:
    """When each schedule fires next."""
    async with runtime.db.read() as session:
        found = await session.execute(select(Schedule.id, Schedule.next_fire_at))
        return {schedule_id: at for schedule_id, at in found if at is not None}


async def spread(session: AsyncSession, *, random: random.Random, every: timedelta) -> None:
    """Lets the schedules be due at different moments of `every`."""
    for schedule in await session.scalars(select(Schedule).order_by(Schedule.name)):
        assert schedule.next_fire_at is not None
        schedule.next_fire_at -= every * random.random()


async def fired(runtime: Runtime, first: dict[UUID, datetime], every: timedelta) -> "Fired":
    """Each schedule has to have fired at `first` and then every so often, until what is due now."""
    seen: Counter[tuple[UUID, datetime]] = Counter()
    async with runtime.db.read() as session:
        seen.update(
            (row[0], row[1])
            for row in await session.execute(select(*TICK.c["schedule_id", "fire_at"]))
        )
    due = await due_times(runtime)
    wanted = {
        (schedule_id, at + every * number)
        for schedule_id, at in first.items()
        for number in range((due[schedule_id] - at) // every)
    }
    return Fired(
        times=seen.total(),
        missing=len(wanted - seen.keys()),
        too_many=doubled(seen) + len(seen.keys() - wanted),
    )


@dataclass(frozen=True, slots=True)
class Fired:
    times: int
    missing: int
    too_many: int


def doubled(counts: Counter[Thing]) -> int:
    return sum(count - 1 for count in counts.values())


def outside_effects(outside: Path) -> Counter[str]:
    """How often each job, by its stable id, had its external effect."""
    return Counter(outside.read_text().splitlines())
