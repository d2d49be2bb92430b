"""Every statement of an export. All of them run in one snapshot."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from upnext.boards.models import Board, Column
from upnext.comments.models import Comment
from upnext.files.models import File
from upnext.goals.models import Goal
from upnext.identity.models import User
from upnext.sla.models import Calendar, Policy
from upnext.tasks.models import SavedFilter, Task, TaskDependency
from upnext.tasks.wire import COLUMNS
from upnext.timetracking.models import TimeEntry
from upnext.workspaces.models import Project, ProjectMember, Workspace, WorkspaceMember

AnySelect = Select[*tuple[Any, ...]]
ABOVE = aliased(Task)


def workspaces(ids: Collection[UUID]) -> AnySelect:
    found = Workspace
    return (
        select(
            found.id,
            found.name,
            found.personal.label("personal"),
            found.created_at,
            found.updated_at,
            found.archived_at,
        )
        .where(found.id.in_(ids))
        .order_by(found.id)
    )


def members(ids: Collection[UUID]) -> AnySelect:
    """The people of these workspaces."""
    found = WorkspaceMember
    return (
        select(found.workspace_id, found.user_id, User.email, User.username, found.role)
        .join(User, User.id == found.user_id)
        .where(found.workspace_id.in_(ids))
        .order_by(found.workspace_id, found.user_id)
    )


def projects(
    ids: Collection[UUID], hidden: Collection[UUID], only: UUID | None, *, trash: bool
) -> AnySelect:
    found = Project
    shown = (
        select(
            found.id,
            found.workspace_id,
            found.key,
            found.name,
            found.private,
            found.inbox,
            found.created_at,
            found.updated_at,
            found.archived_at,
            found.deleted_at,
        )
        .where(found.workspace_id.in_(ids))
        .order_by(found.workspace_id, found.id)
    )
    if hidden:
        shown = shown.where(found.id.not_in(hidden))
    if only is not None:
        shown = shown.where(found.id == only)
    return shown if trash else shown.where(found.deleted_at.is_(None))


def boards(workspace_ids: Collection[UUID]) -> AnySelect:
    found = Board
    return (
        select(
            found.id,
            found.project_id,
            found.name,
            found.default,
            found.created_at,
            found.updated_at,
        )
        .where(found.workspace_id.in_(workspace_ids))
        .order_by(found.project_id, found.id)
    )


def columns(workspace_ids: Collection[UUID]) -> AnySelect:
    """From the left."""
    found = Column
    return (
        select(found.board_id, found.id, found.name, found.status, found.wip_limit, found.wip_hard)
        .where(found.workspace_id.in_(workspace_ids))
        .order_by(found.board_id, found.rank, found.id)
    )


def policies(workspace_ids: Collection[UUID]) -> AnySelect:
    found = Policy
    return (
        select(
            found.id,
            found.project_id,
            found.priority,
            found.first_response_minutes,
            found.resolution_minutes,
            found.starts_from,
            found.business_hours,
            found.pause_statuses,
            found.enabled,
            found.created_at,
            found.updated_at,
        )
        .where(found.workspace_id.in_(workspace_ids))
        .order_by(found.project_id, found.priority_key.desc())
    )


def calendars(workspace_ids: Collection[UUID]) -> AnySelect:
    """Those that somebody has set."""
    found = Calendar
    return select(
        found.workspace_id, found.time_zone, found.hours, found.holidays, found.updated_at
    ).where(found.workspace_id.in_(workspace_ids))


def saved_filters(
    user_id: UUID | None, workspace_ids: Collection[UUID], *, everywhere: bool
) -> AnySelect:
    """One's own and the shared ones of these workspaces; `everywhere`: and what looks at all."""
    found = SavedFilter
    seen = and_(
        found.workspace_id.in_(workspace_ids), or_(found.user_id == user_id, found.shared.is_(True))
    )
    if everywhere:
        seen = or_(seen, and_(found.workspace_id.is_(None), found.user_id == user_id))
    return (
        select(
            found.id,
            found.workspace_id,
            found.user_id,
            found.name,
            found.query,
            found.shared,
            found.created_at,
            found.updated_at,
        )
        .where(seen)
        .order_by(found.id)
    )


def project_members(workspace_ids: Collection[UUID]) -> AnySelect:
    found = ProjectMember
    return (
        select(found.project_id, found.user_id, found.role)
        .where(found.workspace_id.in_(workspace_ids))
        .order_by(found.project_id, found.user_id)
    )


def goals(
    ids: Collection[UUID], hidden: Collection[UUID], only: UUID | None, *, trash: bool
) -> AnySelect:
    """Those of these workspaces; of one project its own, and what its tasks serve besides."""
    found = Goal
    shown = (
        select(
            found.id,
            found.workspace_id,
            found.project_id,
            found.parent_id,
            found.title,
            found.description,
            found.weight,
            found.target_date,
            found.status,
            found.created_at,
            found.updated_at,
            found.completed_at,
            found.deleted_at,
        )
        .where(found.workspace_id.in_(ids))
        .order_by(found.workspace_id, found.id)
    )
    if hidden:
        shown = shown.where(or_(found.project_id.is_(None), found.project_id.not_in(hidden)))
    if only is not None:
        served = select(Task.goal_id).where(Task.project_id == only, Task.goal_id.is_not(None))
        shown = shown.where(or_(found.project_id == only, found.id.in_(served)))
    return shown if trash else shown.where(found.deleted_at.is_(None))


def tasks(project_id: UUID, after: int, limit: int, *, trash: bool) -> AnySelect:
    """The next ones of a project by their numbers, each with the key of the task above it."""
    found = (
        select(*COLUMNS, Task.number, Task.position, ABOVE.key.label("parent_key"))
        .outerjoin(ABOVE, ABOVE.id == Task.parent_id)
        .where(Task.project_id == project_id, Task.number > after)
        .order_by(Task.number)
        .limit(limit)
    )
    return found if trash else found.where(Task.deleted_at.is_(None))


def blockers(
    task_ids: Collection[UUID],
    hidden: Collection[UUID],
    only: UUID | None,
    *,
    trash: bool,
) -> AnySelect:
    """(task, what it waits for, its key), with both ends in the export."""
    edge = TaskDependency
    found = (
        select(edge.task_id, edge.blocked_by_id, Task.key)
        .join(Task, Task.id == edge.blocked_by_id)
        .where(edge.task_id.in_(task_ids))
        .order_by(edge.task_id, edge.blocked_by_id)
    )
    if hidden:
        found = found.where(Task.project_id.not_in(hidden))
    if only is not None:
        found = found.where(Task.project_id == only)
    return found if trash else found.where(Task.deleted_at.is_(None))


def time_entries(task_ids: Collection[UUID]) -> AnySelect:
    """What has ended; a running timer is no fact yet."""
    spent = TimeEntry
    return (
        select(
            spent.task_id,
            spent.id,
            spent.user_id,
            # Also of who has left.
            func.coalesce(User.username, User.email).label("user"),
            spent.started_at,
            spent.ended_at,
            spent.minutes,
            spent.note,
        )
        .outerjoin(User, User.id == spent.user_id)
        .where(spent.task_id.in_(task_ids), spent.ended_at.is_not(None))
        .order_by(spent.task_id, spent.started_at, spent.id)
    )


def comments(task_ids: Collection[UUID], *, trash: bool) -> AnySelect:
    said = Comment
    found = (
        select(
            said.task_id,
            said.id,
            said.thread_id,
            said.parent_id,
            said.author_id,
            # Also of who has left.
            func.coalesce(User.username, User.email).label("author"),
            said.body,
            said.created_at,
            said.edited_at,
            said.deleted_at,
        )
        .outerjoin(User, User.id == said.author_id)
        .where(said.task_id.in_(task_ids))
        .order_by(said.task_id, said.id)
    )
    return found if trash else found.where(said.deleted_at.is_(None))


_ABOUT_FILES = (
    File.id,
    File.filename,
    File.content_type,
    File.size,
    File.sha256,
    File.created_by,
    File.created_at,
    File.updated_at,
    File.deleted_at,
)


def files(task_ids: Collection[UUID], *, trash: bool) -> AnySelect:
    """What is known of them, without what is in them."""
    found = select(File.task_id, *_ABOUT_FILES).where(File.task_id.in_(task_ids))
    ordered = found.order_by(File.task_id, File.id)
    return ordered if trash else ordered.where(File.deleted_at.is_(None))


def free_files(workspace_ids: Collection[UUID], *, trash: bool) -> AnySelect:
    """The same of those that belong to no task."""
    found = select(File.project_id, *_ABOUT_FILES).where(
        File.workspace_id.in_(workspace_ids), File.task_id.is_(None)
    )
    ordered = found.order_by(File.project_id, File.id)
    return ordered if trash else ordered.where(File.deleted_at.is_(None))
