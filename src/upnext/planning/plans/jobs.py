"""Keeps plans fresh that people look at."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential
from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.planning.plans import pinning, queries, refreshing, service
from upnext.planning.plans.loading import load
from upnext.planning.plans.refreshing import REFRESH
from upnext.planning.plans.service import Made
from upnext.workspaces.actors import actor_for

SWEEP: Final = "planning.sweep_plans"
EVERY: Final = timedelta(minutes=1)


async def perform(runtime: Runtime, attempt: Attempt) -> Made | None:
    """The plan, if what it was made of has changed; else None."""
    user_id, now = UUID(attempt.args["user_id"]), runtime.clock.now()
    credential = Credential(kind="session", id=attempt.job_id, user_id=user_id)
    actor = await actor_for(runtime.db.lane, credential)
    async with runtime.db.read() as session:
        loaded = await load(session, actor, user_id, now)
        if loaded is None or loaded.fresh:
            return None
        row = loaded.row
        made = await service.make(loaded, user_id, now)
    if row is None or made.row is None:
        return made
    # Nobody has looked at it.
    return replace(made, row={**made.row, "asked_at": row.asked_at})


async def apply(session: AsyncSession, attempt: Attempt, made: Made | None) -> None:
    if made is not None:
        user_id = UUID(attempt.args["user_id"])
        await service.keep(session, user_id, made, unit_of(session).now)


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await session.execute(queries.drop_over(unit_of(session).now - pinning.KEPT))
    await refreshing.ask_for_all(session)


HANDLERS = (
    JobHandler(kind=REFRESH, perform=perform, apply=apply),
    JobHandler(kind=SWEEP, apply=sweep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=EVERY),)
