"""The use cases of a workspace's business calendar."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import LostRace
from upnext.core.load import check_version, load_for
from upnext.sla import policy, queries, recomputing
from upnext.sla.events import CalendarUpdated
from upnext.sla.models import Calendar
from upnext.sla.schemas import CalendarPut, CalendarRead, Holiday
from upnext.workspaces.models import Workspace


async def get(session: AsyncSession, actor: Actor, workspace_id: UUID) -> CalendarRead:
    """The default one where nobody has set any."""
    await load_for(session, actor, policy.READ_CALENDAR, Workspace, workspace_id)
    return shown(workspace_id, await session.scalar(queries.calendar_of(workspace_id)))


async def put(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    data: CalendarPut,
    *,
    expected: int | None = None,
) -> CalendarRead:
    """Replaces it, and lets all clocks that count business hours follow."""
    await load_for(session, actor, policy.UPDATE_CALENDAR, Workspace, workspace_id)
    found = await session.scalar(queries.calendar_of(workspace_id))
    check_version(found.version if found else 0, expected)
    values = data.model_dump(mode="json")
    before = shown(workspace_id, found).model_dump(mode="json")
    diff = {name: (before[name], new) for name, new in values.items() if before[name] != new}
    if found is not None and not diff:
        return shown(workspace_id, found)
    kept = await _keep(session, workspace_id, found, values)
    change = CalendarUpdated(
        workspace_id=workspace_id, resource_id=workspace_id, version=kept.version, diff=diff
    )
    await record(session, actor, change)
    await recomputing.ask_workspace(session, workspace_id)
    return shown(workspace_id, kept)


async def _keep(
    session: AsyncSession, workspace_id: UUID, found: Calendar | None, values: dict[str, Any]
) -> Calendar:
    kept = found or Calendar(workspace_id=workspace_id)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.updated_at = unit_of(session).now
    session.add(kept)
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error
    return kept


def shown(workspace_id: UUID, calendar: Calendar | None) -> CalendarRead:
    default = CalendarPut()
    if calendar is None:
        return CalendarRead(
            workspace_id=workspace_id,
            time_zone=default.time_zone,
            hours=default.hours,
            holidays=[],
            updated_at=None,
            version=0,
        )
    return CalendarRead(
        workspace_id=workspace_id,
        time_zone=calendar.time_zone,
        hours=calendar.hours,
        holidays=[Holiday.model_validate(each) for each in calendar.holidays],
        updated_at=calendar.updated_at,
        version=calendar.version,
    )
