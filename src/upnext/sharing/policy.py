"""The scopes and roles of share links. A link itself can do nothing here.

Making one takes a person who signed in: it outlives the credential that made it, and would give an
API token more than it was made for.
"""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

LINKS_READ = Scope("links:read")
LINKS_WRITE = Scope("links:write")
SCOPES = {
    LINKS_READ: "See which share links there are, without their secrets",
    LINKS_WRITE: "Revoke share links; for a person also make them",
}

CREATE_TASK_LINK = Action("task_link.create", WorkspaceRole.MEMBER)
READ_TASK_LINKS = Action("task_link.read", WorkspaceRole.MEMBER)
REVOKE_TASK_LINK = Action("task_link.revoke", WorkspaceRole.MEMBER)
CREATE_PROJECT_LINK = Action("project_link.create", WorkspaceRole.MANAGER)
READ_PROJECT_LINKS = Action("project_link.read", WorkspaceRole.MANAGER)
REVOKE_PROJECT_LINK = Action("project_link.revoke", WorkspaceRole.MANAGER)
