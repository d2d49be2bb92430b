"""Which scope and which role files need. Through a share link those of tasks are read, no others
and no more."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

FILES_READ = Scope("files:read")
FILES_WRITE = Scope("files:write")
SCOPES = {
    FILES_READ: "List and download files",
    FILES_WRITE: "Upload, rename and delete files",
}

READ = Action("file.read", WorkspaceRole.VIEWER)
CREATE = Action("file.create", WorkspaceRole.MEMBER)
UPDATE = Action("file.update", WorkspaceRole.MEMBER)
DELETE = Action("file.delete", WorkspaceRole.MEMBER)
RESTORE = Action("file.restore", WorkspaceRole.MEMBER)
