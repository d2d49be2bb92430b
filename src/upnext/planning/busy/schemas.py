"""Busy times on the wire."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.text import Text
from upnext.tasks.words import Moment, QueryMoment

LONGEST = timedelta(days=60)
BusyTitle = Annotated[str, Text(most=200)]


class Span(BaseModel):
    """Which busy times to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: Annotated[QueryMoment | None, Field(alias="from", description="Else now.")] = None
    until: Annotated[QueryMoment | None, Field(description="Else 60 days after that.")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class BusyCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: BusyTitle = "Busy"
    start: Moment
    end: Annotated[Moment, Field(description="After the start, at most 60 days.")]

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        check_span(self.start, self.end)
        return self


def check_span(start: datetime, end: datetime) -> None:
    if not timedelta() < end - start <= LONGEST:
        raise PydanticCustomError("span", "must end after its start, and within 60 days")


class BusyPatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: BusyTitle = ""
    start: Moment | None = None
    end: Moment | None = None


class BusyRead(BaseModel):
    id: UUID
    title: str
    start: datetime
    end: datetime
    calendar_id: Annotated[UUID | None, Field(description="None: an entry of your own.")]
    created_at: datetime
    updated_at: datetime
    version: int


class BusyPage(BaseModel):
    items: list[BusyRead]
    next_cursor: str | None


class CalendarCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Text(least=1, most=100)]
    url: Annotated[
        str, Text(least=1, most=2_000), Field(description="https, http or webcal, of an iCalendar.")
    ]


class BusyCalendarRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    host: Annotated[str, Field(description="Of its address, which is not shown: it may be secret.")]
    read_at: datetime | None
    tried_at: datetime | None
    error: Annotated[str | None, Field(description="Why the last try did not succeed.")]
    created_at: datetime


class CalendarPage(BaseModel):
    items: list[BusyCalendarRead]
    next_cursor: str | None
