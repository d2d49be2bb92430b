"""Which scope and which role an export needs."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

EXPORTS_READ = Scope("exports:read")
SCOPES = {
    EXPORTS_READ: "Export all you can see: workspaces with their members, projects and tasks",
}

READ = Action("export.read", WorkspaceRole.VIEWER)
