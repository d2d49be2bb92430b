"""The scopes and actions of SLAs, as docs/permissions.md has them."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

SLA_READ = Scope("sla:read")
SLA_WRITE = Scope("sla:write")
SCOPES = {
    SLA_READ: "See SLA policies, business calendars and how well they are kept",
    SLA_WRITE: "Create, change and delete SLA policies; change business calendars",
}

READ = Action("sla.read", WorkspaceRole.VIEWER)
CREATE = Action("sla.create", WorkspaceRole.MANAGER)
UPDATE = Action("sla.update", WorkspaceRole.MANAGER)
DELETE = Action("sla.delete", WorkspaceRole.MANAGER)
READ_CALENDAR = Action("calendar.read", WorkspaceRole.VIEWER)
UPDATE_CALENDAR = Action("calendar.update", WorkspaceRole.ADMIN)
