"""Every statement on many tasks at once, and on operations."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as cast_sql

from upnext.core.auth import Actor
from upnext.core.paging import Order, identities
from upnext.tasks.models import Task, TaskDependency
from upnext.tasks.operations.models import Operation, OperationStep
from upnext.tasks.queries import ASSIGNEE, TAG, TASK
from upnext.workspaces.models import Project, Workspace

OPERATION = cast(Table, Operation.__table__)
STEP = cast(Table, OperationStep.__table__)
NEWEST = Order((("id", identities(OPERATION.c.id), True),))


# Many tasks


def found(
    workspaces: Collection[UUID],
    hidden: Collection[UUID],
    conditions: Iterable[ColumnElement[bool]],
) -> Select[Any]:
    """Ids of the visible tasks outside the trash; the caller adds order and limit."""
    seen = select(Task.id).where(Task.workspace_id.in_(workspaces), Task.deleted_at.is_(None))
    seen = seen.where(Task.project_id.not_in(hidden)) if hidden else seen
    return seen.where(*conditions)


def counted(some: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(some.subquery())


def in_order(some: Select[Any], limit: int) -> Select[Any]:
    return some.order_by(Task.id).limit(limit)


def held(task_ids: Collection[UUID]) -> Select[Any]:
    """The tasks, locked in one order for everybody, and since when their projects are put away."""
    archived = func.coalesce(Project.archived_at, Workspace.archived_at)
    return (
        select(Task, _of_project(archived, "archived"), _of_project(Project.deleted_at, "trashed"))
        .where(Task.id.in_(task_ids))
        .order_by(Task.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _of_project(column: Any, name: str) -> ColumnElement[Any]:  # of a project or a workspace
    return (
        select(column)
        .select_from(Project)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(Project.id == Task.project_id)
        .correlate(Task)
        .scalar_subquery()
        .label(name)
    )


def workspaces_of(task_ids: Collection[UUID]) -> Select[UUID]:
    return select(Task.workspace_id).where(Task.id.in_(task_ids)).distinct()


def below(task_ids: Collection[UUID]) -> Select[UUID, UUID | None]:
    """(id, parent) of everything below any of them, in the trash too."""
    start = (
        select(Task.id, Task.parent_id, cast_sql(literal(1), Integer).label("depth"))
        .where(Task.parent_id.in_(task_ids))
        .cte("below", recursive=True)
    )
    deeper = select(Task.id, Task.parent_id, start.c.depth + 1).join(
        start, Task.parent_id == start.c.id
    )
    every = start.union(deeper)
    return select(every.c.id, every.c.parent_id).distinct()


def beneath(task_ids: Collection[UUID]) -> Select[UUID, UUID | None, UUID]:
    """(id, parent, project) of what lies right below any of them, outside the trash."""
    return select(Task.id, Task.parent_id, Task.project_id).where(
        Task.parent_id.in_(task_ids), Task.deleted_at.is_(None)
    )


def waiting_for(task_ids: Collection[UUID]) -> Select[Task, UUID]:
    """(task, what it waits for) for all that wait for any of these, locked."""
    edge = TaskDependency
    return (
        select(Task, edge.blocked_by_id)
        .join(edge, edge.task_id == Task.id)
        .where(edge.blocked_by_id.in_(task_ids))
        .order_by(Task.id, edge.blocked_by_id)
        .with_for_update(key_share=True)
    )


def same_for_all(task_ids: Collection[UUID], columns: dict[str, Any]) -> Update:
    """They are locked, and so nobody's version is in between."""
    return update(TASK).where(TASK.c.id.in_(task_ids)).values(**columns, version=TASK.c.version + 1)


def each_its_own(names: Sequence[str]) -> Update:
    """For many at once: `row_id`, and `new_` before each of the names."""
    values = {name: bindparam(f"new_{name}", type_=TASK.c[name].type) for name in names}
    return (
        update(TASK)
        .where(TASK.c.id == bindparam("row_id"))
        .values(**values, version=TASK.c.version + 1)
    )


def drop_tag(key: str, task_ids: Collection[UUID]) -> Delete:
    return delete(TAG).where(TAG.c.tag_key == key, TAG.c.task_id.in_(task_ids))


def drop_assignee(user_id: UUID, task_ids: Collection[UUID]) -> Delete:
    return delete(ASSIGNEE).where(ASSIGNEE.c.user_id == user_id, ASSIGNEE.c.task_id.in_(task_ids))


# Operations


def of_user(user_id: UUID | None, behind: list[UUID] | None, limit: int) -> Select[Operation]:
    """`limit` of them, the newest first, and one more if there is one."""
    own = select(Operation).where(Operation.user_id == user_id)
    if behind is not None:
        own = own.where(NEWEST.behind(behind))
    return own.order_by(*NEWEST.clauses()).limit(limit + 1)


def operation(operation_id: UUID) -> Select[Operation]:
    return select(Operation).where(Operation.id == operation_id)


def operation_for_update(operation_id: UUID) -> Select[Operation]:
    return operation(operation_id).with_for_update().execution_options(populate_existing=True)


def steps(operation_id: UUID) -> Select[Any]:
    return (
        select(STEP.c.task_id, STEP.c.action, STEP.c.version, STEP.c.diff)
        .where(STEP.c.operation_id == operation_id)
        .order_by(STEP.c.task_id)
    )


def shown_steps(operation_id: UUID, actor: Actor) -> Select[Any]:
    """Of the tasks that the actor may see now, with their keys."""
    seen = (
        select(STEP.c.task_id, TASK.c.key, STEP.c.action, STEP.c.diff)
        .join(TASK, TASK.c.id == STEP.c.task_id)
        .where(STEP.c.operation_id == operation_id, TASK.c.workspace_id.in_(list(actor.workspaces)))
        .order_by(STEP.c.task_id)
    )
    return seen.where(TASK.c.project_id.not_in(actor.hidden)) if actor.hidden else seen


def set_undone(operation_id: UUID, by: UUID) -> Update:
    return update(OPERATION).where(OPERATION.c.id == operation_id).values(undone_by=by)


def forget(before: datetime) -> Delete:
    return delete(OPERATION).where(OPERATION.c.created_at < before)


def taken(places: Collection[tuple[UUID, int]]) -> Select[Any]:
    """The tasks that stand at these places of series."""
    parts = [
        select(Task.id, Task.series_id, Task.occurrence).where(
            Task.series_id == series_id, Task.occurrence == number
        )
        for series_id, number in places
    ]
    return select(union_all(*parts).subquery())
