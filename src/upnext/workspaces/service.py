"""The use cases of workspaces, and where a new task may go."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.alone import know
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for, permit
from upnext.identity.events import UserRegistered
from upnext.workspaces import listing, policy, projects, queries
from upnext.workspaces.amending import amend, switched
from upnext.workspaces.events import (
    WorkspaceCreated,
    WorkspaceDeleted,
    WorkspaceMemberAdded,
    WorkspaceRestored,
    WorkspaceUpdated,
)
from upnext.workspaces.models import INBOX_KEY, Project, Workspace, WorkspaceMember, name_key
from upnext.workspaces.numbering import (
    remember_place,
    take_alone,
    take_inbox_numbers,
    take_numbers,
)
from upnext.workspaces.numbering.places import ProjectSlot
from upnext.workspaces.schemas import WorkspaceCreate, WorkspaceList, WorkspaceUpdate

PERSONAL = "Personal"


async def on_user_registered(session: AsyncSession, actor: Actor, change: UserRegistered) -> None:
    """Within registration: a personal workspace with an Inbox."""
    user_id = change.resource_id
    if await session.scalar(queries.personal_workspace_of(user_id)):
        return
    workspace = await _found(session, actor, PERSONAL, user_id, personal=True)
    await projects.open_inbox(session, actor, workspace.id, INBOX_KEY)


async def create(session: AsyncSession, actor: Actor, data: WorkspaceCreate) -> Workspace:
    """The actor owns it."""
    if actor.user_id is None:
        raise Conflict("A workspace needs an owner. Create it as a user.")
    return await _found(session, actor, data.name, actor.user_id)


async def _found(
    session: AsyncSession, actor: Actor, name: str, owner_id: UUID, *, personal: bool = False
) -> Workspace:
    now = unit_of(session).now
    workspace = Workspace(
        name=name,
        name_key=name_key(name),
        personal_of=owner_id if personal else None,
        created_at=now,
        updated_at=now,
    )
    session.add(workspace)
    await session.flush()
    owner = WorkspaceMember(
        workspace_id=workspace.id, user_id=owner_id, role=WorkspaceRole.OWNER, created_at=now
    )
    session.add(owner)
    await session.flush()
    created = WorkspaceCreated(
        workspace_id=workspace.id,
        resource_id=workspace.id,
        diff={"name": (None, name), "personal": (None, personal)},
    )
    await record(session, actor, created)
    added = WorkspaceMemberAdded(
        workspace_id=workspace.id, resource_id=owner_id, diff={"role": (None, str(owner.role))}
    )
    await record(session, actor, added)
    return workspace


async def get(session: AsyncSession, actor: Actor, workspace_id: UUID) -> Workspace:
    return await load_for(session, actor, policy.READ_WORKSPACE, Workspace, workspace_id)


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: WorkspaceList
) -> tuple[list[tuple[Workspace, WorkspaceRole]], str | None]:
    """The actor's own, with their role in each."""
    if actor.user_id is None:
        return [], None
    found: queries.AnySelect = queries.workspaces_of(actor.user_id, trashed=asked.trashed)
    if asked.archived is not None:
        found = queries.archived(found, Workspace, asked.archived)
    rows, cursor = await listing.fetch(
        session, keys, found, listing.WORKSPACES, asked, sort=asked.sort
    )
    return [(row[0], row[1]) for row in rows], cursor


async def update(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    data: WorkspaceUpdate,
    *,
    expected: int | None = None,
) -> Workspace:
    workspace = await load_for(session, actor, policy.UPDATE_WORKSPACE, Workspace, workspace_id)
    check_version(workspace.version, expected)
    if data.archived and workspace.personal:
        raise _personal("archived")
    now = unit_of(session).now
    name = data.name or workspace.name
    archived_at = switched(workspace.archived_at, data.archived, now)
    diff = amend(workspace, name=name, archived_at=archived_at)
    if diff:
        amend(workspace, name_key=name_key(name), updated_at=now)
        await session.flush()
        await record(session, actor, _event(WorkspaceUpdated, workspace, diff))
    return workspace


async def delete(
    session: AsyncSession, actor: Actor, workspace_id: UUID, *, expected: int | None = None
) -> None:
    """Into the trash, with all that it holds: nobody is a member of what lies there."""
    workspace = await load_for(session, actor, policy.DELETE_WORKSPACE, Workspace, workspace_id)
    check_version(workspace.version, expected)
    if workspace.personal:
        raise _personal("deleted")
    now = unit_of(session).now
    diff = amend(workspace, deleted_at=now)
    workspace.updated_at = now
    await session.flush()
    await record(session, actor, _event(WorkspaceDeleted, workspace, diff))


async def restore(
    session: AsyncSession, actor: Actor, workspace_id: UUID, *, expected: int | None = None
) -> Workspace:
    """Out of the trash. Roles there are not part of `actor`, so they are asked for here."""
    if actor.user_id is not None and workspace_id not in actor.workspaces:
        role = await session.scalar(queries.trashed_role(workspace_id, actor.user_id))
        roles = {workspace_id: role} if role else {}
        actor = replace(actor, workspaces={**actor.workspaces, **roles})
    workspace = await load_for(
        session, actor, policy.RESTORE_WORKSPACE, Workspace, workspace_id, trashed=True
    )
    check_version(workspace.version, expected)
    diff = amend(workspace, deleted_at=None)
    workspace.updated_at = unit_of(session).now
    await session.flush()
    await record(session, actor, _event(WorkspaceRestored, workspace, diff))
    return workspace


def _event(kind: type[Any], row: Workspace, diff: Any) -> Any:  # any event of a workspace
    return kind(workspace_id=row.id, resource_id=row.id, version=row.version, diff=diff)


def _personal(done: str) -> Conflict:
    return Conflict(
        f"Your personal workspace cannot be {done}. Make another one for that.",
        code="personal_workspace",
    )


# Where a new task may go


async def place_for_new_task(
    session: AsyncSession, actor: Actor, project_id: UUID | None, action: Action
) -> Project:
    """The project, or the actor's Inbox, if they may do `action` there. Takes no number."""
    if project_id is None:
        project_id = await inbox_id_of(session, actor)
    project = await load_for(session, actor, action, Project, project_id)
    if project.archived_at or await session.scalar(queries.archived_at_of(project.workspace_id)):
        raise _archived()
    return project


async def slot_for_new_task(
    session: AsyncSession, actor: Actor, project_id: UUID | None, action: Action
) -> ProjectSlot:
    """For one task, without a lock where that can be: it has to be added with the footing."""
    if alone := await take_alone(session, actor, action, project_id):
        return alone
    await know(session)
    slot = await slot_for_new_tasks(session, actor, project_id, action)
    remember_place(project_id or actor.user_id, slot)
    return slot


async def slot_for_new_tasks(
    session: AsyncSession, actor: Actor, project_id: UUID | None, action: Action, *, count: int = 1
) -> ProjectSlot:
    """As `place_for_new_task` with `count` numbers in one statement; a refusal has to roll back."""
    if project_id is not None:
        slot = await take_numbers(session, project_id, count)
    elif actor.user_id is not None:
        slot = await take_inbox_numbers(session, actor.user_id, count)
    else:
        slot = None
    missing = NotFound("There is no such project.")
    if slot is None or slot.trashed:
        raise missing
    if actor.kind != "system":
        permit(actor, action, slot.workspace_id, slot.id, missing=missing)
    if slot.archived:
        raise _archived()
    return slot


async def inbox_id_of(session: AsyncSession, actor: Actor) -> UUID:
    inbox = await session.scalar(queries.inbox_of(actor.user_id)) if actor.user_id else None
    if inbox is None:
        raise NotFound("You have no Inbox. Say which project the task belongs to.")
    return inbox.id


def _archived() -> Conflict:
    return Conflict(
        "This project is archived. Take it out of the archive, or choose another.",
        code="project_archived",
    )
