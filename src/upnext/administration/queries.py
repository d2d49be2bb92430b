"""Every statement of administration. Pages go by id, which counts up with time: newest first."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, func, or_, select, text

from upnext.core import queries as core
from upnext.core import text as texts
from upnext.core.auth import WorkspaceRole
from upnext.core.changes import ChangeRow
from upnext.core.jobs.models import Job, JobState
from upnext.core.paging import Order, identities
from upnext.files.models import File, FileUsage
from upnext.identity import names
from upnext.identity.models import ApiToken, LoginSession, User
from upnext.tasks.models import Task, TaskAssignee
from upnext.tasks.wire import COLUMNS
from upnext.workspaces.models import Project, Workspace, WorkspaceMember

AnySelect = Select[*tuple[Any, ...]]
Conditions = Sequence[ColumnElement[bool]]


def newest(kind: type[Any]) -> Order:  # any mapped class with an id
    return Order((("id", identities(cast(Table, kind.__table__).c.id), True),))


def page(found: AnySelect, order: Order, limit: int, behind: list[Any] | None) -> AnySelect:
    """`limit` rows, and one more if there is one."""
    if behind is not None:
        found = found.where(order.behind(behind))
    return found.order_by(*order.clauses()).limit(limit + 1)


def switched(column: Any, on: bool | None) -> Conditions:  # an instant since which it is so
    if on is None:
        return []
    return [column.is_not(None) if on else column.is_(None)]


# Accounts


def administers(user_id: UUID) -> Select[bool]:
    """Empty for whoever is no active administrator."""
    return select(User.is_admin).where(
        User.id == user_id, User.is_admin.is_(True), User.disabled_at.is_(None)
    )


def users(conditions: Conditions) -> Select[User]:
    return select(User).where(*conditions)


def called(part: str) -> ColumnElement[bool]:
    key = names.key(part)
    return or_(
        User.email_key.contains(key, autoescape=True),
        User.username_key.contains(key, autoescape=True),
    )


def in_role(admin: bool) -> ColumnElement[bool]:
    return User.is_admin.is_(admin)


def sessions_seen(user_id: UUID, now: Any) -> AnySelect:  # a datetime; the columns know
    """How many sessions last, and when one was last used."""
    return select(func.count(LoginSession.id), func.max(LoginSession.last_used_at)).where(
        LoginSession.user_id == user_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
    )


def count_tokens(user_id: UUID) -> Select[int]:
    return select(func.count()).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))


def count_assigned(user_id: UUID) -> Select[int]:
    return select(func.count()).where(TaskAssignee.user_id == user_id)


def memberships(user_id: UUID) -> Select[Workspace, WorkspaceRole]:
    return (
        select(Workspace, WorkspaceMember.role)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
        .where(WorkspaceMember.user_id == user_id)
        .order_by(Workspace.name_key, Workspace.id)
    )


# Workspaces and projects


def workspaces(conditions: Conditions) -> Select[Workspace]:
    return select(Workspace).where(*conditions)


def named(kind: type[Workspace | Project], part: str) -> ColumnElement[bool]:
    return core.like(kind.__table__.c.name_key, texts.like(part))


def with_member(kind: type[Workspace | Project], user_id: UUID) -> ColumnElement[bool]:
    place = Workspace.id if kind is Workspace else Project.workspace_id
    those = select(WorkspaceMember.workspace_id).where(WorkspaceMember.user_id == user_id)
    return place.in_(those)


def counts(workspace_ids: Collection[UUID]) -> dict[str, Select[UUID, int]]:
    """How much of what lies in each, without what is in the trash."""
    member, project, task = WorkspaceMember, Project, Task
    return {
        "members": select(member.workspace_id, func.count())
        .where(member.workspace_id.in_(workspace_ids))
        .group_by(member.workspace_id),
        "projects": select(project.workspace_id, func.count())
        .where(project.workspace_id.in_(workspace_ids), project.deleted_at.is_(None))
        .group_by(project.workspace_id),
        "tasks": select(task.workspace_id, func.count())
        .where(task.workspace_id.in_(workspace_ids), task.deleted_at.is_(None))
        .group_by(task.workspace_id),
    }


def owners(workspace_ids: Collection[UUID]) -> Select[UUID, User]:
    return (
        select(WorkspaceMember.workspace_id, User)
        .join(User, User.id == WorkspaceMember.user_id)
        .where(
            WorkspaceMember.workspace_id.in_(workspace_ids),
            WorkspaceMember.role == WorkspaceRole.OWNER,
        )
        .order_by(WorkspaceMember.workspace_id, User.id)
    )


def projects(conditions: Conditions) -> Select[Project]:
    return select(Project).where(*conditions)


def project_called(part: str) -> ColumnElement[bool]:
    return or_(named(Project, part), Project.key == part.upper())


def place_of(kind: type[Project | Task], row_id: UUID) -> Select[UUID]:
    return select(kind.workspace_id).where(kind.id == row_id)


# Tasks


def tasks(conditions: Conditions) -> AnySelect:
    return select(*COLUMNS).where(*conditions)


def task(task_id: UUID) -> AnySelect:
    return select(*COLUMNS).where(Task.id == task_id)


def task_called(part: str) -> ColumnElement[bool]:
    """By a part of its title or description, or by its whole key."""
    found = core.like(Task.__table__.c.search_text, texts.like(part))
    return or_(found, Task.key == part.upper())


def of_person(user_id: UUID) -> ColumnElement[bool]:
    """What is assigned to them, or reported by them."""
    held = select(TaskAssignee.task_id).where(
        TaskAssignee.user_id == user_id, TaskAssignee.task_id == Task.id
    )
    return or_(Task.reporter_id == user_id, held.exists())


# Jobs


def jobs(conditions: Conditions) -> Select[Job]:
    return select(Job).where(*conditions)


def job(job_id: UUID, *, lock: bool = False) -> Select[Job]:
    found = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    return found.with_for_update() if lock else found


def job_counts() -> AnySelect:
    """With the time for which the oldest of each was planned."""
    return (
        select(Job.kind, Job.state, func.count(), func.min(Job.run_at))
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    )


def to_requeue(state: JobState, kind: str | None, queue: str | None, limit: int) -> Select[UUID]:
    found = select(Job.id).where(Job.state == state)
    if kind is not None:
        found = found.where(Job.kind == kind)
    if queue is not None:
        found = found.where(Job.queue == queue)
    return found.order_by(Job.run_at, Job.id).limit(limit).with_for_update(skip_locked=True)


# The instance


def users_by_kind() -> AnySelect:
    return select(User.is_admin, User.disabled_at.is_not(None), func.count()).group_by(
        User.is_admin, User.disabled_at.is_not(None)
    )


def by_place(kind: type[Workspace | Project]) -> AnySelect:
    """How many are in use, put away, in the trash."""
    archived, deleted = kind.archived_at.is_not(None), kind.deleted_at.is_not(None)
    return select(archived, deleted, func.count()).group_by(archived, deleted)


def tasks_by_status() -> AnySelect:
    """One walk over an index: what is in the trash is counted by another."""
    return select(Task.status, func.count()).where(Task.deleted_at.is_(None)).group_by(Task.status)


def trashed_tasks() -> Select[int]:
    return select(func.count()).select_from(Task).where(Task.deleted_at.is_not(None))


def unsealed() -> Select[int]:
    return select(func.count()).select_from(ChangeRow).where(ChangeRow.seq.is_(None))


def database_bytes(dialect: str) -> AnySelect:
    """As the database itself tells it; what a crash left over is in it, what is cached is not."""
    said = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    of_mysql = (
        "SELECT SUM(data_length + index_length) FROM information_schema.tables"
        " WHERE table_schema = DATABASE()"
    )
    return cast(AnySelect, text(said.get(dialect, of_mysql)))


# Files


def files_by_workspace(limit: int) -> AnySelect:
    """Those that have any, the largest first."""
    count = (
        select(func.count()).where(File.workspace_id == Workspace.id).correlate(Workspace)
    ).scalar_subquery()
    return (
        select(
            Workspace.id.label("workspace_id"),
            Workspace.name,
            FileUsage.bytes,
            count.label("files"),
        )
        .join(FileUsage, FileUsage.workspace_id == Workspace.id)
        .where(FileUsage.bytes > 0)
        .order_by(FileUsage.bytes.desc(), Workspace.id)
        .limit(limit)
    )


def all_files() -> AnySelect:
    """How many, and what they amount to."""
    count = select(func.count()).select_from(File).scalar_subquery()
    return select(count, select(func.sum(FileUsage.bytes)).scalar_subquery())
