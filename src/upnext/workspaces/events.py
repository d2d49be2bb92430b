from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from upnext.core.auth import INSTANCE
from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceCreated(Change):
    type: ClassVar[str] = "workspace.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceUpdated(Change):
    type: ClassVar[str] = "workspace.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceDeleted(Change):
    type: ClassVar[str] = "workspace.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRestored(Change):
    type: ClassVar[str] = "workspace.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacePurged(Change):
    """Out of the trash for good: it has no members any more, and what lies in it goes. Nobody is
    left to read its own chain, so the instance's has this."""

    type: ClassVar[str] = "workspace.purged"
    workspace_id: UUID = INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceMemberAdded(Change):
    """Of a membership `resource_id` is the user's."""

    type: ClassVar[str] = "workspace_member.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceMemberUpdated(Change):
    type: ClassVar[str] = "workspace_member.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceMemberRemoved(Change):
    type: ClassVar[str] = "workspace_member.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCreated(Change):
    type: ClassVar[str] = "project.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectUpdated(Change):
    """With `key` in its diff, the short keys of the project's tasks have to follow."""

    type: ClassVar[str] = "project.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDeleted(Change):
    """It lies in the trash, and what it holds is out of reach with it."""

    type: ClassVar[str] = "project.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRestored(Change):
    type: ClassVar[str] = "project.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPurged(Change):
    """Deleted for good, out of the trash; its tasks went before it."""

    type: ClassVar[str] = "project.purged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMemberAdded(Change):
    """Of a membership `resource_id` is the user's; the diff names the project."""

    type: ClassVar[str] = "project_member.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMemberUpdated(Change):
    type: ClassVar[str] = "project_member.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMemberRemoved(Change):
    type: ClassVar[str] = "project_member.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationCreated(Change):
    """Somebody is asked to join; the mail is on its way."""

    type: ClassVar[str] = "invitation.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationUpdated(Change):
    """It gives another role, or was sent again."""

    type: ClassVar[str] = "invitation.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAccepted(Change):
    type: ClassVar[str] = "invitation.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDeleted(Change):
    """It was withdrawn, and its link leads nowhere."""

    type: ClassVar[str] = "invitation.deleted"
