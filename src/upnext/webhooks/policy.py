"""The scopes and roles of webhooks.

Making, changing and rotating one takes a person who signed in: it sends whatever that person may
see, and goes on when an API token is long revoked.
"""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

WEBHOOKS_READ = Scope("webhooks:read")
WEBHOOKS_WRITE = Scope("webhooks:write")
SCOPES = {
    WEBHOOKS_READ: "See webhooks, without their secrets, and what was sent to them",
    WEBHOOKS_WRITE: "Test, replay and delete webhooks; for a person also make and change them",
}

READ = Action("webhook.read", WorkspaceRole.MANAGER)
CREATE = Action("webhook.create", WorkspaceRole.MANAGER)
UPDATE = Action("webhook.update", WorkspaceRole.MANAGER)
DELETE = Action("webhook.delete", WorkspaceRole.MANAGER)
SEND = Action("webhook.send", WorkspaceRole.MANAGER)
