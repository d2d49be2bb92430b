"""Which scope and which role each thing one can do to a board needs. Its cards are tasks."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

BOARDS_READ = Scope("boards:read")
BOARDS_WRITE = Scope("boards:write")
SCOPES = {
    BOARDS_READ: "See boards with their columns and cards",
    BOARDS_WRITE: "Create, change and delete boards and their columns",
}

READ = Action("board.read", WorkspaceRole.VIEWER)
CREATE = Action("board.create", WorkspaceRole.MANAGER)
UPDATE = Action("board.update", WorkspaceRole.MANAGER)
DELETE = Action("board.delete", WorkspaceRole.MANAGER)
