"""Which scope and which role comments need. Editing takes whoever wrote it, on top of that."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

COMMENTS_READ = Scope("comments:read")
COMMENTS_WRITE = Scope("comments:write")
SCOPES = {
    COMMENTS_READ: "Read comments, and look up who can be mentioned",
    COMMENTS_WRITE: "Write, edit and delete comments",
}

READ = Action("comment.read", WorkspaceRole.VIEWER)
CREATE = Action("comment.create", WorkspaceRole.MEMBER)
UPDATE = Action("comment.update", WorkspaceRole.MEMBER)
DELETE = Action("comment.delete", WorkspaceRole.MEMBER)
RESTORE = Action("comment.restore", WorkspaceRole.MEMBER)
# To delete what somebody else wrote.
MODERATE = Action("comment.moderate", WorkspaceRole.MANAGER)
