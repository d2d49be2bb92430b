"""The question "what next?" and its answer on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from upnext.tasks.schemas import TaskRead
from upnext.tasks.words import Contexts, EnergyWord

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
    note: Annotated[
        str | None,
        Field(description="Why there is no action, or that it is outside working hours."),
    ]
    working_time: WorkingTime
    computed_at: datetime
    ticket: Annotated[str, Field(description="Says, signed, what was proposed: for feedback.")]
