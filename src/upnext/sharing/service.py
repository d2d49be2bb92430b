"""The use cases of share links."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import Action, load_for
from upnext.core.paging import read_cursor, write_cursor
from upnext.identity.models import LinkAccess, ShareLink
from upnext.identity.tokens import HINT, LINK_PREFIX, SECRET_BYTES, digest
from upnext.sharing import policy, queries
from upnext.sharing.events import LinkCreated, LinkRevoked
from upnext.sharing.schemas import LinkCreate, LinkList
from upnext.tasks.models import Task
from upnext.tasks.wire import plain
from upnext.workspaces.models import Project

MOST = 100


class Kind(NamedTuple):
    """What is shared, and what it takes to share it."""

    model: type[Task | Project]
    create: Action
    read: Action
    revoke: Action


TASKS = Kind(Task, policy.CREATE_TASK_LINK, policy.READ_TASK_LINKS, policy.REVOKE_TASK_LINK)
PROJECTS = Kind(
    Project, policy.CREATE_PROJECT_LINK, policy.READ_PROJECT_LINKS, policy.REVOKE_PROJECT_LINK
)


class Made(NamedTuple):
    link: ShareLink
    secret: str


async def create(
    session: AsyncSession, actor: Actor, kind: Kind, target_id: UUID, data: LinkCreate
) -> Made:
    """The only time that the secret is known."""
    workspace_id = await _target(session, actor, kind, kind.create, target_id)
    now = unit_of(session).now
    if data.expires_at is not None and data.expires_at <= now:
        raise invalid_field("/expires_at", "Choose a moment in the future.", "in_the_past")
    if (await session.scalar(queries.count(kind.model, target_id)) or 0) >= MOST:
        raise Conflict(
            f"There are {MOST} links to this, which is the most. Revoke one first.",
            code="too_many_links",
        )
    made = _made(actor, kind, target_id, data, now)
    link = made.link
    session.add(link)
    await session.flush()
    told = {"access": str(link.access), "name": link.name, "expires_at": plain(link.expires_at)}
    diff = {name: (None, value) for name, value in (_opens(link) | told).items() if value}
    change = LinkCreated(workspace_id=workspace_id, resource_id=link.id, diff=diff)
    await record(session, actor, change)
    return made


def _made(actor: Actor, kind: Kind, target_id: UUID, data: LinkCreate, now: datetime) -> Made:
    if actor.user_id is None:
        raise Conflict("A share link has the rights of whoever makes it. Make it as a person.")
    secret = LINK_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    link = ShareLink(
        user_id=actor.user_id,
        task_id=target_id if kind is TASKS else None,
        project_id=target_id if kind is PROJECTS else None,
        access=data.access,
        name=data.name,
        hash=digest(secret),
        hint=secret[-HINT:],
        expires_at=data.expires_at,
        created_at=now,
    )
    return Made(link, secret)


async def _target(
    session: AsyncSession, actor: Actor, kind: Kind, action: Action, target_id: UUID
) -> UUID:
    """The workspace of what is shared."""
    if kind.model is Task:
        return (await load_for(session, actor, action, Task, target_id)).workspace_id
    return (await load_for(session, actor, action, Project, target_id)).workspace_id


async def find(
    session: AsyncSession, actor: Actor, kind: Kind, target_id: UUID, keys: KeyRing, asked: LinkList
) -> tuple[list[ShareLink], str | None]:
    """Those that are not revoked, the newest first."""
    await _target(session, actor, kind, kind.read, target_id)
    behind = read_cursor(keys, queries.NEWEST, asked.cursor) if asked.cursor else None
    statement = queries.links_of(kind.model, target_id, behind, asked.limit)
    found = list(await session.scalars(statement))
    if len(found) <= asked.limit:
        return found, None
    return found[: asked.limit], write_cursor(keys, queries.NEWEST, [found[asked.limit - 1].id])


async def revoke(
    session: AsyncSession, actor: Actor, kind: Kind, target_id: UUID, link_id: UUID
) -> None:
    """It opens nothing from the next request on. Raises NotFound for one of something else."""
    workspace_id = await _target(session, actor, kind, kind.revoke, target_id)
    link = await session.scalar(queries.link_of(kind.model, target_id, link_id))
    if link is None:
        raise NotFound("There is no such share link.")
    link.revoked_at = unit_of(session).now
    await session.flush()
    diff = {name: (value, None) for name, value in _opens(link).items() if value}
    await record(
        session, actor, LinkRevoked(workspace_id=workspace_id, resource_id=link.id, diff=diff)
    )


def _opens(link: ShareLink) -> dict[str, object]:
    return {"task_id": plain(link.task_id), "project_id": plain(link.project_id)}


class Opening(NamedTuple):
    """What a link opens, as it is called: id, key and title or name."""

    link: ShareLink
    access: LinkAccess
    called: tuple[UUID, str, str]


async def opening(session: AsyncSession, actor: Actor) -> Opening:
    """`actor` is what the resolver made of the link just now. Raises NotFound if it went since."""
    link = await session.scalar(queries.by_id(actor.credential_id))
    if link is None or actor.opened is None:
        raise NotFound("There is no such link. It may have been revoked.")
    named = (
        queries.task_called(link.task_id)
        if link.task_id
        else queries.project_called(actor.opened.project_id)
    )
    called = (await session.execute(named)).one()
    writes = RANK[actor.opened.role] >= RANK[WorkspaceRole.MEMBER]
    return Opening(link, LinkAccess.WRITE if writes else LinkAccess.READ, (*called,))
