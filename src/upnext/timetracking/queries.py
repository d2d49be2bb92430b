"""Every statement on time entries."""

from collections.abc import Collection, Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Update, and_, func, select, update

from upnext.core.auth import Actor
from upnext.core.paging import Order, identities, instants
from upnext.tasks.models import Task
from upnext.timetracking.models import TimeEntry

ENTRY = cast(Table, TimeEntry.__table__)
NEWEST = Order(
    (
        ("started_at", instants(ENTRY.c.started_at), True),
        ("id", identities(ENTRY.c.id), True),
    )
)


def held(entry_id: UUID) -> Select[TimeEntry]:
    """Read anew, and locked together with its task."""
    return (
        select(TimeEntry)
        .where(TimeEntry.id == entry_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def running_of(user_id: UUID) -> Select[TimeEntry]:
    return select(TimeEntry).where(TimeEntry.running_key == user_id)


def running_at(task_id: UUID) -> Select[TimeEntry]:
    return (
        select(TimeEntry)
        .where(TimeEntry.task_id == task_id, TimeEntry.running_key.is_not(None))
        .order_by(TimeEntry.id)
    )


def held_task(task_id: UUID) -> Select[Task]:
    """Whatever became of it: a timer can be stopped in the archive and in the trash, too."""
    return (
        select(Task)
        .where(Task.id == task_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def total(task_id: UUID) -> Select[int]:
    found = func.coalesce(func.sum(TimeEntry.minutes), 0)
    return select(found).where(TimeEntry.task_id == task_id, TimeEntry.ended_at.is_not(None))


def running_count(task_id: UUID) -> Select[int]:
    return select(func.count()).where(
        TimeEntry.task_id == task_id, TimeEntry.running_key.is_not(None)
    )


def set_task(task_id: UUID, **values: int) -> Update:
    """Past the task's version: what nobody is shown, or of a task in the trash."""
    return (
        update(Task)
        .where(Task.id == task_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def visible(actor: Actor, workspaces: Collection[UUID]) -> ColumnElement[bool]:
    conditions = [Task.workspace_id.in_(workspaces), Task.deleted_at.is_(None)]
    if actor.hidden:
        conditions.append(Task.project_id.not_in(actor.hidden))
    return and_(*conditions)


def page(
    conditions: Iterable[ColumnElement[bool]], limit: int, behind: list[Any] | None
) -> Select[TimeEntry]:
    found = select(TimeEntry).join(Task, Task.id == TimeEntry.task_id).where(*conditions)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)
