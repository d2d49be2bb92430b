"""Tells people what they wanted to be reminded of: by a job, in the transaction that ends it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.events import ReminderDue
from upnext.automation.models import Reminder
from upnext.automation.people import who_see
from upnext.automation.reminders import queries
from upnext.core.auth import SYSTEM
from upnext.core.changes import record, unit_of
from upnext.tasks.models import Task

BATCH = 200


async def fire(session: AsyncSession) -> bool:
    """Some of what is due; whether there may be more. Closed tasks need no reminding, and who
    sees the task no more is told nothing of it."""
    now = unit_of(session).now
    found = list(await session.scalars(queries.due(now, BATCH)))
    if not found:
        return False
    rows = await session.scalars(queries.tasks({each.task_id for each in found}))
    tasks = {task.id: task for task in rows if task.is_open}
    seen = await _seen(session, found, tasks)
    for reminder in found:
        task = tasks.get(reminder.task_id)
        if task is not None and _moved(reminder, task, now):
            continue
        reminder.fire_at = None
        if task is not None and (task.project_id, reminder.user_id) in seen:
            reminder.fired_at = now
            await _tell(session, reminder, task)
    await session.flush()
    return len(found) == BATCH


def _moved(reminder: Reminder, task: Task, now: datetime) -> bool:
    """Whether its task was put off a moment ago, before anybody told the reminder."""
    if reminder.before_minutes is None or task.due_at is None:
        return False
    at = task.due_at - timedelta(minutes=reminder.before_minutes)
    if at <= now:
        return False
    reminder.fire_at = at
    return True


async def _seen(
    session: AsyncSession, found: Iterable[Reminder], tasks: Mapping[UUID, Task]
) -> set[tuple[UUID, UUID]]:
    people: dict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    for each in found:
        if task := tasks.get(each.task_id):
            people[task.workspace_id, task.project_id].add(each.user_id)
    return {
        (place[1], user_id)
        for place, user_ids in people.items()
        for user_id in await who_see(session, place, user_ids)
    }


async def _tell(session: AsyncSession, reminder: Reminder, task: Task) -> None:
    told = {
        "user_id": str(reminder.user_id),
        "text": reminder.text or task.title,
        "task_id": str(task.id),
    }
    diff = {name: (None, value) for name, value in told.items()}
    change = ReminderDue(resource_id=reminder.id, diff=diff)
    await record(session, SYSTEM, change)
