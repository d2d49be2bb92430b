"""What a goal looks like on the wire."""

from collections.abc import Set
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from upnext.core.text import Prose, Title
from upnext.goals.forecast import Outlook, Unknown
from upnext.goals.models import HEAVIEST, LIGHTEST, PLAIN, GoalStatus
from upnext.tasks.words import Day

Weight = Annotated[
    float,
    Field(
        strict=True,
        ge=LIGHTEST,
        le=HEAVIEST,
        allow_inf_nan=False,
        description="What its tasks count in the order of work.",
    ),
]


class GoalWritable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    description: Prose = ""
    weight: Weight = PLAIN
    target_date: Day | None = None
    parent_id: Annotated[UUID | None, Field(description="The goal that it is a part of.")] = None
    status: GoalStatus = GoalStatus.OPEN


class GoalCreate(GoalWritable):
    title: Title
    workspace_id: Annotated[
        UUID | None,
        Field(description="None: that of the project or the parent, else your personal one."),
    ] = None
    project_id: Annotated[
        UUID | None,
        Field(description="Then it is there for who sees the project, and for its tasks only."),
    ] = None


class GoalReplace(GoalWritable):
    """What is left out gets its default; only the place stays."""

    title: Title


def _undefaulted(schema: dict[str, Any]) -> None:
    for part in schema["properties"].values():
        part.pop("default", None)


class GoalPatch(GoalWritable):
    """What is left out stays as it is."""

    title: Title = ""

    model_config = ConfigDict(json_schema_extra=_undefaulted)


def given(data: GoalPatch | GoalReplace) -> Set[str]:
    """What a body speaks of."""
    return data.model_fields_set if isinstance(data, GoalPatch) else set(type(data).model_fields)


class Progress(BaseModel):
    """Of its tasks and those of its sub goals, as far as the reader may see them."""

    model_config = ConfigDict(from_attributes=True)

    task_count: Annotated[int, Field(description="Without cancelled ones.")]
    done_count: int
    total_minutes: Annotated[int, Field(description="30 for a task without an estimate.")]
    done_minutes: int
    ratio: Annotated[float | None, Field(description="Of the minutes; null without tasks.")]


class ForecastRead(BaseModel):
    """From the pace of the last eight weeks. Without dates, `reason` says why."""

    earliest: Annotated[date | None, Field(description="One in ten is done by then.")] = None
    likely: Annotated[date | None, Field(description="As likely before as after it.")] = None
    latest: Annotated[date | None, Field(description="Nine in ten are done by then.")] = None
    minutes_per_week: Annotated[float | None, Field(description="The pace.")] = None
    chance: Annotated[
        float | None, Field(description="That the target date is met; null without one.")
    ] = None
    reason: Unknown | None = None


class GoalRead(BaseModel):
    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    parent_id: UUID | None
    title: str
    description: str
    weight: float
    target_date: date | None
    status: GoalStatus
    completed_at: datetime | None
    progress: Progress
    forecast: ForecastRead
    outlook: Annotated[Outlook | None, Field(description="The forecast against the target date.")]
    created_at: datetime
    updated_at: datetime
    deleted_at: Annotated[datetime | None, Field(description="Since when it is in the trash.")]
    version: int


class GoalPage(BaseModel):
    items: list[GoalRead]
    next_cursor: str | None
