"""Who is asking, and what their credential allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NewType
from uuid import UUID

Scope = NewType("Scope", str)
"""A permission that a credential can carry, such as `tasks:write`. Each domain declares its own."""

Action = NewType("Action", str)
"""What a role may do, such as `task.update`: a row of the table in docs/permissions.md."""

INSTANCE = UUID(int=0)
"""Stands for the workspace of what concerns the instance as a whole, such as accounts."""


class WorkspaceRole(StrEnum):
    """From least to most: stored by rank."""

    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"
    OWNER = "owner"


class ProjectRole(StrEnum):
    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A verified one. `id` is the session's, the token's or the share link's.

    A share link has no scope at all: a route has to let it in by name. Its `user_id` is whoever
    made it, and is the limit of what it opens.
    """

    kind: Literal["session", "token", "link"]
    id: UUID
    user_id: UUID
    scopes: frozenset[Scope] | None = None  # None: all, as a person who signed in has
    is_admin: bool = False

    def allows(self, scope: Scope) -> bool:
        return self.scopes is None or scope in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a share link opens: a project, or of it these tasks and nothing else."""

    workspace_id: UUID
    project_id: UUID
    role: WorkspaceRole
    tasks: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Roles as they are now: `workspaces` and `projects` hold only what the actor is member of."""

    kind: Literal["user", "token", "feed", "link", "admin", "system", "anonymous"]
    user_id: UUID | None
    credential_id: UUID | None = None
    is_admin: bool = False
    workspaces: Mapping[UUID, WorkspaceRole] = field(default_factory=dict)
    projects: Mapping[UUID, ProjectRole] = field(default_factory=dict)
    hidden: frozenset[UUID] = frozenset()
    """Private projects of the actor's workspaces that the actor may not see."""
    opened: Opened | None = None
    """Of a share link only, which is member of nothing."""

    @property
    def label(self) -> str:
        """As it stands in the change log."""
        who = self.credential_id if self.kind == "link" else self.user_id
        return f"{self.kind}:{who}" if who else self.kind

    def role_in(
        self, workspace_id: UUID, project_id: UUID | None = None, task_id: UUID | None = None
    ) -> WorkspaceRole | None:
        """The role that counts. None: the actor may not even see it.

        Owners and admins of a workspace administer every project in it. For everybody else a
        membership of the project replaces the role in the workspace. `task_id` is the task that
        the thing is or belongs to; only a share link cares.
        """
        if self.opened is not None:
            return _role_opened(self.opened, (workspace_id, project_id), task_id)
        role = self.workspaces.get(workspace_id)
        if role is None or project_id is None or role in {WorkspaceRole.OWNER, WorkspaceRole.ADMIN}:
            return role
        if own := self.projects.get(project_id):
            return WorkspaceRole(own)
        return None if project_id in self.hidden else role


def _role_opened(
    opened: Opened, place: tuple[UUID, UUID | None], task_id: UUID | None
) -> WorkspaceRole | None:
    if place != (opened.workspace_id, opened.project_id):
        return None
    if opened.tasks is not None and task_id not in opened.tasks:
        return None
    return opened.role


SYSTEM = Actor(kind="system", user_id=None)
ANONYMOUS = Actor(kind="anonymous", user_id=None)

RANK: Mapping[WorkspaceRole, int] = {role: rank for rank, role in enumerate(WorkspaceRole, 1)}
