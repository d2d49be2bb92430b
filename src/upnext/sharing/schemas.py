"""What share links look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from upnext.core.text import Text
from upnext.identity.models import LinkAccess
from upnext.tasks.words import Moment


class LinkCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    access: LinkAccess
    expires_at: Annotated[Moment | None, Field(description="Else until it is revoked.")] = None
    name: Annotated[
        Annotated[str, Text(most=100)], Field(description="For you: who has it, or what for.")
    ] = ""


class LinkList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class LinkRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    task_id: UUID | None
    project_id: UUID | None
    access: LinkAccess
    name: str
    hint: Annotated[str, Field(description="The last signs of its secret.")]
    created_by: Annotated[UUID, Field(validation_alias="user_id")]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: Annotated[datetime | None, Field(description="To the minute.")]


class LinkSecret(LinkRead):
    """The only time that the secret is told."""

    token: Annotated[str, Field(description="To be sent as `Authorization: Bearer ...`.")]
    url: Annotated[str, Field(description="Says what the link opens.")]


class LinkPage(BaseModel):
    items: list[LinkRead]
    next_cursor: str | None


class OpenedTask(BaseModel):
    id: UUID
    key: str
    title: str


class OpenedProject(BaseModel):
    id: UUID
    key: str
    name: str


class LinkOpens(BaseModel):
    """What somebody who has the link can reach with it, and how."""

    kind: Literal["task", "project"]
    access: Annotated[LinkAccess, Field(description="What it allows at this moment.")]
    expires_at: datetime | None
    task: OpenedTask | None
    project: OpenedProject | None
    api: Annotated[list[str], Field(description="What to ask next, with the secret as bearer.")]
