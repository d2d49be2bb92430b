"""The use cases of projects."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, ProjectRole, WorkspaceRole
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, LostRace, NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import check_version, load_for, permit
from upnext.workspaces import listing, naming, policy, queries
from upnext.workspaces.amending import amend, switched
from upnext.workspaces.events import (
    ProjectCreated,
    ProjectDeleted,
    ProjectMemberAdded,
    ProjectRestored,
    ProjectUpdated,
)
from upnext.workspaces.models import Project, ProjectMember, Workspace, name_key
from upnext.workspaces.schemas import ProjectCreate, ProjectList, ProjectUpdate

INBOX = "Inbox"


async def create(session: AsyncSession, actor: Actor, data: ProjectCreate) -> Project:
    """Whoever makes a private project is a member of it, with the role they have around it."""
    workspace_id = data.workspace_id or await personal_id(session, actor)
    workspace = await load_for(session, actor, policy.CREATE_PROJECT, Workspace, workspace_id)
    if workspace.archived_at:
        raise Conflict(
            "This workspace is archived. Take it out of the archive, or choose another.",
            code="workspace_archived",
        )
    key = data.key or await naming.free_key(session, workspace.id, naming.stem(data.name))
    project = _new(session, workspace.id, data.name, key)
    project.private = data.private
    await _flush(session, key, chosen=data.key is not None)
    await record(session, actor, _event(ProjectCreated, project, _beginning(project)))
    if project.private:
        await _let_in(session, actor, project)
    return project


async def open_inbox(session: AsyncSession, actor: Actor, workspace_id: UUID, key: str) -> None:
    project = _new(session, workspace_id, INBOX, key)
    project.inbox = True
    await session.flush()
    await record(session, actor, _event(ProjectCreated, project, _beginning(project)))


def _new(session: AsyncSession, workspace_id: UUID, name: str, key: str) -> Project:
    now = unit_of(session).now
    project = Project(
        workspace_id=workspace_id,
        name=name,
        name_key=name_key(name),
        key=key,
        live_key=key,
        private=False,
        inbox=False,
        created_at=now,
        updated_at=now,
    )
    session.add(project)
    return project


def _beginning(project: Project) -> Diff:
    shown = {"name": project.name, "key": project.key, "private": project.private}
    return {name: (None, value) for name, value in shown.items()}


async def personal_id(session: AsyncSession, actor: Actor) -> UUID:
    found = (
        await session.scalar(queries.personal_workspace_of(actor.user_id))
        if actor.user_id
        else None
    )
    if found is None:
        raise NotFound("You have no personal workspace. Say which one with workspace_id.")
    return found.id


async def _flush(session: AsyncSession, key: str, *, chosen: bool) -> None:
    """A key that we made is made again if somebody else took it; a chosen one is refused."""
    try:
        await session.flush()
    except IntegrityError as error:
        if "live_key" not in str(error.orig):
            raise
        if not chosen:
            raise LostRace from error
        raise Conflict(
            f"Another project of this workspace has the key {key}. Choose a different one.",
            code="key_taken",
        ) from error


async def _let_in(session: AsyncSession, actor: Actor, project: Project) -> None:
    """Makes the actor a member of a project that would be hidden from them, if they are none."""
    role = actor.workspaces.get(project.workspace_id)
    if actor.user_id is None or role is None or project.id in actor.projects:
        return
    own = min(role, WorkspaceRole.ADMIN, key=RANK.__getitem__)
    member = ProjectMember(
        project_id=project.id,
        user_id=actor.user_id,
        workspace_id=project.workspace_id,
        role=ProjectRole(own),
        created_at=unit_of(session).now,
    )
    session.add(member)
    await session.flush()
    diff = {"project_id": (None, str(project.id)), "role": (None, str(own))}
    added = ProjectMemberAdded(
        workspace_id=project.workspace_id, resource_id=actor.user_id, diff=diff
    )
    await record(session, actor, added)


async def get(session: AsyncSession, actor: Actor, project_id: UUID) -> Project:
    return await load_for(session, actor, policy.READ_PROJECT, Project, project_id)


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: ProjectList
) -> tuple[list[Project], str | None]:
    """Of one workspace or all of the actor's, without what is hidden from them."""
    if asked.workspace_id is not None:
        permit(actor, policy.READ_PROJECT, asked.workspace_id)
    places = [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    found: queries.AnySelect = queries.projects_for(actor, places, trashed=asked.trashed)
    if asked.name is not None:
        found = queries.named(found, Project, asked.name)
    if asked.archived is not None:
        found = queries.archived(found, Project, asked.archived)
    rows, cursor = await listing.fetch(
        session, keys, found, listing.PROJECTS, asked, sort=asked.sort
    )
    return [row[0] for row in rows], cursor


async def update(
    session: AsyncSession,
    actor: Actor,
    project_id: UUID,
    data: ProjectUpdate,
    *,
    expected: int | None = None,
) -> Project:
    project = await load_for(session, actor, policy.UPDATE_PROJECT, Project, project_id)
    check_version(project.version, expected)
    if project.inbox and (data.archived or data.private):
        raise inbox_stays("archived" if data.archived else "made private")
    now = unit_of(session).now
    new = {name: value for name, value in data.given().items() if name != "archived"}
    new["archived_at"] = switched(project.archived_at, data.archived, now)
    diff = amend(project, **new)
    if not diff:
        return project
    amend(project, name_key=name_key(project.name), live_key=project.key, updated_at=now)
    await _flush(session, project.key, chosen=True)
    await record(session, actor, _event(ProjectUpdated, project, diff))
    if diff.get("private") == (False, True):
        await _let_in(session, actor, project)
    return project


async def delete(
    session: AsyncSession, actor: Actor, project_id: UUID, *, expected: int | None = None
) -> None:
    """Into the trash, where its key is free for others."""
    project = await load_for(session, actor, policy.DELETE_PROJECT, Project, project_id)
    check_version(project.version, expected)
    if project.inbox:
        raise inbox_stays("deleted")
    now = unit_of(session).now
    diff = amend(project, deleted_at=now)
    amend(project, live_key=None, updated_at=now)
    await session.flush()
    await record(session, actor, _event(ProjectDeleted, project, diff))


async def restore(
    session: AsyncSession, actor: Actor, project_id: UUID, *, expected: int | None = None
) -> Project:
    """Out of the trash, with another key if its own was taken meanwhile."""
    project = await load_for(
        session, actor, policy.RESTORE_PROJECT, Project, project_id, trashed=True
    )
    check_version(project.version, expected)
    restored = amend(project, deleted_at=None)
    key = await naming.free_key(session, project.workspace_id, project.key)
    renamed = amend(project, key=key)
    amend(project, live_key=key, updated_at=unit_of(session).now)
    await _flush(session, key, chosen=False)
    await record(session, actor, _event(ProjectRestored, project, restored))
    if renamed:
        await record(session, actor, _event(ProjectUpdated, project, renamed))
    return project


def inbox_stays(done: str) -> Conflict:
    return Conflict(
        f"The Inbox cannot be {done}: it takes whatever names no project. Make a project for that.",
        code="inbox",
    )


def _event(kind: type[Any], row: Project, diff: Diff) -> Any:  # any event of a project
    return kind(workspace_id=row.workspace_id, resource_id=row.id, version=row.version, diff=diff)
