"""Every statement on workspaces, projects and their members."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SmallInteger,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from upnext.core import queries as core
from upnext.core import text
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.lanes import Prepared
from upnext.core.paging import Order
from upnext.core.types import Id
from upnext.identity.models import User
from upnext.workspaces.models import (
    Project,
    ProjectMember,
    Workspace,
    WorkspaceMember,
    name_key,
)

AnySelect = Select[*tuple[Any, ...]]
MOST_CALLED = 1_000

# What an actor is

IN_WORKSPACE, IN_PROJECT, HIDDEN = 1, 2, 3
Standing = Select[int, UUID, int]


def _standing() -> CompoundSelect[int, UUID, int]:
    """Rows of (kind, id, rank): memberships, and the private projects out of the actor's sight."""
    user_id = bindparam("user_id", type_=Id)
    member, own, hidden = WorkspaceMember, ProjectMember, Project
    workspaces: Standing = (
        select(_number(IN_WORKSPACE), member.workspace_id, _rank(member.role))
        .join(Workspace, Workspace.id == member.workspace_id)
        .where(member.user_id == user_id, Workspace.deleted_at.is_(None))
    )
    projects: Standing = select(_number(IN_PROJECT), own.project_id, _rank(own.role)).where(
        own.user_id == user_id
    )
    out_of_sight: Standing = (
        select(_number(HIDDEN), hidden.id, _number(0))
        .join(member, member.workspace_id == hidden.workspace_id)
        .outerjoin(own, and_(own.project_id == hidden.id, own.user_id == user_id))
        .where(
            member.user_id == user_id,
            member.role < WorkspaceRole.ADMIN,
            hidden.private.is_(True),
            own.user_id.is_(None),
        )
    )
    return union_all(workspaces, projects, out_of_sight)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), SmallInteger)


def _rank(role: Any) -> ColumnElement[int]:  # of either enum
    """The stored number, which the union's other rows can share."""
    return type_coerce(role, SmallInteger)


STANDING = Prepared(_standing())
# A function of PostgreSQL's: the rows of STANDING, each as one text, sorted, with commas between.
STANDS_UNCHANGED = select(
    func.standing_of(bindparam("believer", type_=Id)) == bindparam("believed", type_=String)
)


def trashed_role(workspace_id: UUID, user_id: UUID) -> Select[WorkspaceRole]:
    return (
        select(WorkspaceMember.role)
        .join(Workspace, Workspace.id == WorkspaceMember.workspace_id)
        .where(
            WorkspaceMember.workspace_id == workspace_id,
            WorkspaceMember.user_id == user_id,
            Workspace.deleted_at.is_not(None),
        )
    )


# Workspaces and projects


def inbox_of(user_id: UUID) -> Select[Project]:
    return (
        select(Project)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(Workspace.personal_of == user_id, Project.inbox.is_(True))
    )


def personal_workspace_of(user_id: UUID) -> Select[Workspace]:
    return select(Workspace).where(Workspace.personal_of == user_id)


def archived_at_of(workspace_id: UUID) -> Select[Any]:
    return select(Workspace.archived_at).where(Workspace.id == workspace_id)


def workspaces_of(user_id: UUID, *, trashed: bool) -> Select[Workspace, WorkspaceRole]:
    return (
        select(Workspace, WorkspaceMember.role)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
        .where(WorkspaceMember.user_id == user_id, _trashed(Workspace.deleted_at, trashed))
    )


def projects_for(actor: Actor, workspaces: Collection[UUID], *, trashed: bool) -> Select[Project]:
    """What the actor may see in these workspaces, each of which they are member of."""
    found = select(Project).where(
        Project.workspace_id.in_(workspaces), _trashed(Project.deleted_at, trashed)
    )
    return found.where(Project.id.not_in(actor.hidden)) if actor.hidden else found


def _trashed(column: Any, trashed: bool) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_not(None) if trashed else column.is_(None)
    return found


def taken_keys(workspace_id: UUID, beginning: str) -> Select[str | None]:
    return select(Project.live_key).where(
        Project.workspace_id == workspace_id,
        Project.live_key.startswith(beginning, autoescape=True),
    )


def named(statement: AnySelect, kind: type[Project | Workspace], part: str) -> AnySelect:
    return statement.where(core.like(kind.__table__.c.name_key, text.like(part)))


def archived(statement: AnySelect, kind: type[Project | Workspace], wanted: bool) -> AnySelect:
    at = kind.archived_at
    return statement.where(at.is_not(None) if wanted else at.is_(None))


def page(statement: AnySelect, order: Order, limit: int, behind: list[Any] | None) -> AnySelect:
    """One row more than `limit`, if there are more; the order's columns stand last in each."""
    if behind is not None:
        statement = statement.where(order.behind(behind))
    return statement.add_columns(*order.columns()).order_by(*order.clauses()).limit(limit + 1)


# By what people call them


def usable_projects(actor: Actor, called: str | None) -> Select[UUID, str, str]:
    """Id, name and key of what the actor may see and is not put away; `called` like that."""
    found = (
        select(Project.id, Project.name, Project.key)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(
            Project.workspace_id.in_(actor.workspaces),
            Project.deleted_at.is_(None),
            Project.archived_at.is_(None),
            Workspace.archived_at.is_(None),
        )
        .order_by(Project.name_key, Project.id)
        .limit(MOST_CALLED)
    )
    if actor.hidden:
        found = found.where(Project.id.not_in(actor.hidden))
    if called is None:
        return found
    return found.where(or_(Project.name_key == name_key(called), Project.key == called.upper()))


def people_called(project_id: UUID, keys: Collection[str]) -> Select[User]:
    """Those who may see the project and whose user name, or address, or its first part is one."""
    member, own = WorkspaceMember, ProjectMember
    first_part = [User.email_key.startswith(f"{key}@", autoescape=True) for key in keys]
    return (
        select(User)
        .join(member, member.user_id == User.id)
        .join(Project, Project.workspace_id == member.workspace_id)
        .outerjoin(own, and_(own.project_id == Project.id, own.user_id == member.user_id))
        .where(
            Project.id == project_id,
            or_(User.username_key.in_(keys), User.email_key.in_(keys), *first_part),
            or_(
                Project.private.is_(False),
                member.role >= WorkspaceRole.ADMIN,
                own.user_id.is_not(None),
            ),
        )
        .order_by(User.id)
    )


# Members


def members_of(workspace_id: UUID) -> Select[WorkspaceMember, User]:
    return (
        select(WorkspaceMember, User)
        .join(User, User.id == WorkspaceMember.user_id)
        .where(WorkspaceMember.workspace_id == workspace_id)
    )


def member(workspace_id: UUID, user_id: UUID) -> Select[WorkspaceMember, User]:
    return members_of(workspace_id).where(WorkspaceMember.user_id == user_id)


def at_stake(workspace_id: UUID, user_ids: Collection[UUID]) -> Select[WorkspaceMember]:
    """These members and every owner."""
    return select(WorkspaceMember).where(
        WorkspaceMember.workspace_id == workspace_id,
        or_(WorkspaceMember.user_id.in_(user_ids), WorkspaceMember.role == WorkspaceRole.OWNER),
    )


def left_by(user_id: UUID) -> Select[Workspace]:
    """Every workspace that the user is in, those in the trash too, locked in one order."""
    own = select(WorkspaceMember.workspace_id).where(WorkspaceMember.user_id == user_id)
    return (
        select(Workspace)
        .where(or_(Workspace.id.in_(own), Workspace.personal_of == user_id))
        .order_by(Workspace.id)
        .with_for_update()
    )


def inbox_in(workspace_id: UUID) -> Select[Project]:
    return select(Project).where(Project.workspace_id == workspace_id, Project.inbox.is_(True))


def project_members_of(project_id: UUID) -> Select[ProjectMember, User]:
    return (
        select(ProjectMember, User)
        .join(User, User.id == ProjectMember.user_id)
        .where(ProjectMember.project_id == project_id)
    )


def project_member(project_id: UUID, user_id: UUID) -> Select[ProjectMember, User]:
    return project_members_of(project_id).where(ProjectMember.user_id == user_id)


def projects_with(workspace_id: UUID, user_id: UUID) -> Select[ProjectMember]:
    return select(ProjectMember).where(
        ProjectMember.workspace_id == workspace_id, ProjectMember.user_id == user_id
    )


def colleague(workspace_id: UUID, user_id: UUID | None, email_key: str | None) -> Select[User]:
    found = (
        select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace_id)
    )
    if user_id is not None:
        return found.where(User.id == user_id)
    return found.where(User.email_key == email_key)
