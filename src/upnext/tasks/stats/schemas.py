"""What statistics can be asked for, and what they look like on the wire."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from upnext.identity.schemas import Zone
from upnext.tasks.models import Priority, Status
from upnext.tasks.words import read_instant

Interval = Literal["day", "week", "month"]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _edge(value: Any) -> datetime | date:  # anything may come in
    """A day, or a moment. A plus sign that nobody escaped arrives as a space."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "is not a day that exists") from None
        if not _FIRST <= day.year <= _LAST:
            raise PydanticCustomError("day_range", "must lie in the years 1970 to 9000")
        return day
    moment = read_instant(value.replace(" ", "+") if isinstance(value, str) else value)
    if moment.year > _LAST:
        raise PydanticCustomError("day_range", "must lie in the years 1970 to 9000")
    return moment


_FIRST, _LAST = 1970, 9_000


Edge = Annotated[
    datetime | date,
    BeforeValidator(_edge),
    Field(json_schema_extra={"pattern": r"^(19[7-9][0-9]|[2-8][0-9]{3})-"}),
]


class StatsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[UUID | None, Field(description="Else all of yours.")] = None
    project_id: UUID | None = None
    assignee_id: Annotated[UUID | Literal["me"] | None, Field(description="Whose tasks.")] = None
    user_id: Annotated[
        UUID | Literal["me"] | None, Field(description="The same as `assignee_id`.")
    ] = None
    from_: Annotated[
        Edge | None,
        Field(
            alias="from",
            description="A day such as 2026-11-01, or a moment. Else from the beginning on; "
            "the throughput begins 30 days before its end.",
        ),
    ] = None
    to: Annotated[
        Edge | None,
        Field(description="That day included, or before that moment. Else until now."),
    ] = None
    interval: Annotated[
        Interval | None,
        Field(description="Of the throughput. Else as fits the range: day, week or month."),
    ] = None
    timezone: Annotated[
        Zone | None,
        Field(description="In which days begin and end. Else your own."),
    ] = None

    @model_validator(mode="after")
    def _agree(self) -> "StatsQuery":
        if self.assignee_id is not None and self.user_id is not None:
            raise PydanticCustomError("twice", "give `assignee_id` or `user_id`, not both")
        return self


class Times(BaseModel):
    """Of the tasks that were completed in the range; null: there were none."""

    count: int
    median_seconds: Annotated[int | None, Field(description="Half of them took at most this.")]
    p85_seconds: Annotated[int | None, Field(description="85 % of them took at most this.")]
    mean_seconds: int | None


class Point(BaseModel):
    start: Annotated[date, Field(description="The first day of the interval.")]
    created: int
    completed: int


class Throughput(BaseModel):
    interval: Interval
    items: list[Point]


class StatsRead(BaseModel):
    workspace_id: UUID | None
    project_id: UUID | None
    assignee_id: UUID | None
    from_: Annotated[datetime | None, Field(alias="from")]
    to: datetime | None
    timezone: str
    total: Annotated[int, Field(description="Made in the range, and not in the trash.")]
    open: int
    completed: int
    cancelled: int
    overdue: int
    blocked: int
    completion_rate: Annotated[
        float | None,
        Field(description="Completed of all but the cancelled ones, 0 to 1; null: of none."),
    ]
    by_status: dict[Status, int]
    by_priority: dict[Priority, int]
    by_category: Annotated[dict[str, int], Field(description="The 100 with the most tasks.")]
    by_tag: Annotated[dict[str, int], Field(description="The 100 with the most tasks.")]
    throughput: Throughput
    lead_time: Annotated[Times, Field(description="From its creation to its completion.")]
    cycle_time: Annotated[
        Times, Field(description="From when it was first in progress to its completion.")
    ]
