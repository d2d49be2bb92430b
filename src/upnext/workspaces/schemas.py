"""Workspaces, projects and members on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.core.auth import ProjectRole, WorkspaceRole
from upnext.core.paging import sort_pattern
from upnext.core.schemas import NoNulls, absent, one_of
from upnext.core.text import VISIBLE_BUT_AT, ShortName, Text
from upnext.identity.models import User
from upnext.workspaces.models import Project, ProjectMember, Workspace, WorkspaceMember

KEY_PATTERN = r"^[A-Za-z][A-Za-z0-9]{1,9}$"

ProjectKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN), AfterValidator(str.upper)]
"""Begins the short keys of the project's tasks, as in WEB-12."""
Email = Annotated[
    str,
    Text(least=3, most=254, pattern=f"^{VISIBLE_BUT_AT}+@{VISIBLE_BUT_AT}+$"),
    StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$"),
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Patch(NoNulls, _Input):
    """What is left out stays as it is."""

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class WorkspaceCreate(_Input):
    name: ShortName


class WorkspaceUpdate(_Patch):
    name: ShortName | SkipJsonSchema[None] = absent()
    archived: StrictBool | SkipJsonSchema[None] = absent()


class WorkspaceRead(BaseModel):
    id: UUID
    name: str
    personal: bool
    role: WorkspaceRole = Field(description="The reader's own.")
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Workspace, role: WorkspaceRole) -> Self:
        return cls(
            id=row.id,
            name=row.name,
            personal=row.personal,
            role=role,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
            deleted_at=row.deleted_at,
            version=row.version,
        )


class ProjectCreate(_Input):
    name: ShortName
    key: ProjectKey | None = Field(None, description="Made from the name if left out.")
    workspace_id: UUID | None = Field(None, description="The personal workspace if left out.")
    private: StrictBool = Field(
        False, description="Hidden from all but its members and the workspace's admins."
    )


class ProjectUpdate(_Patch):
    name: ShortName | SkipJsonSchema[None] = absent()
    key: ProjectKey | SkipJsonSchema[None] = absent()
    private: StrictBool | SkipJsonSchema[None] = absent()
    archived: StrictBool | SkipJsonSchema[None] = absent()


class ProjectRead(BaseModel):
    id: UUID
    workspace_id: UUID
    name: str
    key: str
    private: bool
    inbox: bool
    role: WorkspaceRole | None = Field(
        description="The reader's own in it; null: an administrator of the instance looks at it."
    )
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Project, role: WorkspaceRole | None) -> Self:
        return cls(
            id=row.id,
            workspace_id=row.workspace_id,
            name=row.name,
            key=row.key,
            private=row.private,
            inbox=row.inbox,
            role=role,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
            deleted_at=row.deleted_at,
            version=row.version,
        )


class MemberAdd(_Input):
    email: Email
    role: WorkspaceRole = WorkspaceRole.MEMBER


class MemberUpdate(_Input):
    role: WorkspaceRole


class ProjectMemberAdd(NoNulls, _Input):
    """Somebody of the workspace, by exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=one_of("email", "user_id"))

    email: Email | SkipJsonSchema[None] = absent()
    user_id: UUID | SkipJsonSchema[None] = absent()
    role: ProjectRole = ProjectRole.MEMBER

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.email is None) == (self.user_id is None):
            raise PydanticCustomError("one_of", "give either email or user_id")
        return self


class ProjectMemberUpdate(_Input):
    role: ProjectRole


class _MemberRead(BaseModel):
    user_id: UUID
    email: str
    username: str | None
    created_at: datetime
    version: int


class WorkspaceMemberRead(_MemberRead):
    role: WorkspaceRole

    @classmethod
    def of(cls, row: WorkspaceMember, user: User) -> Self:
        return cls(role=row.role, **_about(row, user))


class ProjectMemberRead(_MemberRead):
    role: ProjectRole

    @classmethod
    def of(cls, row: ProjectMember, user: User) -> Self:
        return cls(role=row.role, **_about(row, user))


def _about(row: WorkspaceMember | ProjectMember, user: User) -> dict[str, Any]:
    return {
        "user_id": row.user_id,
        "email": user.email,
        "username": user.username,
        "created_at": row.created_at,
        "version": row.version,
    }


class WorkspacePage(BaseModel):
    items: list[WorkspaceRead]
    next_cursor: str | None


class ProjectPage(BaseModel):
    items: list[ProjectRead]
    next_cursor: str | None


class WorkspaceMemberPage(BaseModel):
    items: list[WorkspaceMemberRead]
    next_cursor: str | None


class ProjectMemberPage(BaseModel):
    items: list[ProjectMemberRead]
    next_cursor: str | None


class Paging(_Input):
    """The query parameters of a list; unknown ones are refused."""

    limit: int = Field(50, ge=1, le=100)
    cursor: str | SkipJsonSchema[None] = Field(None, max_length=1000)


def _sort(first: str, *names: str) -> Any:  # as above
    names = (first, *names)
    return Field(
        first,
        max_length=100,
        description=f"{', '.join(names)}; - reverses.",
        json_schema_extra={"pattern": sort_pattern(names)},
    )


class MemberList(Paging):
    sort: str = _sort("created_at", "role")


class WorkspaceList(Paging):
    sort: str = _sort("name", "created_at", "updated_at")
    archived: bool | SkipJsonSchema[None] = None
    trashed: bool = Field(False, description="What lies in the trash instead.")


class ProjectList(Paging):
    sort: str = _sort("name", "key", "created_at", "updated_at")
    workspace_id: UUID | SkipJsonSchema[None] = None
    name: ShortName | SkipJsonSchema[None] = Field(None, description="Part of the name.")
    archived: bool | SkipJsonSchema[None] = None
    trashed: bool = Field(False, description="What lies in the trash instead.")
