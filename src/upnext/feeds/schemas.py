"""What a calendar link looks like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.text import ShortName, TagName, Text
from upnext.feeds.models import FeedKind
from upnext.tasks.words import LONGEST_FILTER, Category, PriorityWord, StatusFilter


class FeedFilters(BaseModel):
    """A part of what GET /tasks can be narrowed by, under the same names."""

    model_config = ConfigDict(extra="forbid")

    project_id: UUID | None = None
    status: Annotated[list[StatusFilter], Field(max_length=10, description="Else `open`.")] = []
    priority: Annotated[list[PriorityWord], Field(max_length=10)] = []
    category: Category | None = None
    tag: Annotated[list[TagName], Field(max_length=50)] = []
    assignee_id: UUID | Literal["me"] | None = None
    overdue: StrictBool | None = None
    blocked: StrictBool | None = None
    text: Annotated[str, Text(most=200)] | None = None
    filter: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST_FILTER,
            description="In the filter language, such as `#home and p1`.",
        ),
    ] = None
    saved_filter: Annotated[UUID | None, Field(description="As it is when the feed is read.")] = (
        None
    )


class FeedCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    kind: Annotated[
        FeedKind, Field(description="`tasks` that are due, or the blocks of your `plan`.")
    ] = FeedKind.TASKS
    workspace_id: Annotated[UUID | None, Field(description="Else all of yours.")] = None
    filters: FeedFilters = FeedFilters()

    @model_validator(mode="after")
    def _a_plan_is_whole(self) -> Self:
        if self.kind is FeedKind.PLAN and (self.workspace_id or self.filters.model_fields_set):
            raise PydanticCustomError(
                "whole_plan", "a plan is shown as a whole: leave out workspace_id and filters"
            )
        return self


class FeedRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    kind: FeedKind
    workspace_id: UUID | None
    filters: dict[str, Any]
    hint: Annotated[str, Field(description="The last signs of its address' secret.")]
    created_at: datetime
    updated_at: datetime
    last_read_at: Annotated[datetime | None, Field(description="To the minute.")]
    version: int


class FeedAddress(FeedRead):
    """The only time that the address is told."""

    token: str
    url: Annotated[str, Field(description="Whoever knows it can read the feed.")]
    webcal_url: Annotated[str, Field(description="The same for programs that open webcal links.")]


class FeedPage(BaseModel):
    items: list[FeedRead]
    next_cursor: str | None
