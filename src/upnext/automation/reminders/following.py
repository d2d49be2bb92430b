"""Reminders follow their tasks: to another due date, and into the next occurrence of a series.

By the sealed changes, a moment after the change itself, so that tasks without reminders cost
nothing more when they are written.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.known import any_in
from upnext.automation.models import Reminder
from upnext.automation.reminders import queries
from upnext.automation.reminders.service import fire_at
from upnext.core.changes import ChangeRow, unit_of
from upnext.core.ids import new_id


async def on_task_changed(session: AsyncSession, change: ChangeRow) -> None:
    if "due_at" not in change.diff or not await _some(session, change):
        return
    now = unit_of(session).now
    rows = await session.execute(queries.relative_of(change.resource_id))
    for reminder, due_at in rows.all():
        reminder.fire_at = fire_at(reminder.before_minutes or 0, due_at, now)
        if reminder.fire_at is not None:
            reminder.fired_at = None


async def on_task_created(session: AsyncSession, change: ChangeRow) -> None:
    """Of a series' next occurrence: what was said of the one before counts for it, too."""
    if (change.diff.get("occurrence") or (None, 1))[1] == 1 or not await _some(session, change):
        return
    now = unit_of(session).now
    rows = await session.execute(queries.carried_on(change.resource_id))
    for before, due_at in rows.all():
        copied = Reminder(
            id=new_id(),
            task_id=change.resource_id,
            workspace_id=before.workspace_id,
            user_id=before.user_id,
            created_by=before.created_by,
            before_minutes=before.before_minutes,
            text=before.text,
            fire_at=fire_at(before.before_minutes or 0, due_at, now),
            created_at=now,
        )
        session.add(copied)


async def _some(session: AsyncSession, change: ChangeRow) -> bool:
    place = change.workspace_id
    return await any_in(session, "reminders", place, queries.any_in(place))
