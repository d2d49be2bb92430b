"""Who may follow what happens: every member, as far as they see it."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

EVENTS_READ = Scope("events:read")
SCOPES = {EVENTS_READ: "Follow what happens in your workspaces, as far as you see it"}

READ = Action("event.read", WorkspaceRole.VIEWER)
