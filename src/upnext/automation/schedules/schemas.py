"""Schedules and runs on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.automation.models import RunState, Trigger
from upnext.core.jobs import Misfire
from upnext.core.schemas import exactly_one
from upnext.core.text import ShortName, Text
from upnext.identity.schemas import Zone
from upnext.tasks.schemas import undefaulted
from upnext.tasks.words import Moment

WAYS = ("cron", "rrule", "run_at")

ActionIn = Annotated[
    dict[str, Any],
    Field(
        description="`type` and what belongs to it, such as "
        '`{"type": "create_task", "title": "Water the plants", "due": "+1d"}`.',
        json_schema_extra={
            "required": ["type"],
            "properties": {"type": {"type": "string", "maxLength": 40}},
        },
    ),
]
Cron = Annotated[
    Annotated[str, Text(least=1, most=200)] | None,
    Field(description="Five fields, such as `30 9 * * 1-5`, or `@daily`."),
]
RRule = Annotated[
    Annotated[str, Text(least=1, most=500)] | None,
    Field(description="As in RFC 5545, such as `FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=16`."),
]


class ScheduleCreate(BaseModel):
    """Exactly one of `cron`, `rrule` and `run_at`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=exactly_one(*WAYS))

    name: ShortName
    action: ActionIn
    cron: Cron = None
    rrule: RRule = None
    run_at: Annotated[Moment | None, Field(description="Once, at that time.")] = None
    timezone: Annotated[
        Zone | None, Field(description="Whose clocks it goes by. None: your own.")
    ] = None
    starts_at: Annotated[
        Moment | None,
        Field(description="Not before then, and what an `rrule` counts from. None: now."),
    ] = None
    misfire: Annotated[
        Misfire,
        Field(
            description="What becomes of times that passed while the server was down: one run for "
            "all, none, or one for each of the last ten."
        ),
    ] = Misfire.FIRE_ONCE
    enabled: StrictBool = True
    workspace_id: Annotated[UUID | None, Field(description="None: your personal one.")] = None

    @model_validator(mode="after")
    def _one_way(self) -> "ScheduleCreate":
        given = [name for name in WAYS if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("which", "give exactly one of cron, rrule and run_at")
        return self


class SchedulePatch(BaseModel):
    """What is left out stays as it is; one of `cron`, `rrule` and `run_at` replaces the others."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)

    name: ShortName = ""
    action: ActionIn = {}
    cron: Cron = None
    rrule: RRule = None
    run_at: Moment | None = None
    timezone: Zone = "UTC"
    starts_at: Moment | None = None
    misfire: Misfire = Misfire.FIRE_ONCE
    enabled: StrictBool = True

    @model_validator(mode="after")
    def _one_way(self) -> "SchedulePatch":
        given = [name for name in WAYS if getattr(self, name) is not None]
        cleared = self.model_fields_set.intersection(WAYS)
        if len(given) > 1 or (cleared and not given):
            raise PydanticCustomError("which", "give exactly one of cron, rrule and run_at")
        return self


class ScheduleRead(BaseModel):
    id: UUID
    workspace_id: UUID
    user_id: Annotated[UUID, Field(description="Whose it is, and in whose name it acts.")]
    name: str
    action: dict[str, Any]
    cron: str | None
    rrule: str | None
    run_at: datetime | None
    timezone: str
    starts_at: datetime
    misfire: Misfire
    enabled: bool
    paused_because: Annotated[
        str | None, Field(description="Why it paused itself; null: it did not.")
    ]
    failures: Annotated[int, Field(description="How many runs in a row failed.")]
    next_runs: Annotated[list[datetime], Field(description="The next five, in UTC.")]
    created_at: datetime
    updated_at: datetime
    version: int


class ScheduleList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID | SkipJsonSchema[None] = None
    everybody: Annotated[
        bool, Field(description="Also those of others, in workspaces that you administer.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=1_000)] = None


class SchedulePage(BaseModel):
    items: list[ScheduleRead]
    next_cursor: str | None


class ScheduleRunRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    schedule_id: UUID
    trigger: Trigger
    fire_at: Annotated[datetime, Field(description="When it was to begin.")]
    state: RunState
    attempts: int
    started_at: Annotated[datetime | None, Field(description="The latest attempt.")]
    finished_at: datetime | None
    output: Annotated[dict[str, Any] | None, Field(description="What it did.")]
    error: Annotated[str | None, Field(description="Of the latest attempt.")]
    created_at: datetime


class ScheduleRunPage(BaseModel):
    items: list[ScheduleRunRead]
    next_cursor: str | None


class DryRun(BaseModel):
    would: Annotated[dict[str, Any], Field(description="What it would do, if it ran now.")]
    next_runs: list[datetime]
