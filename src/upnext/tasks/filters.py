"""What a list of tasks can be narrowed by and sorted by."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.paging import Order, SortField, identities, instants, parse_sort, sort_pattern
from upnext.core.text import TagName, Text
from upnext.tasks import queries
from upnext.tasks.models import Priority, Status
from upnext.tasks.words import LONGEST_FILTER, Category, PriorityWord, QueryMoment, StatusFilter

DEFAULT_SORT = "-created_at"
FARTHEST = 10_000
MOST_SORTS = 100

SORT_FIELDS = {
    "created_at": instants(queries.TASK.c.created_at),
    "updated_at": instants(queries.TASK.c.updated_at),
    "due_at": SortField(queries.TASK.c.due_key),
    "start_at": SortField(queries.TASK.c.start_key),
    "completed_at": SortField(queries.TASK.c.completed_key),
    "priority": SortField(queries.TASK.c.priority, str, Priority),
    "status": SortField(queries.TASK.c.status, str, Status),
    "title": SortField(queries.TASK.c.title_key),
    "estimated_duration": SortField(queries.TASK.c.duration_key),
    "actual_minutes": SortField(queries.TASK.c.actual_minutes),
    "key": SortField(queries.TASK.c.number),
    "sla_due_at": SortField(queries.TASK.c.sla_due_key),
    "project_id": identities(queries.TASK.c.project_id),
    "assignee_id": identities(queries.FIRST_ASSIGNEE),
}
IDENTITY = identities(queries.TASK.c.id)


class TaskFilters(BaseModel):
    """Conditions that all have to hold; of a repeated one, any value will do."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[UUID | None, Field(description="Else all of yours.")] = None
    project_id: UUID | None = None
    parent_id: UUID | None = None
    goal_id: UUID | None = None
    board_id: UUID | None = None
    column_id: UUID | None = None
    status: list[StatusFilter] = []
    completed: bool | None = None
    priority: list[PriorityWord] = []
    category: Category | None = None
    tag: list[TagName] = []
    assignee_id: UUID | Literal["me"] | None = None
    due_before: QueryMoment | None = None
    due_after: Annotated[QueryMoment | None, Field(description="At that time or later.")] = None
    overdue: bool | None = None
    blocked: bool | None = None
    sla_breached: bool | None = None
    text: Annotated[
        Annotated[str, Text(most=200)] | None, Field(description="Stands in title or description.")
    ] = None
    key: Annotated[Annotated[str, Text(most=24)] | None, Field(description="Such as HOME-12.")] = (
        None
    )
    external_id: Annotated[str, Text(most=200)] | None = None
    filter: Annotated[
        str | None,
        Field(
            json_schema_extra={"minLength": 1, "maxLength": LONGEST_FILTER},
            description="In the filter language, such as `priority >= high and due < now+7d`.",
        ),
    ] = None
    saved_filter: Annotated[UUID | None, Field(description="The id of a saved filter.")] = None
    trashed: bool = False
    sort: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MOST_SORTS,
            json_schema_extra={"pattern": sort_pattern(SORT_FIELDS)},
            description=f"Such as `-due_at,priority`. Fields: {', '.join(SORT_FIELDS)}. "
            "Tasks without a value come last, or first when it falls. Projects and people are in "
            "the order in which they came; of several people the first one counts.",
        ),
    ] = None
    sort_by: Literal[tuple(SORT_FIELDS)] | None = None  # type: ignore[valid-type]  # the same list
    sort_order: Literal["asc", "desc"] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None
    offset: Annotated[int, Field(ge=0, le=FARTHEST)] = 0
    total: Annotated[bool, Field(description="Count them all, too.")] = False

    @model_validator(mode="after")
    def _agree(self) -> "TaskFilters":
        if self.sort is not None and (self.sort_by or self.sort_order):
            raise PydanticCustomError("sort", "give `sort`, or `sort_by` and `sort_order`")
        if self.cursor is not None and self.offset:
            raise PydanticCustomError("offset", "give `cursor` or `offset`, not both")
        return self

    @property
    def order(self) -> Order:
        text = self.sort or DEFAULT_SORT
        if self.sort is None and (self.sort_by or self.sort_order):
            falling = "-" if self.sort_order == "desc" else ""
            text = f"{falling}{self.sort_by or 'created_at'}"
        return parse_sort(text, SORT_FIELDS, IDENTITY)
