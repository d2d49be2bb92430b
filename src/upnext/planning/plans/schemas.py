"""Plans on the wire."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from upnext.core.schemas import WHOLE
from upnext.goals.forecast import Outlook
from upnext.planning.plans.risking import Kind
from upnext.tasks.words import Day, Moment

MOST_DAYS = 14
MOST_MINUTES = 1_440


class Days(BaseModel):
    """Which days of the plan to tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: Annotated[
        Day | None,
        Field(alias="from", description="The first day, in your time zone; else today."),
    ] = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7


class TaskNamed(BaseModel):
    task_id: UUID
    key: str
    title: str


class PlanBlock(TaskNamed):
    start: dt.datetime
    end: dt.datetime
    p80_end: Annotated[
        dt.datetime,
        Field(description="By then it has ended in four of five cases, with all that is before."),
    ]
    pinned: bool


class Breaks(BaseModel):
    due_at: dt.datetime
    end: Annotated[dt.datetime, Field(description="When it would be done by this order.")]
    late_minutes: Annotated[int, Field(description="Of work time.")]
    cost: Annotated[float, Field(description="Minutes late times what the task counts.")]


class UnplacedTask(TaskNamed):
    missing_minutes: Annotated[int, Field(description="For which there is no room in these days.")]
    breaks: Annotated[Breaks | None, Field(description="The deadline that this breaks, if any.")]
    reason: Annotated[
        Literal["no_room", "waits"],
        Field(description="`waits`: for somebody else, so nobody knows when it can be begun."),
    ]


class BrokenDeadline(TaskNamed, Breaks):
    text: str


class DayLoad(BaseModel):
    date: dt.date
    free_minutes: int
    p50_minutes: Annotated[
        int,
        Field(
            description="Planned for the day, or to be done by its end; on the last day also what "
            "finds no room."
        ),
    ]
    p80_minutes: Annotated[int, Field(description="The same, if things take long.")]
    state: Annotated[
        Literal["open", "tight", "full"],
        Field(description="`full`: p50 is more than is free; `tight`: p80 is."),
    ]


class Alternative(TaskNamed):
    cost: Annotated[float, Field(description="What doing it first would cost.")]
    text: str


class ReplanMeasure(BaseModel):
    """What the last new plan changed of the one before. Costs are of the same tasks."""

    model_config = ConfigDict(from_attributes=True)

    moved_tasks: Annotated[int, Field(description="That changed places with others.")]
    moved_tasks_by_cheapest: Annotated[int, Field(description="The same for the cheapest order.")]
    moved_blocks: Annotated[int, Field(description="Of those to come, not at their time any more.")]
    kept_blocks: int
    cost_before: Annotated[float, Field(description="If the old order had been kept.")]
    cost_after: float
    least_cost: Annotated[float, Field(description="Of the cheapest order found.")]


class PlanRead(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    from_: Annotated[dt.date, Field(alias="from")]
    days: int
    timezone: str
    blocks: list[PlanBlock]
    unplaced: list[UnplacedTask]
    load: list[DayLoad]
    deadlines: Annotated[
        list[BrokenDeadline], Field(description="Those that break in these days, dearest first.")
    ]
    alternatives: Annotated[
        list[Alternative], Field(description="What would come of doing another task first.")
    ]
    cost: Annotated[float, Field(description="Of the order, in minutes late times what they count")]
    seed: int
    planned_tasks: Annotated[int, Field(description="The best hundred, and what they wait for.")]
    computed_at: dt.datetime
    replan: ReplanMeasure | None


class PinWrite(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task_id: UUID
    start: Moment
    minutes: Annotated[
        int | None,
        Field(strict=True, ge=1, le=MOST_MINUTES, description="Else what remains of the task."),
        WHOLE,
    ] = None


class PinRead(TaskNamed):
    start: dt.datetime
    end: dt.datetime
    minutes: int


class PinPage(BaseModel):
    items: list[PinRead]
    next_cursor: str | None


class RiskRead(BaseModel):
    """A date of yours, and how likely it is kept."""

    kind: Annotated[
        Kind,
        Field(description="`sla`: a promise of the project; `deadline`: the task's own."),
    ]
    id: Annotated[UUID, Field(description="Of the task or goal.")]
    key: Annotated[str | None, Field(description="Of the task.")]
    title: str
    by: dt.datetime
    chance: Annotated[float, Field(ge=0, le=1, description="The share of futures that keep it.")]
    outlook: Annotated[
        Outlook, Field(description="`on_track` from a chance of 0.8 on, `late` up to 0.2.")
    ]
    likely_end: Annotated[dt.datetime, Field(description="Half of the futures have ended by then.")]
    p80_end: Annotated[dt.datetime, Field(description="Four of five have.")]
    tasks: Annotated[int, Field(description="So many of yours have to be done for it.")]
    others: Annotated[
        int, Field(description="Open tasks of a goal that are not in your plan, and not counted.")
    ]
    text: str


class RiskPage(BaseModel):
    """What is least likely kept comes first."""

    items: list[RiskRead]
    next_cursor: None = None
    futures: Annotated[int, Field(description="So many were imagined.")]
    seed: int
    computed_at: dt.datetime
