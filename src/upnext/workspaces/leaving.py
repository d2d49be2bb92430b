"""Ownership that goes from one account to another, and what a deleted account leaves behind."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound
from upnext.core.load import check_version, load_for
from upnext.identity import queries as people
from upnext.identity.events import UserDeleted
from upnext.identity.models import User
from upnext.workspaces import policy, queries
from upnext.workspaces.amending import amend
from upnext.workspaces.events import (
    ProjectUpdated,
    WorkspaceDeleted,
    WorkspaceMemberAdded,
    WorkspaceMemberRemoved,
    WorkspaceMemberUpdated,
    WorkspaceUpdated,
)
from upnext.workspaces.members import out_of_projects
from upnext.workspaces.models import NAME_LENGTH, Workspace, WorkspaceMember, name_key

OWNER = WorkspaceRole.OWNER


async def transfer(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    user_id: UUID,
    *,
    expected: int | None = None,
) -> Workspace:
    """The user owns it from now on, alone; who owned it before is admin there."""
    workspace = await load_for(
        session, actor, policy.DELETE_WORKSPACE, Workspace, workspace_id, lock=True
    )
    check_version(workspace.version, expected)
    if workspace.personal:
        raise Conflict(
            "A personal workspace belongs to its account. Delete the account with a transfer.",
            code="personal_workspace",
        )
    user = await session.scalar(people.user(user_id))
    if user is None or user.disabled_at is not None:
        raise NotFound("There is no such active account.", code="unknown_user")
    known = {row.user_id: row for row in await _at_stake(session, workspace_id, user_id)}
    await _own(session, actor, workspace_id, known.get(user_id), user_id)
    for member in known.values():
        if member.user_id != user_id:
            await _become(session, actor, member, WorkspaceRole.ADMIN)
    return workspace


async def on_user_deleted(session: AsyncSession, actor: Actor, change: UserDeleted) -> None:
    """Nobody owns a workspace alone and is gone: it gets the heir, or goes to the trash."""
    user = await session.scalar(people.user(change.resource_id))
    assert user is not None  # noqa: S101  (the change is told while the account is there)
    for workspace in list(await session.scalars(queries.left_by(user.id))):
        rows = await _at_stake(session, workspace.id, user.id, change.heir_id)
        known = {row.user_id: row for row in rows}
        owners = {row.user_id for row in rows if row.role is OWNER}
        if workspace.personal:
            await _open_up(session, actor, workspace, user)
        if owners <= {user.id}:
            await _give_up(session, actor, workspace, known, change.heir_id)
        if own := known.get(user.id):
            await _remove(session, actor, own)


async def _at_stake(
    session: AsyncSession, workspace_id: UUID, *user_ids: UUID | None
) -> list[WorkspaceMember]:
    ids = [user_id for user_id in user_ids if user_id is not None]
    return list(await session.scalars(queries.at_stake(workspace_id, ids)))


async def _open_up(session: AsyncSession, actor: Actor, workspace: Workspace, user: User) -> None:
    """A personal workspace becomes one like any other, and its Inbox a project like any other."""
    name = f"{workspace.name} ({user.name})"[:NAME_LENGTH]
    diff = amend(workspace, personal_of=None, name=name)
    amend(workspace, name_key=name_key(name), updated_at=unit_of(session).now)
    inbox = await session.scalar(queries.inbox_in(workspace.id))
    was = amend(inbox, inbox=False) if inbox is not None else {}
    await session.flush()
    await record(
        session,
        actor,
        WorkspaceUpdated(
            workspace_id=workspace.id,
            resource_id=workspace.id,
            version=workspace.version,
            diff=diff,
        ),
    )
    if inbox is not None and was:
        change = ProjectUpdated(
            workspace_id=workspace.id, resource_id=inbox.id, version=inbox.version, diff=was
        )
        await record(session, actor, change)


async def _give_up(
    session: AsyncSession,
    actor: Actor,
    workspace: Workspace,
    known: dict[UUID, WorkspaceMember],
    heir_id: UUID | None,
) -> None:
    if heir_id is not None:
        await _own(session, actor, workspace.id, known.get(heir_id), heir_id)
    elif workspace.deleted_at is None:
        now = unit_of(session).now
        diff = amend(workspace, deleted_at=now)
        workspace.updated_at = now
        await session.flush()
        change = WorkspaceDeleted(
            workspace_id=workspace.id,
            resource_id=workspace.id,
            version=workspace.version,
            diff=diff,
        )
        await record(session, actor, change)


async def _own(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    member: WorkspaceMember | None,
    user_id: UUID,
) -> None:
    if member is not None:
        await _become(session, actor, member, OWNER)
        return
    now = unit_of(session).now
    session.add(
        WorkspaceMember(workspace_id=workspace_id, user_id=user_id, role=OWNER, created_at=now)
    )
    await session.flush()
    added = WorkspaceMemberAdded(
        workspace_id=workspace_id, resource_id=user_id, diff={"role": (None, str(OWNER))}
    )
    await record(session, actor, added)


async def _become(
    session: AsyncSession, actor: Actor, member: WorkspaceMember, role: WorkspaceRole
) -> None:
    if diff := amend(member, role=role):
        await session.flush()
        change = WorkspaceMemberUpdated(
            workspace_id=member.workspace_id,
            resource_id=member.user_id,
            version=member.version,
            diff=diff,
        )
        await record(session, actor, change)


async def _remove(session: AsyncSession, actor: Actor, member: WorkspaceMember) -> None:
    await out_of_projects(session, actor, member)
    await session.delete(member)
    await session.flush()
    change = WorkspaceMemberRemoved(
        workspace_id=member.workspace_id,
        resource_id=member.user_id,
        version=member.version,
        diff={"role": (str(member.role), None)},
    )
    await record(session, actor, change)
