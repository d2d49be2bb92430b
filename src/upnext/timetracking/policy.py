"""Which scope and which role time entries need. Changing takes whose time it is, on top of that."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

TIME_READ = Scope("time:read")
TIME_WRITE = Scope("time:write")
SCOPES = {
    TIME_READ: "See who worked on which task, and for how long",
    TIME_WRITE: "Start and stop your timer, and enter, change and delete your time",
}

READ = Action("time.read", WorkspaceRole.VIEWER)
CREATE = Action("time.create", WorkspaceRole.MEMBER)
UPDATE = Action("time.update", WorkspaceRole.MEMBER)
DELETE = Action("time.delete", WorkspaceRole.MEMBER)
