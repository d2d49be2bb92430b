"""Makes an `Actor` of a credential: the roles as they are at this moment."""

from uuid import UUID

from upnext.core.auth import Actor, Credential, ProjectRole, WorkspaceRole
from upnext.core.lanes import Lane
from upnext.workspaces import queries

WORKSPACE_ROLES = tuple(WorkspaceRole)
PROJECT_ROLES = tuple(ProjectRole)


async def actor_for(lane: Lane, credential: Credential) -> Actor:
    """One statement, never cached: a role that was taken away is gone with the next request."""
    workspaces: dict[UUID, WorkspaceRole] = {}
    projects: dict[UUID, ProjectRole] = {}
    hidden: list[UUID] = []
    rows = await lane.fetch(queries.STANDING, {"user_id": credential.user_id})
    for kind, text, rank in rows:
        row_id = UUID(text)
        if kind == queries.IN_WORKSPACE:
            workspaces[row_id] = WORKSPACE_ROLES[rank - 1]
        elif kind == queries.IN_PROJECT:
            projects[row_id] = PROJECT_ROLES[rank - 1]
        else:
            hidden.append(row_id)
    return Actor(
        kind="token" if credential.kind == "token" else "user",
        user_id=credential.user_id,
        credential_id=credential.id,
        is_admin=credential.is_admin,
        workspaces=workspaces,
        projects=projects,
        hidden=frozenset(hidden),
    )
