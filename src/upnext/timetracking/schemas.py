"""What time entries look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from upnext.core.schemas import WHOLE, NoNulls, absent
from upnext.core.text import Text
from upnext.tasks.words import Moment, QueryMoment

Note = Annotated[str, Text(most=200)]
Minutes = Annotated[int, Field(ge=1, le=10_080, strict=True), WHOLE]


class TimeEntryCreate(BaseModel):
    """How long: `minutes`, or `started_at` and `ended_at`. `minutes` alone end now."""

    model_config = ConfigDict(extra="forbid")

    started_at: Moment | None = None
    ended_at: Moment | None = None
    minutes: Minutes | None = None
    note: Note = ""


class TimeEntryOfTask(TimeEntryCreate):
    task_id: UUID


class TimeEntryPatch(NoNulls):
    """What is left out stays as it is; with `minutes` the begin stays, and the end moves."""

    model_config = ConfigDict(extra="forbid")

    started_at: Moment | SkipJsonSchema[None] = absent()
    ended_at: Moment | SkipJsonSchema[None] = absent()
    minutes: Minutes | SkipJsonSchema[None] = absent()
    note: Note | SkipJsonSchema[None] = absent()


class TimerStart(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: Note = ""


class OfTask(BaseModel):
    id: UUID
    key: str
    title: str


class TimeEntryRead(BaseModel):
    id: UUID
    task: Annotated[
        OfTask | None, Field(description="null: you may not see it any more; the time is yours.")
    ]
    task_id: UUID
    user_id: UUID
    started_at: datetime
    ended_at: Annotated[datetime | None, Field(description="null: it runs.")]
    running: bool
    minutes: Annotated[int, Field(description="Of a running one: so far.")]
    note: str
    created_at: datetime
    updated_at: datetime
    version: int


class TimeEntryPage(BaseModel):
    items: list[TimeEntryRead]
    next_cursor: str | None


class Timer(BaseModel):
    timer: Annotated[TimeEntryRead | None, Field(description="null: none runs.")]


class Started(BaseModel):
    timer: TimeEntryRead
    stopped: Annotated[TimeEntryRead | None, Field(description="The one that ran until now.")]


class TimeEntryList(BaseModel):
    """Conditions that all have to hold."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID | SkipJsonSchema[None] = None
    project_id: UUID | SkipJsonSchema[None] = None
    task_id: UUID | SkipJsonSchema[None] = None
    user_id: Annotated[
        UUID | Literal["me"] | SkipJsonSchema[None], Field(description="A user's id, or `me`.")
    ] = None
    since: Annotated[
        QueryMoment | SkipJsonSchema[None], Field(description="Began at that time or later.")
    ] = None
    until: Annotated[
        QueryMoment | SkipJsonSchema[None], Field(description="Began before that time.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2_000)] = None


class TaskTimeList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2_000)] = None
