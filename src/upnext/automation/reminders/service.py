"""The use cases of reminders. Each is its person's own business, and that of who set it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import policy
from upnext.automation.models import Reminder
from upnext.automation.owners import require_person
from upnext.automation.people import who_see
from upnext.automation.reminders import queries
from upnext.automation.reminders.schemas import ReminderCreate, ReminderList
from upnext.core.auth import RANK, Actor
from upnext.core.changes import unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound, invalid_field
from upnext.core.ids import new_id
from upnext.core.keys import KeyRing
from upnext.core.load import load_for
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.models import Task

MOST = 50


def fire_at(before_minutes: int, due_at: datetime | None, now: datetime) -> datetime | None:
    """None: the task is not due, or the time for it is over."""
    at = due_at - timedelta(minutes=before_minutes) if due_at else None
    return at if at is not None and at > now else None


async def create(
    session: AsyncSession, actor: Actor, task_id: UUID, data: ReminderCreate
) -> Reminder:
    task = await load_for(session, actor, policy.CREATE_REMINDER, Task, task_id)
    own = require_person(actor)
    user_id = data.user_id or own
    if user_id != own:
        await _check_other(session, actor, task, user_id)
    if (await session.scalar(queries.count(task_id)) or 0) >= MOST:
        raise Conflict(f"The task has {MOST} reminders. Delete one first.", code="too_many")
    now = unit_of(session).now
    made = Reminder(
        id=new_id(),
        task_id=task_id,
        workspace_id=task.workspace_id,
        user_id=user_id,
        created_by=own,
        at=data.at,
        before_minutes=data.before_minutes,
        text=data.text,
        fire_at=_first(data, task, now),
        fired_at=None,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


def _first(data: ReminderCreate, task: Task, now: datetime) -> datetime | None:
    if data.at is not None:
        if data.at <= now:
            raise invalid_field("/at", "This lies in the past. Say a time to come.", "past")
        return data.at
    at = fire_at(data.before_minutes or 0, task.due_at, now)
    if at is None and task.due_at is not None:
        detail = "The time for this is over: so long before it is due lies in the past."
        raise invalid_field("/before_minutes", detail, "past")
    return at


async def _check_other(session: AsyncSession, actor: Actor, task: Task, user_id: UUID) -> None:
    role = actor.role_in(task.workspace_id, task.project_id)
    if role is None or RANK[role] < RANK[policy.REMIND_OTHERS]:
        raise Forbidden(
            f"To remind others takes at least {policy.REMIND_OTHERS} here.", code="role_too_low"
        )
    if not await who_see(session, (task.workspace_id, task.project_id), [user_id]):
        detail = "is no member who can see the task"
        raise invalid_field("/user_id", detail, "not_remindable")


async def of_task(session: AsyncSession, actor: Actor, task_id: UUID) -> list[Reminder]:
    await load_for(session, actor, policy.READ_REMINDER, Task, task_id)
    return list(await session.scalars(queries.of_task(task_id, actor.user_id)))


async def waiting(
    session: AsyncSession, actor: Actor, keys: KeyRing, wanted: ReminderList
) -> tuple[list[Reminder], str | None]:
    """One's own that are to come, the soonest first."""
    behind = read_cursor(keys, queries.SOONEST, wanted.cursor) if wanted.cursor else None
    found = list(await session.scalars(queries.waiting(actor.user_id, behind, wanted.limit)))
    if len(found) <= wanted.limit:
        return found, None
    last = found[wanted.limit - 1]
    return found[: wanted.limit], write_cursor(keys, queries.SOONEST, [last.fire_at, last.id])


async def delete(session: AsyncSession, actor: Actor, task_id: UUID, reminder_id: UUID) -> None:
    await load_for(session, actor, policy.DELETE_REMINDER, Task, task_id)
    found = await session.scalar(queries.one(reminder_id, task_id, actor.user_id))
    if found is None:
        raise NotFound("There is no such reminder.")
    await session.delete(found)
    await session.flush()
