"""What a task looks like on the wire, and a saved filter."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.core.text import Prose, ShortName, Text, Title
from upnext.tasks.models import Energy, Priority, Status
from upnext.tasks.recurring import Recurrence, Repeated
from upnext.tasks.words import (
    LONGEST_FILTER,
    MOST_ASSIGNEES,
    Category,
    Contexts,
    EnergyWord,
    Minutes,
    Moment,
    PriorityWord,
    StatusWord,
    Tags,
)

MOST_IN_BULK = 1_000
Assignees = Annotated[
    list[UUID],
    AfterValidator(lambda ids: list(dict.fromkeys(ids))),
    Field(max_length=MOST_ASSIGNEES),
]
ExternalId = Annotated[str, Text(least=1, most=200)]


class Writable(BaseModel):
    """What one may say of a task. What was left out is told by `model_fields_set`."""

    model_config = ConfigDict(extra="forbid")

    description: Prose = ""
    status: StatusWord = Status.TODO
    completed: Annotated[StrictBool, Field(description="Short for the status `done`.")] = False
    priority: PriorityWord = Priority.MEDIUM
    category: Category = "general"
    estimated_duration: Minutes | None = None
    due_at: Moment | None = None
    start_at: Annotated[Moment | None, Field(description="Not to be started before.")] = None
    tags: Tags = []
    parent_id: UUID | None = None
    goal_id: Annotated[UUID | None, Field(description="The goal that it serves.")] = None
    board_id: Annotated[
        UUID | None, Field(description="A board of its project; null takes it off the board.")
    ] = None
    column_id: Annotated[
        UUID | None, Field(description="Brings its status along; else the status has its column.")
    ] = None
    assignee_ids: Assignees = []
    context: Contexts = []
    energy: EnergyWord | None = None
    recurrence: Annotated[
        Repeated | None,
        Field(description="When it comes again; an RRULE alone, as a string, is understood too."),
    ] = None

    @model_validator(mode="after")
    def _agree(self) -> "Writable":
        given = self.model_fields_set
        if {"status", "completed"} <= given and self.completed != (self.status == Status.DONE):
            raise PydanticCustomError(
                "contradiction", "`completed` and `status` contradict each other; give one of them"
            )
        if self.due_at and self.start_at and self.start_at > self.due_at:
            raise PydanticCustomError("start_after_due", "`start_at` lies after `due_at`")
        return self


class TaskCreate(Writable):
    title: Title
    project_id: Annotated[UUID | None, Field(description="None: your own Inbox.")] = None
    external_id: Annotated[
        ExternalId | None,
        Field(description="What it is called where it comes from; unique in a workspace."),
    ] = None


def undefaulted(schema: dict[str, Any]) -> None:
    """Takes the defaults out of a schema in which "left out" means something else."""
    _undefault(schema, schema["properties"])


def _undefault(schema: dict[str, Any], names: Collection[str]) -> None:
    for name in names:
        schema["properties"][name].pop("default", None)


KEPT = ("project_id", "board_id", "column_id")


class TaskReplace(Writable):
    """What is left out gets its default; only the project stays, and the board."""

    title: Title
    project_id: UUID = UUID(int=0)

    model_config = ConfigDict(json_schema_extra=lambda schema: _undefault(schema, KEPT))


class TaskPatch(Writable):
    """What is left out stays as it is."""

    title: Title = ""
    project_id: UUID = UUID(int=0)

    model_config = ConfigDict(json_schema_extra=undefaulted)


class TaskSla(BaseModel):
    """What the clocks of its project's SLA policy say."""

    due_at: Annotated[datetime, Field(description="The nearest deadline that is not met yet.")]
    breached: Annotated[bool, Field(description="Any of them; that stays so.")]
    state: Literal["ok", "warning", "breached", "paused", "met"]
    paused: Annotated[
        bool, Field(description="The clocks stand still; they are due so if they went on at once.")
    ]
    first_response_due_at: datetime | None
    resolution_due_at: datetime | None


class DerivedValue(BaseModel):
    """What was derived, but not surely enough to be written: accept or dismiss it."""

    value: str | int
    source: str
    confidence: float
    reason: str


class FieldSource(BaseModel):
    """Where a value comes from: `user`, `rule`, `memory`, a provider, `embedded` or `default`."""

    source: str
    confidence: Annotated[float, Field(description="0 to 1; that of a user's value is 1.")]
    reason: str | None = None
    suggestion: DerivedValue | None = None


class DurationSource(FieldSource):
    least: Annotated[int | None, Field(description="Minutes: it rarely takes less.")] = None
    most: Annotated[int | None, Field(description="Minutes: it rarely takes more.")] = None


class TaskClassification(BaseModel):
    """Which fields a user set, and which were derived, with what confidence."""

    state: Literal["pending", "processing", "completed", "failed", "off"]
    category: FieldSource | None = None
    priority: FieldSource | None = None
    estimated_duration: DurationSource | None = None


class TaskRead(BaseModel):
    id: UUID
    key: str
    workspace_id: UUID
    project_id: UUID
    parent_id: UUID | None
    goal_id: UUID | None
    board_id: UUID | None
    column_id: UUID | None
    title: str
    description: str
    status: Status
    completed: bool
    completed_at: datetime | None
    priority: Priority
    category: str
    estimated_duration: int | None
    actual_minutes: Annotated[int, Field(description="Time that was entered for it.")]
    due_at: datetime | None
    start_at: datetime | None
    overdue: bool
    blocked: Annotated[bool, Field(description="It is open and waits for an open task.")]
    blocked_by: Annotated[list[UUID], Field(description="The open tasks it waits for.")]
    sla: Annotated[TaskSla | None, Field(description="null: no SLA policy applies to it.")]
    classification: TaskClassification
    tags: list[str]
    context: list[str]
    energy: Energy | None
    assignee_ids: list[UUID]
    reporter_id: UUID | None
    recurrence: Recurrence | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: Annotated[datetime | None, Field(description="Since when it is in the trash.")]
    version: int


class TaskPage(BaseModel):
    items: list[TaskRead]
    next_cursor: str | None
    total: int | None = None


class Occurrence(BaseModel):
    due_at: datetime
    start_at: datetime | None


class Occurrences(BaseModel):
    items: Annotated[
        list[Occurrence],
        Field(description="What comes after this one, if it is done now and the others when due."),
    ]
    next_cursor: None = None
    text: Annotated[str | None, Field(description="The rule in words; null: does not repeat.")]
    next_task_id: Annotated[
        UUID | None, Field(description="Of a closed occurrence: the one that came after it.")
    ]


class Skipped(BaseModel):
    skipped: TaskRead
    next: Annotated[TaskRead | None, Field(description="null: it was the last one.")]


class BulkCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tasks: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=MOST_IN_BULK,
            description="As for POST /tasks; each is judged on its own.",
        ),
    ]


class BulkError(BaseModel):
    pointer: str
    detail: str


class BulkResult(BaseModel):
    index: int
    status: Literal["created", "existing", "invalid"]
    task: TaskRead | None = None
    errors: list[BulkError] | None = None


class BulkOutcome(BaseModel):
    results: list[BulkResult]
    created: int
    existing: int
    invalid: int


class TagsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tags: Annotated[Tags, Field(min_length=1)]


class DependencyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    blocked_by: Annotated[UUID, Field(description="The task that has to be done before.")]


class TaskRef(BaseModel):
    id: UUID
    key: str
    title: str
    status: Status


class Dependencies(BaseModel):
    blocked_by: list[TaskRef]
    blocks: list[TaskRef]


FilterText = Annotated[
    str,
    Field(
        max_length=LONGEST_FILTER,
        description="In the filter language, such as `priority >= high and due < now+7d`.",
    ),
]


class FilterCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    query: FilterText
    workspace_id: Annotated[
        UUID | None, Field(description="Only tasks of this workspace. None: all of one's own.")
    ] = None
    shared: Annotated[
        StrictBool, Field(description="With everybody in the workspace; takes a manager.")
    ] = False


class FilterPatch(FilterCreate):
    """What is left out stays as it is."""

    name: ShortName = ""
    query: FilterText = ""

    model_config = ConfigDict(json_schema_extra=undefaulted)


class FilterRead(BaseModel):
    id: UUID
    name: str
    query: Annotated[str, Field(description="As it was written.")]
    meaning: Annotated[str, Field(description="The same in the language's plainest words.")]
    workspace_id: UUID | None
    shared: bool
    user_id: Annotated[UUID, Field(description="Who made it.")]
    created_at: datetime
    updated_at: datetime
    version: int


class FilterPage(BaseModel):
    items: list[FilterRead]
    next_cursor: str | None


class FilterList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID | SkipJsonSchema[None] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=1_000)] = None
