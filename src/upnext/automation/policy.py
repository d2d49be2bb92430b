"""The scopes and actions of automation, as docs/permissions.md has them.

A schedule belongs to whoever made it. Owners and admins of its workspace may look at it, pause it
and delete it; to everybody else it does not exist.
"""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

AUTOMATION_READ = Scope("automation:read")
AUTOMATION_WRITE = Scope("automation:write")
SCOPES = {
    AUTOMATION_READ: "See your schedules, reminders and runs, and templates and rules",
    AUTOMATION_WRITE: "Make schedules, reminders, templates and rules, which act for you",
}

CREATE_SCHEDULE = Action("schedule.create", WorkspaceRole.MEMBER)
MANAGE_SCHEDULES = WorkspaceRole.ADMIN

READ_REMINDER = Action("reminder.read", WorkspaceRole.VIEWER)
CREATE_REMINDER = Action("reminder.create", WorkspaceRole.VIEWER)
DELETE_REMINDER = Action("reminder.delete", WorkspaceRole.VIEWER)
REMIND_OTHERS = WorkspaceRole.MEMBER

READ_TEMPLATE = Action("template.read", WorkspaceRole.VIEWER)
CREATE_TEMPLATE = Action("template.create", WorkspaceRole.MEMBER)
UPDATE_TEMPLATE = Action("template.update", WorkspaceRole.MEMBER)
DELETE_TEMPLATE = Action("template.delete", WorkspaceRole.MEMBER)
USE_TEMPLATE = Action("template.use", WorkspaceRole.MEMBER)

READ_RULE = Action("rule.read", WorkspaceRole.VIEWER)
CREATE_RULE = Action("rule.create", WorkspaceRole.MANAGER)
UPDATE_RULE = Action("rule.update", WorkspaceRole.MANAGER)
DELETE_RULE = Action("rule.delete", WorkspaceRole.MANAGER)
