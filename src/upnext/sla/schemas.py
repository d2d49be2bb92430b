"""Policies, calendars and reports on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.schemas import WHOLE
from upnext.core.text import Text
from upnext.identity.models import office_hours
from upnext.identity.schemas import WorkingHours, Zone
from upnext.sla.models import StartsFrom
from upnext.tasks.models import CLOSED, Priority, Status
from upnext.tasks.schemas import undefaulted
from upnext.tasks.words import Day, PriorityWord, StatusWord

LONGEST_PROMISE = 525_600
MOST_HOLIDAYS = 1_000
NO_PROMISE = "give first_response_minutes, resolution_minutes, or both"

Promise = Annotated[
    int,
    Field(strict=True, ge=1, le=LONGEST_PROMISE, description="In minutes; null: not promised."),
    WHOLE,
]


def _open_statuses(statuses: list[Status]) -> list[Status]:
    if closed := CLOSED.intersection(statuses):
        raise PydanticCustomError(
            "closed_status",
            "{status} ends the clocks and cannot pause them",
            {"status": ", ".join(sorted(closed))},
        )
    return [status for status in Status if status in statuses]


Pausing = Annotated[
    list[StatusWord],
    Field(max_length=10, description="The clocks stand still while the task is in one of these."),
    AfterValidator(_open_statuses),
]


class PolicyCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    priority: Annotated[
        PriorityWord | None,
        Field(description="null: tasks of every priority that has no policy of its own."),
    ] = None
    first_response_minutes: Promise | None = None
    resolution_minutes: Promise | None = None
    starts_from: Annotated[
        StartsFrom, Field(description="What both are counted from: creation, or the deadline.")
    ] = StartsFrom.CREATED
    business_hours: Annotated[
        StrictBool, Field(description="Count the hours of the workspace's calendar only.")
    ] = False
    pause_statuses: Pausing = []
    enabled: Annotated[StrictBool, Field(description="Off is as if it were not there.")] = True

    @model_validator(mode="after")
    def _promises_something(self) -> "PolicyCreate":
        # Of a part that is changed, the use case sees what the whole comes to.
        whole = not isinstance(self, PolicyPatch)
        if whole and self.first_response_minutes is None and self.resolution_minutes is None:
            raise PydanticCustomError("no_promise", NO_PROMISE)
        return self


class PolicyPatch(PolicyCreate):
    """What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=undefaulted)


class PolicyRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workspace_id: UUID
    project_id: UUID
    priority: Priority | None
    first_response_minutes: int | None
    resolution_minutes: int | None
    starts_from: StartsFrom
    business_hours: bool
    pause_statuses: list[Status]
    enabled: bool
    created_at: datetime
    updated_at: datetime
    version: int


class PolicyPage(BaseModel):
    items: Annotated[list[PolicyRead], Field(description="From most to least urgent.")]
    next_cursor: None = None


class Holiday(BaseModel):
    model_config = ConfigDict(extra="forbid")

    date: Day
    name: Annotated[str, Text(most=100)] = ""


def _by_date(holidays: list[Holiday]) -> list[Holiday]:
    found = {each.date: each for each in holidays}
    if len(found) < len(holidays):
        raise PydanticCustomError("two_holidays", "a date may be a holiday only once")
    return [found[day] for day in sorted(found)]


class CalendarPut(BaseModel):
    """What is left out gets its default."""

    model_config = ConfigDict(extra="forbid")

    time_zone: Zone = "UTC"
    hours: Annotated[
        WorkingHours, Field(description="Left out: Monday to Friday from 9 to 17.")
    ] = office_hours()
    holidays: Annotated[
        list[Holiday], Field(max_length=MOST_HOLIDAYS), AfterValidator(_by_date)
    ] = []


class CalendarRead(BaseModel):
    workspace_id: UUID
    time_zone: str
    hours: list[list[list[int]]]
    holidays: list[Holiday]
    updated_at: Annotated[datetime | None, Field(description="null: nobody has set it yet.")]
    version: Annotated[int, Field(description="0 as long as nobody has set it.")]


class Kept(BaseModel):
    """How the clocks of one target stand; each is in `met`, `breached` or `open`."""

    met: Annotated[int, Field(description="In time.")] = 0
    breached: Annotated[int, Field(description="Met later, or not yet.")] = 0
    late: Annotated[int, Field(description="Of the breached: not met yet.")] = 0
    open: Annotated[int, Field(description="Neither met nor breached.")] = 0
    warning: Annotated[int, Field(description="Of the open: over four fifths are used up.")] = 0
    met_share: Annotated[
        float | None, Field(description="Met of all that are decided; null: none is.")
    ] = None


class SlaReport(BaseModel):
    project_id: UUID
    first_response: Kept
    resolution: Kept
    computed_at: datetime


def plain(value: Any) -> Any:  # a field's value, as the change log keeps it
    return str(value) if isinstance(value, StartsFrom | Priority | Status) else value
