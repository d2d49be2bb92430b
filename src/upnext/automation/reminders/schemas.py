"""Reminders on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.core.schemas import WHOLE, exactly_one
from upnext.core.text import Text
from upnext.tasks.words import Moment

LONGEST = 525_600
"""Minutes: a year."""


class ReminderCreate(BaseModel):
    """Exactly one of `at` and `before_minutes`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=exactly_one("at", "before_minutes"))

    at: Annotated[Moment | None, Field(description="At that time.")] = None
    before_minutes: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=LONGEST), WHOLE] | None,
        Field(
            description="So long before it is due, whenever that is moved to; 0: when it is due."
        ),
    ] = None
    text: Annotated[str, Text(most=200)] = ""
    user_id: Annotated[UUID | None, Field(description="Whom to remind. None: yourself.")] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ReminderCreate":
        if (self.at is None) is (self.before_minutes is None):
            raise PydanticCustomError("which", "give exactly one of at and before_minutes")
        return self


class ReminderRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    task_id: UUID
    user_id: UUID
    at: datetime | None
    before_minutes: int | None
    text: str
    fire_at: Annotated[
        datetime | None, Field(description="null: it is over, or the task has no due date.")
    ]
    fired_at: datetime | None
    created_by: UUID
    created_at: datetime


class ReminderPage(BaseModel):
    items: list[ReminderRead]
    next_cursor: str | None = None


class ReminderList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=1_000)] = None
