"""The runs of schedules: begun by time or by a person, listed, and tried dry."""

from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import Output, Registries, read_action
from upnext.automation.events import RunCreated
from upnext.automation.models import RunState, ScheduleRun, Trigger, UserSchedule
from upnext.automation.owners import require_person
from upnext.automation.schedules import queries
from upnext.automation.schedules.service import RUN, Whole, doing_of, get
from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.ids import new_id
from upnext.core.jobs import enqueue
from upnext.core.keys import KeyRing
from upnext.core.paging import read_cursor, write_cursor
from upnext.identity import service as accounts


async def run_now(session: AsyncSession, actor: Actor, schedule_id: UUID) -> ScheduleRun:
    """Also of a paused one; when it comes by itself stays as it is."""
    whole = await get(session, actor, schedule_id, own=True)
    place = whole.asked.workspace_id
    job_id = await enqueue(session, RUN, {"schedule_id": str(schedule_id)}, workspace_id=place)
    assert job_id is not None  # noqa: S101  (it has no key, so it is always added)
    return await add_run(
        session, actor, whole.asked, job_id, unit_of(session).now, trigger=Trigger.PERSON
    )


async def add_run(
    session: AsyncSession,
    actor: Actor,
    asked: UserSchedule,
    job_id: UUID,
    at: datetime,
    *,
    trigger: Trigger,
) -> ScheduleRun:
    run = ScheduleRun(
        id=new_id(),
        schedule_id=asked.id,
        workspace_id=asked.workspace_id,
        job_id=job_id,
        trigger=trigger,
        fire_at=at,
        state=RunState.PENDING,
        attempts=0,
        created_at=unit_of(session).now,
    )
    session.add(run)
    await session.flush()
    await record(session, actor, run_change(RunCreated, asked, run))
    return run


def run_change(kind: type[Any], asked: UserSchedule, run: ScheduleRun) -> Any:  # any of a run
    told = {
        "schedule_id": str(asked.id),
        "name": asked.name,
        "user_id": str(asked.user_id),
        "state": str(run.state),
        "error": run.error,
    }
    diff = {name: (None, value) for name, value in told.items() if value is not None}
    return kind(workspace_id=asked.workspace_id, resource_id=run.id, diff=diff)


async def runs(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    schedule_id: UUID,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[ScheduleRun], str | None]:
    """The newest first."""
    await get(session, actor, schedule_id)
    behind = read_cursor(keys, queries.NEWEST_RUN, cursor) if cursor else None
    found = list(await session.scalars(queries.runs_of(schedule_id, behind, limit)))
    if len(found) <= limit:
        return found, None
    return found[:limit], write_cursor(keys, queries.NEWEST_RUN, [found[limit - 1].id])


async def dry_run(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    **registries: Unpack[Registries],
) -> tuple[Whole, Output]:
    """What it would do now. Nothing of it lasts."""
    whole = await get(session, actor, schedule_id, own=True)
    user = await accounts.load(session, require_person(actor))
    unit = unit_of(session)
    unit.discarded = True
    kind, settings = read_action(registries["kinds"], whole.asked.action)
    doing = doing_of(whole, user, actor, unit.now, fields=registries["fields"])
    return whole, await kind.preview(session, doing, settings)
