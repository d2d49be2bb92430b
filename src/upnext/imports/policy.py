"""Importing is creating tasks, and takes what creating tasks takes.

A run belongs to who started it: for everybody else it does not exist.
"""

from upnext.boards.policy import BOARDS_WRITE
from upnext.comments.policy import COMMENTS_WRITE
from upnext.core.auth import WorkspaceRole
from upnext.core.load import Action
from upnext.goals.policy import GOALS_WRITE
from upnext.sla.policy import SLA_WRITE
from upnext.tasks.policy import TASKS_READ, TASKS_WRITE
from upnext.timetracking.policy import TIME_WRITE
from upnext.workspaces.policy import PROJECTS_WRITE

__all__ = ["IMPORT", "NEEDED", "TASKS_READ", "TASKS_WRITE"]

NEEDED = {
    "create_projects": PROJECTS_WRITE,
    "create_goals": GOALS_WRITE,
    "create_boards": BOARDS_WRITE,
    "create_comments": COMMENTS_WRITE,
    "create_time": TIME_WRITE,
    "create_sla": SLA_WRITE,
    "create_filters": TASKS_WRITE,
}
"""Which scope each option of an import takes, beside that for tasks."""

IMPORT = Action("import.create", WorkspaceRole.MEMBER)
