"""Invitations on the wire. Their tokens are in mails only."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.core.auth import ProjectRole, WorkspaceRole
from upnext.workspaces.schemas import Email

Token = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="From the mail.",
        json_schema_extra={"pattern": r"^[^\u0000]*$", "format": "password"},
    ),
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InvitationCreate(_Input):
    email: Email
    role: WorkspaceRole = WorkspaceRole.MEMBER
    project_id: UUID | None = None
    project_role: Annotated[
        ProjectRole | SkipJsonSchema[None],
        Field(description="In that project; `member` if left out."),
    ] = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.project_role is not None and self.project_id is None:
            raise PydanticCustomError("no_project", "give project_id with project_role")
        return self


class InvitationPatch(_Input):
    role: WorkspaceRole


class InvitationToken(_Input):
    token: Token


class InvitationRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    email: str
    role: WorkspaceRole
    project_role: ProjectRole | None
    invited_by: UUID | None
    sent_at: datetime | None
    expires_at: datetime
    created_at: datetime
    version: int


class InvitationPage(BaseModel):
    items: list[InvitationRead]
    next_cursor: str | None


class InvitationShown(BaseModel):
    """What whoever got the mail learns before they answer."""

    workspace: str
    project: str | None
    email: str
    role: WorkspaceRole
    project_role: ProjectRole | None
    expires_at: datetime


class Joined(BaseModel):
    workspace_id: UUID
    project_id: UUID | None
    role: WorkspaceRole
    project_role: ProjectRole | None
