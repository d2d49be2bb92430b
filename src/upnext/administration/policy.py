"""The scopes of administration, and the actor that acts under them."""

from dataclasses import replace
from uuid import UUID

from upnext.core.auth import Actor, Credential, Scope, WorkspaceRole

ADMIN_READ = Scope("admin:read")
ADMIN_WRITE = Scope("admin:write")
SCOPES = {
    ADMIN_READ: "For administrators: see every account, workspace, project, task and job",
    ADMIN_WRITE: "For administrators: change and delete them, and reset passwords",
}


def administrator(credential: Credential) -> Actor:
    """Stands in the change log as `admin:` with the id of the person."""
    return Actor(
        kind="admin",
        user_id=credential.user_id,
        credential_id=credential.id,
        is_admin=True,
    )


def reaching(actor: Actor, workspace_id: UUID) -> Actor:
    """The administrator as if they owned that one workspace: nothing in it is hidden from them."""
    return replace(actor, workspaces={workspace_id: WorkspaceRole.OWNER})
