"""Keeps plans fresh that people look at."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential
from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.queue import enqueue
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.planning.plans import pinning, queries, service
from upnext.planning.plans.loading import load
from upnext.planning.plans.service import Made
from upnext.workspaces.actors import actor_for

REFRESH: Final = "planning.refresh_plan"
SWEEP: Final = "planning.sweep_plans"
EVERY: Final = timedelta(minutes=1)
LOOKED_AT: Final = timedelta(days=2)
"""Whoever has not looked for so long has the plan made when they look again."""
MOST: Final = 500


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
    """Asks for a look at each plan that people look at; at most one at a time for each."""
    now = unit_of(session).now
    await session.execute(queries.drop_over(now - pinning.KEPT))
    for user_id in (await session.scalars(queries.looked_at(now - LOOKED_AT, MOST))).all():
        await enqueue(session, REFRESH, {"user_id": str(user_id)}, key=f"plan:{user_id}")


HANDLERS = (
    JobHandler(kind=REFRESH, perform=perform, apply=apply),
    JobHandler(kind=SWEEP, apply=sweep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=EVERY),)
