"""Who may read the audit trail: whoever administers the workspace, or else the instance."""

from uuid import UUID

from upnext.core.auth import INSTANCE, Actor, Scope, WorkspaceRole
from upnext.core.errors import Forbidden
from upnext.core.load import Action, permit

AUDIT_READ = Scope("audit:read")
SCOPES = {AUDIT_READ: "Read the audit trail of workspaces that you administer"}

READ = Action("audit.read", WorkspaceRole.ADMIN)


def check_reader(actor: Actor, workspace_id: UUID) -> None:
    """Raises NotFound or Forbidden. The instance's role opens the instance's own trail only."""
    if workspace_id != INSTANCE:
        permit(actor, READ, workspace_id)
    elif not actor.is_admin:
        raise Forbidden(
            "Say which workspace with workspace_id: the trail of the instance itself is for its "
            "administrators.",
            code="admin_required",
        )
