"""The engine on a database of its own, since it works for the whole instance; emptied per test."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit.databases import Databases
from tests.kit.engine import core_runtime
from tests.kit.kept import Keeper
from upnext.core.clock import Clock, FrozenClock, SystemClock
from upnext.core.context import RequestContext
from upnext.core.idempotency import IdempotentReply
from upnext.core.jobs import Attempt, enqueue
from upnext.core.jobs.leases import Leases
from upnext.core.jobs.models import Job, Schedule
from upnext.core.runtime import Runtime

NUMBER = Column("n", Integer)
EFFECT = Table("job_effect", MetaData(), Column("id", Integer, primary_key=True), NUMBER)
CONTEXT = RequestContext(request_id="asked-by-a-test", ip="192.0.2.9", user_agent="suite")
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Engine:
    """Short forms of what these tests do all the time."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.workshop = runtime.workshop

    def leases(self, *kinds: str, clock: Clock | None = None) -> Leases:
        return Leases(self.workshop, kinds or ("probe",), clock=clock)

    async def add(self, count: int = 1, kind: str = "probe", **options: Any) -> list[UUID]:
        async def use_case(session: AsyncSession) -> list[UUID]:
            found = [await enqueue(session, kind, {"n": n}, **options) for n in range(count)]
            return [one for one in found if one]

        return await self.workshop.run(CONTEXT, use_case)

    async def job(self, job_id: UUID) -> Job:
        async with self.runtime.db.read() as session:
            return (await session.scalars(select(Job).where(Job.id == job_id))).one()

    async def jobs(self, kind: str = "probe") -> list[Job]:
        async with self.runtime.db.read() as session:
            return list(await session.scalars(select(Job).where(Job.kind == kind)))

    async def effects(self) -> list[int]:
        async with self.runtime.db.read() as session:
            return sorted(await session.scalars(select(EFFECT.c.n)))

    async def save(self, *rows: object) -> None:
        async def use_case(session: AsyncSession) -> None:
            session.add_all(rows)

        await self.workshop.run(CONTEXT, use_case)


async def effect(session: AsyncSession, attempt: Attempt, result: Any = None) -> None:
    """An `apply` that leaves a row without a unique key, so that twice would show."""
    args: Mapping[str, Any] = attempt.args
    await session.execute(insert(EFFECT).values(n=args["n"]))


@pytest.fixture(scope="session")
def engine_url(databases: Databases, dialect: str) -> str:
    return databases.migrated(dialect)


async def _emptied(runtime: Runtime) -> Engine:
    async with runtime.db.writer.begin() as connection:
        await connection.run_sync(EFFECT.metadata.create_all)
        for table in (Job.__table__, Schedule.__table__, IdempotentReply.__table__, EFFECT):
            await connection.execute(delete(table))  # type: ignore[arg-type]  # typed wider
    return Engine(runtime)


@pytest.fixture
async def engine(engine_url: str, keeper: Keeper) -> AsyncIterator[Engine]:
    kept = keeper.of(engine_url)
    async with core_runtime(engine_url, clock=SystemClock(), db=kept) as runtime:
        yield await _emptied(runtime)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
async def frozen(engine_url: str, clock: FrozenClock, keeper: Keeper) -> AsyncIterator[Engine]:
    """At `START`, until a test moves `clock`."""
    async with core_runtime(engine_url, clock=clock, db=keeper.of(engine_url)) as runtime:
        yield await _emptied(runtime)
