"""Who is in a workspace. Every change locks the workspace, so an owner always stays."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for
from upnext.identity import names
from upnext.identity import queries as people
from upnext.identity.models import User
from upnext.workspaces import invitations, listing, policy, queries
from upnext.workspaces.amending import amend
from upnext.workspaces.events import (
    ProjectMemberRemoved,
    WorkspaceMemberAdded,
    WorkspaceMemberRemoved,
    WorkspaceMemberUpdated,
)
from upnext.workspaces.invitations.schemas import InvitationCreate
from upnext.workspaces.models import Invitation, Workspace, WorkspaceMember
from upnext.workspaces.schemas import MemberAdd, MemberList

Entry = tuple[WorkspaceMember, User]


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, workspace_id: UUID, asked: MemberList
) -> tuple[list[Entry], str | None]:
    await load_for(session, actor, policy.READ_MEMBERS, Workspace, workspace_id)
    found = queries.members_of(workspace_id)
    rows, cursor = await listing.fetch(
        session, keys, found, listing.MEMBERS, asked, sort=asked.sort
    )
    return [(row[0], row[1]) for row in rows], cursor


async def add(
    session: AsyncSession, actor: Actor, workspace_id: UUID, data: MemberAdd, *, ask_first: bool
) -> Entry | Invitation:
    """At once who has an account. Everybody else, and with `ask_first` each, is invited by mail:
    then nobody learns who has an account here."""
    workspace = await _lock(session, actor, policy.ADD_MEMBER, workspace_id)
    if workspace.personal:
        raise Conflict(
            "Your personal workspace is yours alone. Make another one to share.",
            code="personal_workspace",
        )
    known = await _at_stake(session, workspace_id, actor)
    policy.may_grant(_own(actor, known), data.role)
    user = await session.scalar(people.user_by_email(names.key(data.email)))
    if user and (await session.execute(queries.member(workspace_id, user.id))).first():
        raise Conflict(
            "They are a member already. Change their role instead.", code="already_member"
        )
    if user is None or user.disabled_at is not None or ask_first:
        asked = InvitationCreate(email=data.email, role=data.role)
        return await invitations.create(session, actor, workspace_id, asked)
    member = WorkspaceMember(
        workspace_id=workspace_id,
        user_id=user.id,
        role=data.role,
        created_at=unit_of(session).now,
    )
    session.add(member)
    await session.flush()
    await record(session, actor, _event(WorkspaceMemberAdded, member, (None, str(data.role))))
    return member, user


async def update(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    user_id: UUID,
    role: WorkspaceRole,
    *,
    expected: int | None = None,
) -> Entry:
    await _lock(session, actor, policy.UPDATE_MEMBER, workspace_id)
    known = await _at_stake(session, workspace_id, actor, user_id)
    member = _target(known, user_id)
    check_version(member.version, expected)
    own = _own(actor, known)
    policy.may_manage(own, member.role)
    policy.may_grant(own, role)
    if role is not WorkspaceRole.OWNER:
        _keep_an_owner(known, member)
    before = member.role
    if amend(member, role=role):
        await session.flush()
        change = _event(WorkspaceMemberUpdated, member, (str(before), str(role)))
        await record(session, actor, change)
    entry = (await session.execute(queries.member(workspace_id, user_id))).one()
    return entry[0], entry[1]


async def remove(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    user_id: UUID,
    *,
    expected: int | None = None,
) -> None:
    """Everybody may leave; with the membership go those in the workspace's projects."""
    leaving = user_id == actor.user_id
    action = policy.LEAVE_WORKSPACE if leaving else policy.REMOVE_MEMBER
    await _lock(session, actor, action, workspace_id)
    known = await _at_stake(session, workspace_id, actor, user_id)
    member = _target(known, user_id)
    check_version(member.version, expected)
    policy.may_manage(_own(actor, known), member.role)
    _keep_an_owner(known, member)
    await out_of_projects(session, actor, member)
    await session.delete(member)
    await session.flush()
    await record(session, actor, _event(WorkspaceMemberRemoved, member, (str(member.role), None)))


async def out_of_projects(session: AsyncSession, actor: Actor, member: WorkspaceMember) -> None:
    statement = queries.projects_with(member.workspace_id, member.user_id)
    for own in (await session.scalars(statement)).all():
        await session.delete(own)
        await session.flush()
        diff = {"project_id": (str(own.project_id), None), "role": (str(own.role), None)}
        removed = ProjectMemberRemoved(
            workspace_id=own.workspace_id, resource_id=own.user_id, version=own.version, diff=diff
        )
        await record(session, actor, removed)


async def _lock(
    session: AsyncSession, actor: Actor, action: Action, workspace_id: UUID
) -> Workspace:
    return await load_for(session, actor, action, Workspace, workspace_id, lock=True)


async def _at_stake(
    session: AsyncSession, workspace_id: UUID, actor: Actor, *others: UUID
) -> Mapping[UUID, WorkspaceMember]:
    """The actor, the others and all owners, as they are under the lock."""
    ids = {*others, actor.user_id} if actor.user_id else {*others}
    rows = await session.scalars(queries.at_stake(workspace_id, ids))
    return {row.user_id: row for row in rows}


def _own(actor: Actor, known: Mapping[UUID, WorkspaceMember]) -> WorkspaceRole:
    """The actor's role now: it may have been taken away since the request began."""
    if actor.user_id is None:
        return WorkspaceRole.OWNER
    if actor.user_id not in known:
        raise NotFound("There is no such workspace.")
    return known[actor.user_id].role


def _target(known: Mapping[UUID, WorkspaceMember], user_id: UUID) -> WorkspaceMember:
    if user_id not in known:
        raise NotFound("There is no such member.")
    return known[user_id]


def _keep_an_owner(known: Mapping[UUID, WorkspaceMember], member: WorkspaceMember) -> None:
    owners = [row for row in known.values() if row.role is WorkspaceRole.OWNER]
    if owners == [member]:
        raise Conflict(
            "They are the last owner. Make somebody else an owner first.", code="last_owner"
        )


def _event(kind: type[Any], row: WorkspaceMember, role: tuple[str | None, str | None]) -> Any:
    """Any event of a membership."""
    return kind(
        workspace_id=row.workspace_id,
        resource_id=row.user_id,
        version=row.version,
        diff={"role": role},
    )
