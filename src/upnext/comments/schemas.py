"""What comments look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from upnext.core.text import Text

LONGEST = 10_000
Body = Annotated[
    str, Text(least=1, most=LONGEST, lines=True), Field(description="Markdown. `@name` mentions.")
]


class CommentCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    body: Body
    parent_id: Annotated[UUID | None, Field(description="The comment that it replies to.")] = None


class CommentPatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    body: Body


class Author(BaseModel):
    """`name` is None for an account that is gone; through a share link only user names show."""

    id: UUID | None
    kind: Literal["user", "link", "system"]
    name: str | None


class CommentRead(BaseModel):
    """Of one that was deleted only its place in the thread is left."""

    id: UUID
    task_id: UUID
    thread_id: UUID
    parent_id: UUID | None
    author: Author | None
    body: str | None
    body_html: Annotated[
        str | None, Field(description="Sanitised on the server: safe to show as it is.")
    ]
    mentions: Annotated[list[UUID], Field(description="Whom it calls by name.")]
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    version: int


class CommentPage(BaseModel):
    items: list[CommentRead]
    next_cursor: str | None


class EarlierRead(BaseModel):
    version: int
    body: str
    written_at: datetime
    replaced_at: datetime


class EarlierPage(BaseModel):
    items: list[EarlierRead]
    next_cursor: str | None


class CommentList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thread_id: Annotated[UUID | None, Field(description="Only this thread.")] = None
    sort: Annotated[
        Literal["created_at", "-created_at"], Field(description="`-created_at`: newest first.")
    ] = "created_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class EarlierList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class MentionableList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        Annotated[str, Text(most=100)], Field(description="How the name begins; empty: anybody.")
    ] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class Mentionable(BaseModel):
    id: UUID
    name: str
    mention: Annotated[str, Field(description="What to write after the @.")]


class MentionablePage(BaseModel):
    items: list[Mentionable]
    next_cursor: str | None
