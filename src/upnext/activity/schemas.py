"""Activity on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ActivityAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Annotated[
        Literal["en", "de"] | None, Field(description="Of the sentences. Else your account's.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class ActivityActor(BaseModel):
    """`kind` is `user`, `token` (an API token of theirs), `system` or another principal."""

    kind: str
    id: UUID | None
    name: str


class ActivitySubject(BaseModel):
    """What it happened to, as it is called now."""

    type: str
    id: UUID
    key: str | None
    name: Annotated[str | None, Field(description="None: it is gone.")]


class ActivityChange(BaseModel):
    """Of what you cannot see, `before` and `after` are null."""

    field: str
    before: Any
    after: Any
    text: str


class ActivityEntry(BaseModel):
    id: UUID
    at: datetime
    type: str
    actor: ActivityActor
    subject: ActivitySubject
    changes: list[ActivityChange]
    text: Annotated[str, Field(description="A sentence, in plain text.")]


class ActivityPage(BaseModel):
    items: list[ActivityEntry]
    next_cursor: str | None
