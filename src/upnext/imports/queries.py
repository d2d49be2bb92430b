"""Every statement on runs, and what a run has to look up."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, delete, func, insert, or_, select

from upnext.boards.models import Board
from upnext.boards.models import Column as BoardColumn
from upnext.comments.models import Comment
from upnext.core.paging import Order
from upnext.goals.models import Goal, title_key
from upnext.identity.models import User
from upnext.imports.models import ENDED, ImportPart, ImportRun
from upnext.sla.models import Calendar, Policy
from upnext.tasks.models import SavedFilter, Task
from upnext.timetracking.models import TimeEntry
from upnext.workspaces.models import Project, Workspace, WorkspaceMember, name_key

RUN = cast(Table, ImportRun.__table__)
PART = cast(Table, ImportPart.__table__)
STORE = insert(PART)
AnySelect = Select[*tuple[Any, ...]]


def own(run_id: UUID, user_id: UUID) -> Select[ImportRun]:
    return select(ImportRun).where(ImportRun.id == run_id, ImportRun.user_id == user_id)


def locked(run_id: UUID) -> Select[ImportRun]:
    return (
        select(ImportRun)
        .where(ImportRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def by_id(run_id: UUID) -> Select[ImportRun]:
    return select(ImportRun).where(ImportRun.id == run_id)


def page(user_id: UUID, order: Order, limit: int, behind: Sequence[Any] | None) -> Select[Any]:
    found = select(ImportRun, *order.columns()).where(ImportRun.user_id == user_id)
    if behind is not None:
        found = found.where(order.behind(behind))
    return found.order_by(*order.clauses()).limit(limit)


def count_active(user_id: UUID) -> Select[int]:
    return select(func.count()).where(ImportRun.user_id == user_id, ImportRun.state.not_in(ENDED))


def delete_run(run_id: UUID) -> Delete:
    return delete(RUN).where(RUN.c.id == run_id)


def delete_runs_of(user_id: UUID) -> Delete:
    return delete(RUN).where(RUN.c.user_id == user_id)


def drop_parts_of(user_id: UUID) -> Delete:
    return delete(PART).where(PART.c.run_id.in_(select(RUN.c.id).where(RUN.c.user_id == user_id)))


def parts(run_id: UUID) -> Select[bytes]:
    return select(ImportPart.data).where(ImportPart.run_id == run_id).order_by(ImportPart.number)


def drop_parts(run_id: UUID) -> Delete:
    return delete(PART).where(PART.c.run_id == run_id)


# What a run looks up


def person(user_id: UUID) -> Select[str, datetime | None]:
    return select(User.time_zone, User.disabled_at).where(User.id == user_id)


def personal_workspace(user_id: UUID) -> Select[Workspace]:
    return select(Workspace).where(Workspace.personal_of == user_id)


def projects_named(
    workspace_id: UUID,
    names: Collection[str],
    hidden: Collection[UUID],
    *,
    archived: bool = False,
) -> Select[str, UUID]:
    """(name_key, id) of those that take tasks; of several with one name the oldest last.
    `archived`: also of those in the archive, which come first."""
    found = select(Project.name_key, Project.id).where(
        Project.workspace_id == workspace_id,
        Project.name_key.in_({name_key(name) for name in names}),
        Project.deleted_at.is_(None),
    )
    if hidden:
        found = found.where(Project.id.not_in(hidden))
    if archived:
        return found.order_by(
            Project.archived_at.is_(None), Project.created_at.desc(), Project.id.desc()
        )
    found = found.where(Project.archived_at.is_(None))
    return found.order_by(Project.created_at.desc(), Project.id.desc())


def goals_titled(
    workspace_id: UUID, titles: Collection[str], hidden: Collection[UUID]
) -> Select[str, UUID | None, UUID]:
    """(title_key, project_id, id); of several alike the oldest last."""
    found = select(Goal.title_key, Goal.project_id, Goal.id).where(
        Goal.workspace_id == workspace_id,
        Goal.title_key.in_({title_key(title) for title in titles}),
        Goal.deleted_at.is_(None),
    )
    if hidden:
        found = found.where(or_(Goal.project_id.is_(None), Goal.project_id.not_in(hidden)))
    return found.order_by(Goal.created_at.desc(), Goal.id.desc())


def placed(workspace_id: UUID, keys: Collection[str]) -> Select[str | None, UUID, UUID]:
    """(external_key, id, project_id) of the tasks that came from these."""
    return select(Task.external_key, Task.id, Task.project_id).where(
        Task.workspace_id == workspace_id, Task.external_key.in_(keys)
    )


def made_at(workspace_id: UUID, keys: Collection[str]) -> Select[str | None, datetime]:
    return select(Task.external_key, Task.created_at).where(
        Task.workspace_id == workspace_id, Task.external_key.in_(keys)
    )


def hold_project(project_id: UUID) -> Select[UUID]:
    """Whoever brings boards or policies into it waits here, and then sees what the other made."""
    return select(Project.id).where(Project.id == project_id).with_for_update(key_share=True)


def hold_tasks(task_ids: Collection[UUID]) -> Select[UUID]:
    """The same for who brings comments."""
    ordered = select(Task.id).where(Task.id.in_(task_ids)).order_by(Task.id)
    return ordered.with_for_update(key_share=True)


def boards_in(project_ids: Collection[UUID]) -> AnySelect:
    """(project_id, board_id, its name_key, column_id, the column's name_key and status); the
    oldest boards first, and the columns of each from the left."""
    return (
        select(
            Board.project_id,
            Board.id.label("board_id"),
            Board.name_key.label("board_key"),
            BoardColumn.id.label("column_id"),
            BoardColumn.name_key.label("column_key"),
            BoardColumn.status,
        )
        .join(BoardColumn, BoardColumn.board_id == Board.id)
        .where(Board.project_id.in_(project_ids))
        .order_by(Board.created_at, Board.id, BoardColumn.rank, BoardColumn.id)
    )


def said_about(task_ids: Collection[UUID]) -> AnySelect:
    """Also what was deleted: it is not brought back."""
    return (
        select(Comment.task_id, Comment.id, Comment.thread_id, Comment.created_at)
        .where(Comment.task_id.in_(task_ids))
        .order_by(Comment.id)
    )


def worked_on(task_ids: Collection[UUID]) -> Select[UUID, UUID, datetime]:
    return select(TimeEntry.task_id, TimeEntry.user_id, TimeEntry.started_at).where(
        TimeEntry.task_id.in_(task_ids)
    )


def promised(project_id: UUID) -> Select[Any]:
    return select(Policy.priority).where(Policy.project_id == project_id)


def calendar(workspace_id: UUID) -> Select[Any]:
    return select(Calendar.workspace_id).where(Calendar.workspace_id == workspace_id)


def filter_named(user_id: UUID, place_id: UUID, key: str) -> Select[UUID]:
    return select(SavedFilter.id).where(
        SavedFilter.user_id == user_id,
        SavedFilter.place_id == place_id,
        SavedFilter.name_key == key,
    )


def members_called(workspace_id: UUID, keys: Collection[str]) -> Select[str, str | None, UUID]:
    """(email_key, username_key, id) of members with these addresses or names."""
    return (
        select(User.email_key, User.username_key, User.id)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(
            WorkspaceMember.workspace_id == workspace_id,
            or_(User.email_key.in_(keys), User.username_key.in_(keys)),
        )
    )


# Housekeeping


def stuck(before: datetime, limit: int) -> Select[ImportRun]:
    return (
        select(ImportRun)
        .where(ImportRun.state.not_in(ENDED), ImportRun.updated_at < before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def forget(before: datetime) -> Delete:
    return delete(RUN).where(RUN.c.updated_at < before, RUN.c.state.in_(list(ENDED)))
