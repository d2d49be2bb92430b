"""Every statement on reminders."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, func, literal_column, or_, select

from upnext.automation.models import Reminder
from upnext.core.paging import Order, identities, instants
from upnext.tasks.models import Task

REMINDER = cast(Table, Reminder.__table__)
SOONEST = Order(
    (("fire_at", instants(REMINDER.c.fire_at), False), ("id", identities(REMINDER.c.id), False))
)


def of_task(task_id: UUID, user_id: UUID | None) -> Select[Reminder]:
    """Those for the user, and those that they set for others."""
    return (
        select(Reminder)
        .where(
            Reminder.task_id == task_id,
            or_(Reminder.user_id == user_id, Reminder.created_by == user_id),
        )
        .order_by(Reminder.id)
    )


def one(reminder_id: UUID, task_id: UUID, user_id: UUID | None) -> Select[Reminder]:
    return of_task(task_id, user_id).where(Reminder.id == reminder_id).with_for_update()


def count(task_id: UUID) -> Select[int]:
    return select(func.count()).where(Reminder.task_id == task_id)


def waiting(user_id: UUID | None, behind: list[Any] | None, limit: int) -> Select[Reminder]:
    """What is to come, the soonest first, and one more if there is one."""
    found = select(Reminder).where(Reminder.user_id == user_id, Reminder.fire_at.is_not(None))
    if behind is not None:
        found = found.where(SOONEST.behind(behind))
    return found.order_by(*SOONEST.clauses()).limit(limit + 1)


def any_in(workspace_id: UUID) -> Select[UUID]:
    return select(Reminder.id).where(Reminder.workspace_id == workspace_id).limit(1)


def relative_of(task_id: UUID) -> Select[Reminder, datetime | None]:
    """Those that follow the due date, with what that is now."""
    return (
        select(Reminder, Task.due_at)
        .join(Task, Task.id == Reminder.task_id)
        .where(Reminder.task_id == task_id, Reminder.before_minutes.is_not(None))
        .order_by(Reminder.id)
    )


def carried_on(task_id: UUID) -> Select[Reminder, datetime | None]:
    """What the occurrence before this one had, with the due date of this one."""
    fresh, before = Task.__table__.alias("fresh"), Task.__table__.alias("before")
    return (
        select(Reminder, fresh.c.due_at)
        .join(before, before.c.id == Reminder.task_id)
        .join(
            fresh,
            (fresh.c.series_id == before.c.series_id)
            & (fresh.c.occurrence == before.c.occurrence + literal_column("1")),
        )
        .where(fresh.c.id == task_id, Reminder.before_minutes.is_not(None))
        .order_by(Reminder.id)
    )


def due(now: datetime, limit: int) -> Select[Reminder]:
    """Locked; what another process has in hand is left to it."""
    return (
        select(Reminder)
        .where(Reminder.fire_at <= now)
        .order_by(Reminder.fire_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def tasks(task_ids: Collection[UUID]) -> Select[Task]:
    return select(Task).where(Task.id.in_(task_ids))
