"""What a board looks like on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.schemas import WHOLE, at_most_one
from upnext.core.text import ShortName
from upnext.tasks.models import Energy, Priority, Status
from upnext.tasks.schemas import TaskRead, undefaulted
from upnext.tasks.words import StatusWord

MOST_BOARDS = 20
MOST_COLUMNS = 20
MOST_SHOWN = 1_000
"""So many cards of each column are shown, and of a closed one as many as one asks for."""

WipLimit = Annotated[
    int, Field(strict=True, ge=1, le=1_000, description="How many cards it should hold."), WHOLE
]
WipHard = Annotated[
    StrictBool, Field(description="A full column takes no more cards (409), instead of telling.")
]


class ColumnCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    status: StatusWord
    wip_limit: WipLimit | None = None
    wip_hard: WipHard = False


class Beside(BaseModel):
    """`before` or `after` another column of the board."""

    model_config = ConfigDict(json_schema_extra=at_most_one("before", "after"))

    before: UUID | None = None
    after: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "Beside":
        if self.before and self.after:
            raise PydanticCustomError("beside", "give `before` or `after`, not both")
        return self


class ColumnAdd(ColumnCreate, Beside):
    """Without `before` and `after` it comes last."""


def _patched(schema: dict[str, Any]) -> None:
    undefaulted(schema)
    schema.update(at_most_one("before", "after"))


class ColumnPatch(Beside):
    """What is left out stays as it is. With another status, so do its cards get one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_patched)

    name: ShortName = ""
    status: StatusWord = Status.TODO
    wip_limit: WipLimit | None = None
    wip_hard: WipHard = False


class ColumnOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    column_ids: Annotated[
        list[UUID], Field(max_length=MOST_COLUMNS, description="All of the board's, from the left.")
    ]


class BoardCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    columns: Annotated[
        list[ColumnCreate] | None,
        Field(
            min_length=1,
            max_length=MOST_COLUMNS,
            description="From the left. None: Backlog, To do, In progress, In review, Done.",
        ),
    ] = None


class BoardPatch(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)

    name: ShortName = ""
    default: Annotated[
        StrictBool, Field(description="`true`: the project's new tasks come to this one.")
    ] = False


class ColumnRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    status: Status
    wip_limit: int | None
    wip_hard: bool


class BoardRead(BaseModel):
    id: UUID
    workspace_id: UUID
    project_id: UUID
    name: str
    default: bool
    columns: list[ColumnRead]
    created_at: datetime
    updated_at: datetime
    version: int


class BoardPage(BaseModel):
    items: list[BoardRead]
    next_cursor: None = None


class Card(BaseModel):
    """A task without its long texts; the rest is at its own address."""

    id: UUID
    key: str
    parent_id: UUID | None
    title: str
    status: Status
    priority: Priority
    category: str
    estimated_duration: int | None
    due_at: datetime | None
    start_at: datetime | None
    tags: list[str]
    context: list[str]
    energy: Energy | None
    assignee_ids: list[UUID]
    updated_at: datetime
    version: int
    completed: bool
    overdue: bool
    blocked: bool


class FilledColumn(ColumnRead):
    count: Annotated[int, Field(description="Of all its cards, shown or not.")]
    over_limit: bool
    cards: Annotated[
        list[Card], Field(description=f"In their order; at most {MOST_SHOWN:,}, of closed fewer.")
    ]


class FilledBoard(BaseModel):
    id: UUID
    workspace_id: UUID
    project_id: UUID
    name: str
    default: bool
    created_at: datetime
    updated_at: datetime
    version: int
    columns: list[FilledColumn]


class MoveIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra=at_most_one("before", "after"))

    column_id: UUID
    before: Annotated[UUID | None, Field(description="A task in that column.")] = None
    after: Annotated[
        UUID | None, Field(description="Neither: below all that is open, above all that is closed.")
    ] = None

    @model_validator(mode="after")
    def _one(self) -> "MoveIn":
        if self.before and self.after:
            raise PydanticCustomError("beside", "give `before` or `after`, not both")
        return self


class Moved(TaskRead):
    over_limit: Annotated[bool, Field(description="Its column holds more than its limit now.")]


def told(column: Any) -> dict[str, Any]:  # a row or a body: both have these
    """A column as the change log has it."""
    names = ("name", "wip_limit", "wip_hard")
    return {name: getattr(column, name) for name in names} | {"status": str(column.status)}
