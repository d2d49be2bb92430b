"""Mailing invitations, and forgetting those that are long over."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.workspaces import invitations
from upnext.workspaces.invitations import Prepared, queries

SWEEP: Final = "workspaces.sweep_invitations"
KEPT: Final = timedelta(days=30)


async def prepare(runtime: Runtime, attempt: Attempt) -> Prepared | None:
    return await invitations.prepare(runtime, UUID(attempt.args["invitation_id"]))


async def keep(session: AsyncSession, _: Attempt, prepared: Prepared | None) -> None:
    await invitations.keep(session, prepared)


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await session.execute(queries.long_over(unit_of(session).now - KEPT))


HANDLERS = (
    JobHandler(kind=invitations.MAIL, perform=prepare, apply=keep),
    JobHandler(kind=SWEEP, apply=sweep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),)
