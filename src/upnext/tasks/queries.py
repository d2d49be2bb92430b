"""Every statement on tasks, their tags, assignees and dependencies."""

from collections.abc import Collection, Sequence
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    FromClause,
    Insert,
    Integer,
    Select,
    String,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as cast_sql

from upnext.core.auth import WorkspaceRole
from upnext.core.paging import Order
from upnext.core.types import Id
from upnext.identity.models import User
from upnext.tasks.models import OPEN, Status, Task, TaskAssignee, TaskDependency, TaskTag
from upnext.tasks.wire import COLUMNS, LISTED, SHOWN
from upnext.workspaces.models import Project, ProjectMember, Workspace, WorkspaceMember

TASK = cast(Table, Task.__table__)
TAG = cast(Table, TaskTag.__table__)
ASSIGNEE = cast(Table, TaskAssignee.__table__)
DEPENDENCY = cast(Table, TaskDependency.__table__)


MOST_APART: Final = 32
"""Of so many workspaces each is read by itself."""


# One task, and those around it


def _shut(column: Any) -> ColumnElement[Any]:  # of a project or a workspace
    return (
        select(column)
        .select_from(Project)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(Project.id == Task.project_id)
        .correlate(Task)
        .scalar_subquery()
    )


_ARCHIVED = func.coalesce(Project.archived_at, Workspace.archived_at)
SHUT = (_shut(_ARCHIVED).label("archived"), _shut(Project.deleted_at).label("trashed"))
HELD = (
    select(Task, *SHUT)
    .where(Task.id == bindparam("task_id", type_=Id))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""One task, locked, and since when its project is archived or in the trash: of every change."""


def pair_for_update(task_ids: Collection[UUID]) -> Select[Task]:
    """Read anew, and locked in the order of their ids."""
    return (
        select(Task)
        .where(Task.id.in_(task_ids))
        .order_by(Task.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def lock_workspace(workspace_id: UUID) -> Select[UUID]:
    """Who adds a dependency or moves a task below another one waits here for each other."""
    return select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True)


def placed(task_ids: Collection[UUID]) -> Select[UUID, UUID, UUID]:
    return select(Task.id, Task.project_id, Task.workspace_id).where(
        Task.id.in_(task_ids), Task.deleted_at.is_(None)
    )


def with_external_keys(workspace_id: UUID, keys: Collection[str]) -> Select[Any]:
    return select(*COLUMNS).where(Task.workspace_id == workspace_id, Task.external_key.in_(keys))


def waiting_for(task_id: UUID) -> Select[Task]:
    """The tasks whose `blocked_by` tells of this one, in the trash too, locked."""
    those = select(TaskDependency.task_id).where(TaskDependency.blocked_by_id == task_id)
    return select(Task).where(Task.id.in_(those)).order_by(Task.id).with_for_update(key_share=True)


def waited_for(project_id: UUID) -> Select[Task]:
    """The tasks of a project that anybody waits for."""
    return (
        select(Task)
        .where(Task.project_id == project_id, Task.dependent_count > 0)
        .order_by(Task.id)
    )


def layouts_of(project_ids: Collection[UUID]) -> Select[Any]:
    """How the boards of these projects are laid out, as tasks/placing.py reads it."""
    return select(Project.id, Project.layout).where(Project.id.in_(project_ids))


# Above and below


def ancestors(task_id: UUID) -> Select[UUID]:
    """The task's id and those of all above it."""
    start = select(Task.id, Task.parent_id).where(Task.id == task_id).cte("above", recursive=True)
    above = start.union(select(Task.id, Task.parent_id).join(start, Task.id == start.c.parent_id))
    return select(above.c.id)


def _below(task_id: UUID) -> FromClause:
    start = (
        select(Task.id, cast_sql(literal(1), Integer).label("depth"))
        .where(Task.parent_id == task_id)
        .cte("below", recursive=True)
    )
    return start.union_all(
        select(Task.id, start.c.depth + 1).join(start, Task.parent_id == start.c.id)
    )


def height(task_id: UUID) -> Select[int | None]:
    """How many levels hang below; None for none."""
    return select(func.max(_below(task_id).c.depth))


def subtree_for_update(task_id: UUID) -> Select[Task]:
    """All below a task, in the trash too."""
    return (
        select(Task)
        .where(Task.id.in_(select(_below(task_id).c.id)))
        .order_by(Task.id)
        .with_for_update(key_share=True)
    )


def thrown_away_with(root_id: UUID) -> Select[Task]:
    return (
        select(Task)
        .where(Task.deleted_with == root_id)
        .order_by(Task.id)
        .with_for_update(key_share=True)
    )


# Series


def occurrence(series_id: UUID, number: int) -> Select[Task]:
    """Also in the trash."""
    return select(Task).where(Task.series_id == series_id, Task.occurrence == number)


def occurrence_id(series_id: UUID, number: int) -> Select[UUID]:
    return select(Task.id).where(Task.series_id == series_id, Task.occurrence == number)


def open_occurrences(series_id: UUID) -> Select[UUID]:
    return (
        select(Task.id)
        .where(Task.series_id == series_id, Task.status.in_(OPEN), Task.deleted_at.is_(None))
        .order_by(Task.id)
    )


def zone_of(user_id: UUID) -> Select[str]:
    return select(User.time_zone).where(User.id == user_id)


# Dependencies


def edges_before(task_id: UUID) -> Select[Any]:
    """(task, what it waits for) for the task and for everything it waits for in turn."""
    edge = TaskDependency
    start = (
        select(edge.task_id, edge.blocked_by_id)
        .where(edge.task_id == task_id)
        .cte("before", recursive=True)
    )
    before = start.union(
        select(edge.task_id, edge.blocked_by_id).join(start, edge.task_id == start.c.blocked_by_id)
    )
    return select(before.c.task_id, before.c.blocked_by_id)


def named(task_ids: Collection[UUID]) -> Select[UUID, str, UUID]:
    return select(Task.id, Task.key, Task.project_id).where(Task.id.in_(task_ids))


def dependency(task_id: UUID, blocked_by_id: UUID) -> Select[TaskDependency]:
    return select(TaskDependency).where(
        TaskDependency.task_id == task_id, TaskDependency.blocked_by_id == blocked_by_id
    )


def count_blockers(task_id: UUID) -> Select[int]:
    return select(func.count()).where(TaskDependency.task_id == task_id)


def add_dependency(row: dict[str, UUID]) -> Insert:
    return insert(DEPENDENCY).values(row)


def drop_dependency(task_id: UUID, blocked_by_id: UUID) -> Delete:
    return delete(DEPENDENCY).where(
        DEPENDENCY.c.task_id == task_id, DEPENDENCY.c.blocked_by_id == blocked_by_id
    )


def count_dependents(task_id: UUID, by: int) -> Update:
    """Leaves the version alone: nobody is shown this number."""
    counted = TASK.c.dependent_count + by
    return update(TASK).where(TASK.c.id == task_id).values(dependent_count=counted)


def neighbours(
    task_id: UUID, hidden: Collection[UUID], *, before: bool
) -> Select[UUID, str, str, Status]:
    """What a task waits for (`before`), or what waits for it."""
    edge = TaskDependency
    here, there = (
        (edge.task_id, edge.blocked_by_id) if before else (edge.blocked_by_id, edge.task_id)
    )
    found = (
        select(Task.id, Task.key, Task.title, Task.status)
        .join(edge, there == Task.id)
        .where(here == task_id, Task.deleted_at.is_(None))
        .order_by(Task.id)
    )
    return found.where(Task.project_id.not_in(hidden)) if hidden else found


# Tags and assignees

ADD_TAGS = insert(TAG)
ADD_ASSIGNEES = insert(ASSIGNEE)


def drop_tags(task_id: UUID, keys: Collection[str]) -> Delete:
    return delete(TAG).where(TAG.c.task_id == task_id, TAG.c.tag_key.in_(keys))


def drop_assignees(task_id: UUID, user_ids: Collection[UUID]) -> Delete:
    return delete(ASSIGNEE).where(ASSIGNEE.c.task_id == task_id, ASSIGNEE.c.user_id.in_(user_ids))


def who_see(project_id: UUID, user_ids: Collection[UUID]) -> Select[UUID]:
    """Those of the users who are members of the workspace and may see the project."""
    member, own = WorkspaceMember, ProjectMember
    return (
        select(member.user_id)
        .join(Project, Project.workspace_id == member.workspace_id)
        .outerjoin(own, and_(own.project_id == Project.id, own.user_id == member.user_id))
        .where(
            Project.id == project_id,
            member.user_id.in_(user_ids),
            or_(
                Project.private.is_(False),
                member.role >= WorkspaceRole.ADMIN,
                own.user_id.is_not(None),
            ),
        )
    )


# What follows a project


def rename_keys(project_id: UUID, key: str) -> Update:
    return _rename(project_id, literal(key, String))


def follow_key(project_id: UUID) -> Update:
    """The project may have got another key on its way out of the trash."""
    key = select(Project.key).where(Project.id == project_id).scalar_subquery()
    return _rename(project_id, key)


def _rename(project_id: UUID, key: ColumnElement[Any]) -> Update:
    renamed = key + "-" + cast_sql(TASK.c.number, String(10))
    return (
        update(TASK)
        .where(TASK.c.project_id == project_id, TASK.c.key != renamed)
        .values(key=renamed, version=TASK.c.version + 1)
    )


def trash_project(project_id: UUID, now: Any) -> Update:  # a datetime; the columns know
    return (
        update(TASK)
        .where(TASK.c.project_id == project_id, TASK.c.deleted_at.is_(None))
        .values(
            deleted_at=now,
            deleted_with=project_id,
            external_key=None,
            updated_at=now,
            version=TASK.c.version + 1,
        )
    )


def claim_external_ids(workspace_id: UUID, project_id: UUID) -> Update:
    """For what comes out of the trash with its project; what was taken meanwhile stays without."""
    # A derived table, since MySQL reads no table that it is updating.
    taken = (
        select(TASK.c.external_key)
        .where(TASK.c.workspace_id == workspace_id, TASK.c.external_key.is_not(None))
        .subquery()
    )
    return (
        update(TASK)
        .where(
            TASK.c.deleted_with == project_id,
            TASK.c.external_id.not_in(select(taken.c.external_key)),
        )
        .values(external_key=TASK.c.external_id)
    )


def restore_project(project_id: UUID, now: Any) -> Update:  # as above
    return (
        update(TASK)
        .where(TASK.c.deleted_with == project_id)
        .values(deleted_at=None, deleted_with=None, updated_at=now, version=TASK.c.version + 1)
    )


# Lists

Conditions = Sequence[ColumnElement[bool]]


def has_tag(keys: Collection[Any]) -> ColumnElement[bool]:
    """Any of them, of the workspace that the list is of."""
    return exists().where(
        TaskTag.workspace_id == Task.workspace_id,
        TaskTag.tag_key.in_(keys),
        TaskTag.task_id == Task.id,
    )


def has_assignee(user_id: Any) -> ColumnElement[bool]:
    return exists().where(TaskAssignee.user_id == user_id, TaskAssignee.task_id == Task.id)


_ASSIGNED = select(ASSIGNEE.c.user_id).where(ASSIGNEE.c.task_id == TASK.c.id)
FIRST_ASSIGNEE: ColumnElement[UUID] = func.coalesce(
    _ASSIGNED.order_by(ASSIGNEE.c.user_id).limit(1).correlate(TASK).scalar_subquery(),
    literal(UUID(int=2**128 - 1), Id),  # nobody's tasks come behind all others
)


def page(workspaces: Sequence[Any], conditions: Conditions, order: Order) -> Select[Any]:
    """`limit` rows from `offset` on; `wire.sorted_by` says where they have the order's columns.

    Of several workspaces the first ones of each, as many as `reach`, put in order again: each has
    an index for that. Not of very many: a statement with a part for each takes long to make and
    much to keep, and SQLite knows none of more than five hundred.
    """
    limit, offset = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
    more = [c.label(f"sort_{place}") for place, c in enumerate(order.columns()) if c not in SHOWN]
    rows = select(*LISTED, *more).order_by(*order.clauses()).limit(limit).offset(offset)
    if len(workspaces) == 1:
        return rows.where(Task.workspace_id == workspaces[0], *conditions)
    if len(workspaces) > MOST_APART:
        return rows.where(Task.workspace_id.in_(workspaces), *conditions)
    first = select(Task.id).where(*conditions).order_by(*order.clauses())
    first = first.limit(bindparam("reach", type_=Integer))
    parts = [first.where(Task.workspace_id == each).subquery() for each in workspaces]
    found = union_all(*map(select, parts)).subquery()
    return rows.join(found, found.c.id == Task.id)


def listed(task_id: Any) -> Select[Any]:
    return select(*LISTED).where(Task.id == task_id)


def total(workspaces: Collection[Any], conditions: Conditions) -> Select[int]:
    return select(func.count()).where(Task.workspace_id.in_(workspaces), *conditions)
