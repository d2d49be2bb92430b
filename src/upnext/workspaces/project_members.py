"""Who is in a project. A membership replaces the role in the workspace, upwards and downwards."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, ProjectRole, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, Forbidden, LostRace, NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import check_version, load_for, permit
from upnext.identity import names
from upnext.identity.models import User
from upnext.workspaces import listing, policy, queries
from upnext.workspaces.amending import amend
from upnext.workspaces.events import (
    ProjectMemberAdded,
    ProjectMemberRemoved,
    ProjectMemberUpdated,
)
from upnext.workspaces.models import Project, ProjectMember
from upnext.workspaces.projects import inbox_stays
from upnext.workspaces.schemas import MemberList, ProjectMemberAdd

Entry = tuple[ProjectMember, User]


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, project_id: UUID, asked: MemberList
) -> tuple[list[Entry], str | None]:
    await load_for(session, actor, policy.READ_PROJECT_MEMBERS, Project, project_id)
    found = queries.project_members_of(project_id)
    rows, cursor = await listing.fetch(
        session, keys, found, listing.PROJECT_MEMBERS, asked, sort=asked.sort
    )
    return [(row[0], row[1]) for row in rows], cursor


async def add(
    session: AsyncSession, actor: Actor, project_id: UUID, data: ProjectMemberAdd
) -> Entry:
    project = await load_for(session, actor, policy.ADD_PROJECT_MEMBER, Project, project_id)
    if project.inbox:
        raise inbox_stays("shared")
    policy.may_grant(_own(actor, project), data.role)
    user = await _colleague(session, project, data)
    if (await session.execute(queries.project_member(project_id, user.id))).first():
        raise Conflict(
            "They are a member already. Change their role instead.", code="already_member"
        )
    member = ProjectMember(
        project_id=project.id,
        user_id=user.id,
        workspace_id=project.workspace_id,
        role=data.role,
        created_at=unit_of(session).now,
    )
    session.add(member)
    await _flush(session)
    await record(session, actor, _event(ProjectMemberAdded, member, (None, str(data.role))))
    return member, user


async def _colleague(session: AsyncSession, project: Project, data: ProjectMemberAdd) -> User:
    """Found among the workspace's members only, so this tells nothing about other accounts."""
    email_key = names.key(data.email) if data.email else None
    found = queries.colleague(project.workspace_id, data.user_id, email_key)
    user = await session.scalar(found)
    if user is None:
        raise NotFound(
            "They are not in this workspace. Add them to the workspace first.", code="not_a_member"
        )
    return user


async def _flush(session: AsyncSession) -> None:
    """Fails when they joined, or left the workspace, at the same moment: look again."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error


async def update(
    session: AsyncSession,
    actor: Actor,
    project_id: UUID,
    user_id: UUID,
    role: ProjectRole,
    *,
    expected: int | None = None,
) -> Entry:
    project = await load_for(session, actor, policy.UPDATE_PROJECT_MEMBER, Project, project_id)
    member, user = await _target(session, project_id, user_id)
    check_version(member.version, expected)
    own = _own(actor, project)
    policy.may_manage(own, member.role)
    policy.may_grant(own, role)
    before = member.role
    if amend(member, role=role):
        await session.flush()
        change = _event(ProjectMemberUpdated, member, (str(before), str(role)))
        await record(session, actor, change)
    return member, user


async def remove(
    session: AsyncSession,
    actor: Actor,
    project_id: UUID,
    user_id: UUID,
    *,
    expected: int | None = None,
) -> None:
    """Everybody may leave, unless their role in the workspace would then give them more."""
    leaving = user_id == actor.user_id
    action = policy.LEAVE_PROJECT if leaving else policy.REMOVE_PROJECT_MEMBER
    project = await load_for(session, actor, action, Project, project_id)
    member, _ = await _target(session, project_id, user_id)
    check_version(member.version, expected)
    own = _own(actor, project)
    policy.may_manage(own, member.role)
    if leaving and not project.private:
        _gain_nothing(own, actor.workspaces[project.workspace_id])
    await session.delete(member)
    await session.flush()
    await record(session, actor, _event(ProjectMemberRemoved, member, (str(member.role), None)))


def _gain_nothing(own: WorkspaceRole, without: WorkspaceRole) -> None:
    if RANK[without] > RANK[own]:
        raise Forbidden(
            f"You are {own} here and would become {without} by leaving. Ask a manager of the "
            "project to remove you.",
            code="role_above_own",
        )


def _own(actor: Actor, project: Project) -> WorkspaceRole:
    if actor.kind == "system":
        return WorkspaceRole.OWNER
    return permit(actor, policy.READ_PROJECT, *project.place)


async def _target(session: AsyncSession, project_id: UUID, user_id: UUID) -> Entry:
    found = (await session.execute(queries.project_member(project_id, user_id))).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found[0], found[1]


def _event(kind: type[Any], row: ProjectMember, role: tuple[str | None, str | None]) -> Any:
    """Any event of a membership."""
    project = str(row.project_id)
    return kind(
        workspace_id=row.workspace_id,
        resource_id=row.user_id,
        version=row.version,
        diff={"project_id": (project, project), "role": role},
    )
