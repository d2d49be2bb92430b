"""Importing is creating tasks, and takes what creating tasks takes.

A run belongs to who started it: for everybody else it does not exist.
"""

from upnext.core.auth import WorkspaceRole
from upnext.core.load import Action
from upnext.tasks.policy import TASKS_READ, TASKS_WRITE

__all__ = ["IMPORT", "TASKS_READ", "TASKS_WRITE"]

IMPORT = Action("import.create", WorkspaceRole.MEMBER)
