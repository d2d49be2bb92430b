"""Which scope and which role each thing one can do to a task needs."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

TASKS_READ = Scope("tasks:read")
TASKS_WRITE = Scope("tasks:write")
SCOPES = {
    TASKS_READ: "Read tasks, their tags and dependencies, and saved filters",
    TASKS_WRITE: "Create, change and delete tasks and saved filters",
}

READ = Action("task.read", WorkspaceRole.VIEWER)
CREATE = Action("task.create", WorkspaceRole.MEMBER)
UPDATE = Action("task.update", WorkspaceRole.MEMBER)
DELETE = Action("task.delete", WorkspaceRole.MEMBER)
RESTORE = Action("task.restore", WorkspaceRole.MEMBER)
DEPEND = Action("task.depend", WorkspaceRole.MEMBER)
TAG = Action("task.tag", WorkspaceRole.MEMBER)
READ_FILTER = Action("filter.read", WorkspaceRole.VIEWER)
SHARE_FILTER = Action("filter.share", WorkspaceRole.MANAGER)
UPDATE_FILTER = Action("filter.update", WorkspaceRole.MANAGER)
DELETE_FILTER = Action("filter.delete", WorkspaceRole.MANAGER)
