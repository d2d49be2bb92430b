"""Makes an `Actor` of a credential: the roles as they are at this moment."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from upnext.core.auth import RANK, Actor, Credential, Opened, ProjectRole, WorkspaceRole
from upnext.core.errors import Unauthorized
from upnext.core.lanes import Lane, Row
from upnext.identity.models import LinkAccess
from upnext.workspaces import queries
from upnext.workspaces.links import queries as links

WORKSPACE_ROLES = tuple(WorkspaceRole)
PROJECT_ROLES = tuple(ProjectRole)
_id = lru_cache(maxsize=10_000)(UUID)
"""The same few stand in every request of somebody."""
MOST_BY_LINK = {LinkAccess.READ: WorkspaceRole.VIEWER, LinkAccess.WRITE: WorkspaceRole.MEMBER}


class Standing(NamedTuple):
    """What somebody is member of, and what is hidden from them there."""

    workspaces: Mapping[UUID, WorkspaceRole]
    projects: Mapping[UUID, ProjectRole]
    hidden: frozenset[UUID]


async def actor_for(lane: Lane, credential: Credential) -> Actor:
    """One statement, never cached: a role that was taken away is gone with the next request."""
    if credential.kind == "link":
        return await _link(lane, credential)
    return await _person(lane, credential)


async def _person(lane: Lane, credential: Credential) -> Actor:
    rows = await lane.fetch(queries.STANDING, {"user_id": credential.user_id})
    return person(credential, standing_of(rows))


def standing_of(rows: Sequence[Row]) -> Standing:
    """From those of `queries.STANDING`."""
    workspaces: dict[UUID, WorkspaceRole] = {}
    projects: dict[UUID, ProjectRole] = {}
    hidden: list[UUID] = []
    for kind, text, rank in rows:
        row_id = _id(text)
        if kind == queries.IN_WORKSPACE:
            workspaces[row_id] = WORKSPACE_ROLES[rank - 1]
        elif kind == queries.IN_PROJECT:
            projects[row_id] = PROJECT_ROLES[rank - 1]
        else:
            hidden.append(row_id)
    return Standing(workspaces, projects, frozenset(hidden))


def person(credential: Credential, standing: Standing) -> Actor:
    return Actor(
        kind="token" if credential.kind == "token" else "user",
        user_id=credential.user_id,
        credential_id=credential.id,
        is_admin=credential.is_admin,
        workspaces=standing.workspaces,
        projects=standing.projects,
        hidden=standing.hidden,
    )


async def _link(lane: Lane, credential: Credential) -> Actor:
    """A share link: member of nothing, with a role in what it opens. Three statements at most.

    Raises Unauthorized once it is revoked, or what it opens is gone, also for whoever made it.
    """
    rows = await lane.fetch(links.STANDING, {"link_id": credential.id})
    if not rows:
        raise _closed()
    access, workspace, project, task = rows[0]
    workspace_id, project_id = UUID(str(workspace)), UUID(str(project))
    maker = await _person(lane, credential)
    own = maker.role_in(workspace_id, project_id)
    if own is None:
        raise _closed()
    tasks = None
    if task is not None:
        below = await lane.fetch(links.TREE, {"task_id": UUID(str(task))})
        tasks = frozenset(UUID(str(row[0])) for row in below)
    role = min(own, MOST_BY_LINK[access], key=RANK.__getitem__)
    opened = Opened(workspace_id=workspace_id, project_id=project_id, role=role, tasks=tasks)
    return Actor(kind="link", user_id=None, credential_id=credential.id, opened=opened)


def _closed() -> Unauthorized:
    return Unauthorized(
        "This share link opens nothing any more. Ask whoever sent it for another.",
        code="invalid_token",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )
