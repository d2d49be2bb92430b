"""The scopes and actions of workspaces, as docs/permissions.md has them."""

from upnext.core.auth import RANK, ProjectRole, Scope, WorkspaceRole
from upnext.core.errors import Forbidden
from upnext.core.load import Action

WORKSPACES_READ = Scope("workspaces:read")
WORKSPACES_WRITE = Scope("workspaces:write")
PROJECTS_READ = Scope("projects:read")
PROJECTS_WRITE = Scope("projects:write")
SCOPES = {
    WORKSPACES_READ: "See your workspaces and who is in them",
    WORKSPACES_WRITE: "Create, change and delete workspaces; manage their members",
    PROJECTS_READ: "See your projects and who is in them",
    PROJECTS_WRITE: "Create, change and delete projects; manage their members",
}

READ_WORKSPACE = Action("workspace.read", WorkspaceRole.VIEWER)
UPDATE_WORKSPACE = Action("workspace.update", WorkspaceRole.ADMIN)
DELETE_WORKSPACE = Action("workspace.delete", WorkspaceRole.OWNER)
RESTORE_WORKSPACE = Action("workspace.restore", WorkspaceRole.OWNER)

CREATOR = WorkspaceRole.OWNER
"""Who makes a workspace owns it."""

READ_MEMBERS = Action("member.read", WorkspaceRole.VIEWER)
ADD_MEMBER = Action("member.add", WorkspaceRole.ADMIN)
UPDATE_MEMBER = Action("member.update", WorkspaceRole.ADMIN)
REMOVE_MEMBER = Action("member.remove", WorkspaceRole.ADMIN)
LEAVE_WORKSPACE = Action("member.leave", WorkspaceRole.VIEWER)

READ_INVITATIONS = Action("invitation.read", WorkspaceRole.ADMIN)
CREATE_INVITATION = Action("invitation.create", WorkspaceRole.ADMIN)
UPDATE_INVITATION = Action("invitation.update", WorkspaceRole.ADMIN)
DELETE_INVITATION = Action("invitation.delete", WorkspaceRole.ADMIN)

READ_PROJECT = Action("project.read", WorkspaceRole.VIEWER)
CREATE_PROJECT = Action("project.create", WorkspaceRole.MANAGER)
UPDATE_PROJECT = Action("project.update", WorkspaceRole.MANAGER)
DELETE_PROJECT = Action("project.delete", WorkspaceRole.ADMIN)
RESTORE_PROJECT = Action("project.restore", WorkspaceRole.ADMIN)

READ_PROJECT_MEMBERS = Action("project_member.read", WorkspaceRole.VIEWER)
ADD_PROJECT_MEMBER = Action("project_member.add", WorkspaceRole.MANAGER)
UPDATE_PROJECT_MEMBER = Action("project_member.update", WorkspaceRole.MANAGER)
REMOVE_PROJECT_MEMBER = Action("project_member.remove", WorkspaceRole.MANAGER)
LEAVE_PROJECT = Action("project_member.leave", WorkspaceRole.VIEWER)


def may_grant(own: WorkspaceRole, role: WorkspaceRole | ProjectRole) -> None:
    """Nobody makes another more than they are themselves."""
    if RANK[WorkspaceRole(role)] > RANK[own]:
        raise Forbidden(
            f"You are {own} here, so you can give at most that role, not {role}.",
            code="role_above_own",
        )


def may_manage(own: WorkspaceRole, theirs: WorkspaceRole | ProjectRole) -> None:
    """Nobody changes or removes one who is more than they are."""
    if RANK[WorkspaceRole(theirs)] > RANK[own]:
        raise Forbidden(
            f"They are {theirs} and you are {own} here, so ask somebody with their role.",
            code="member_above_own",
        )
