"""Which scope and which role each thing one can do to a goal needs."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

GOALS_READ = Scope("goals:read")
GOALS_WRITE = Scope("goals:write")
SCOPES = {
    GOALS_READ: "Read goals, how far they are and when they will be met",
    GOALS_WRITE: "Create, change and delete goals",
}

READ_GOAL = Action("goal.read", WorkspaceRole.VIEWER)
CREATE_GOAL = Action("goal.create", WorkspaceRole.MEMBER)
UPDATE_GOAL = Action("goal.update", WorkspaceRole.MEMBER)
DELETE_GOAL = Action("goal.delete", WorkspaceRole.MANAGER)
RESTORE_GOAL = Action("goal.restore", WorkspaceRole.MANAGER)
