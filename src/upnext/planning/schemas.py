"""The question "what next?" and its answer on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from upnext.tasks.schemas import TaskRead
from upnext.tasks.words import Contexts, EnergyWord, Moment

MOST_SHOWN = 20
LONGEST = 10_080


def _count(most: int) -> BeforeValidator:
    """A query parameter is text: `1.0` and `1e2` are not whole numbers here."""

    def read(value: Any) -> Any:  # anything may come in
        digits = value.strip() if isinstance(value, str) else str(value)
        short = len(digits) <= len(str(most))
        if not (digits.isascii() and digits.isdigit() and short and 1 <= int(digits) <= most):
            raise PydanticCustomError(
                "count", "must be a whole number from 1 to {most}", {"most": most}
            )
        return int(digits)

    return BeforeValidator(read)


class Question(BaseModel):
    """What is possible now, and where to look. What is left out sets no condition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: Annotated[
        int | None,
        _count(LONGEST),
        Field(description="The time at hand: nothing is offered that needs more.",
              json_schema_extra={"type": "integer", "minimum": 1, "maximum": LONGEST}),
    ] = None  # fmt: skip
    context: Annotated[
        Contexts, Field(description="Where you are: `@home`. Tasks of other contexts come later.")
    ] = []
    energy: Annotated[
        EnergyWord | None, Field(description="How fit you are: `low`, `medium` or `high`.")
    ] = None
    project_id: Annotated[UUID | None, Field(description="Only tasks of this project.")] = None
    workspace_id: Annotated[UUID | None, Field(description="Only tasks of this workspace.")] = None
    task_id: Annotated[
        UUID | None,
        Field(
            description="A task of yours: also tell where it stands, and what would put it first."
        ),
    ] = None
    limit: Annotated[
        int,
        _count(MOST_SHOWN),
        Field(description="How many tasks to tell, the first one included.",
              json_schema_extra={"type": "integer", "minimum": 1, "maximum": MOST_SHOWN}),
    ] = 5  # fmt: skip
    include: Annotated[
        list[Literal["ineligible"]],
        Field(description="`ineligible`: also list what cannot be done now, and why."),
    ] = []


Verdict = Literal["accept", "done", "skip", "snooze"]
SkipReason = Literal[
    "too_long", "wrong_place", "no_energy", "not_important", "not_urgent", "not_now", "other"
]


class FeedbackIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket: Annotated[str, Field(max_length=20_000, description="Of the answer that it is to.")]
    verdict: Annotated[
        Verdict,
        Field(
            description="`done` also completes the task, `snooze` starts it at `until`, "
            "`skip` proposes it no more for two hours or until `until`."
        ),
    ]
    task_id: Annotated[UUID, Field(description="One of the tasks that were proposed.")]
    until: Moment | None = None
    reason: Annotated[SkipReason | None, Field(description="Why it is skipped.")] = None


class FeedbackRead(BaseModel):
    verdict: Verdict
    task_id: UUID
    counted: Annotated[
        bool, Field(description="Whether weights learned from it: of one ticket once.")
    ]
    weights: "TasteRead"


class TasteRead(BaseModel):
    weights: Annotated[
        dict[str, float], Field(description="How much more or less each term counts for you.")
    ]
    bounds: list[float]
    most: Annotated[float, Field(description="What they add to a score at most, or take off it.")]
    picks: int
    used: bool
    gain: Annotated[
        float | None,
        Field(description="How much likelier your last picks were by them, ln, each on average."),
    ]
    note: str


class Hits(BaseModel):
    first: float
    first_three: float


class Backtest(BaseModel):
    """Shares of the picks that were proposed first, and among the first three."""

    picks: int
    plain: Annotated[Hits, Field(description="Without weights.")]
    learned: Annotated[Hits, Field(description="With what was learned before each pick.")]
    used_where_better: Annotated[Hits, Field(description="As it is done.")]
    weights: TasteRead


class Range(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    p50: Annotated[float, Field(description="Minutes; half of them take no longer.")]
    p80: Annotated[float, Field(description="Four of five take no longer.")]


class GroupRange(Range):
    name: str


class DurationsRead(BaseModel):
    """What was learned of the tasks that were done and whose time was tracked."""

    tasks: int
    with_estimate: int
    ratio: Annotated[float, Field(description="What tasks take, as a multiple of the estimate.")]
    correction: Annotated[
        float, Field(description="What estimates are multiplied by: 1 unless shown to help.")
    ]
    corrected: bool
    error_saved: Annotated[
        float | None, Field(description="The share that correcting the last 50 had saved.")
    ]
    p80_factor: float
    p80_factor_without_estimate: float
    without_estimate: Range
    categories: Annotated[list[GroupRange], Field(description="Of tasks without an estimate.")]
    projects: Annotated[list[GroupRange], Field(description="By id.")]
    text: str | None


class Reason(BaseModel):
    term: str
    value: Annotated[float, Field(description="The values of a task sum to its score.")]
    text: str


class WinningChange(BaseModel):
    code: str
    text: Annotated[str, Field(description="The end of the sentence: it would be first if ...")]
    change: Annotated[
        dict[str, Any], Field(description="What PATCH /tasks/{id} would have to be given.")
    ]


class Proposal(BaseModel):
    task: TaskRead
    score: float
    reasons: list[Reason]


class DoneInstead(BaseModel):
    cost: Annotated[float, Field(description="In minutes late times what they count.")]
    text: str


class RunnerUp(Proposal):
    would_win_if: list[WinningChange]
    instead: Annotated[
        DoneInstead | None,
        Field(description="With a fresh plan: what would come of doing this one first."),
    ] = None


class IneligibleTask(BaseModel):
    task: TaskRead
    code: str
    text: str


class AskedTask(BaseModel):
    """The task that was asked about. Of one that cannot be done now `obstacle` says why."""

    task: TaskRead
    place: Annotated[int | None, Field(description="1 is the first.")]
    score: float | None
    reasons: list[Reason]
    would_win_if: list[WinningChange]
    instead: DoneInstead | None = None
    obstacle: Annotated[str | None, Field(description="Why it cannot be done now.")]


class WorkingTime(BaseModel):
    working: Annotated[bool, Field(description="Whether this moment lies in your working hours.")]
    minutes_left: Annotated[float | None, Field(description="To the end of this working block.")]
    next_start: Annotated[datetime | None, Field(description="When the next block begins.")]


class NextAction(BaseModel):
    action: Proposal | None
    runners_up: list[RunnerUp]
    ineligible_count: int
    ineligible: Annotated[
        list[IneligibleTask] | None, Field(description="With include=ineligible; 20 at most.")
    ] = None
    asked: Annotated[
        AskedTask | None, Field(description="With task_id: what would put that task first.")
    ] = None
    note: Annotated[
        str | None,
        Field(description="Why there is no action, or that it is outside working hours."),
    ]
    working_time: WorkingTime
    computed_at: datetime
    ticket: Annotated[str, Field(description="Says, signed, what was proposed: for feedback.")]
