"""What a task looks like on the wire."""

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
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from upnext.core.text import Line, Prose, Title
from upnext.tasks.models import Energy, Priority, Status
from upnext.tasks.words import (
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
ExternalId = Annotated[Line, StringConstraints(min_length=1, max_length=200)]


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
    assignee_ids: Assignees = []
    context: Contexts = []
    energy: EnergyWord | None = None

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


class TaskReplace(Writable):
    """What is left out gets its default; only the project stays."""

    title: Title
    project_id: UUID = UUID(int=0)

    model_config = ConfigDict(json_schema_extra=lambda schema: _undefault(schema, ["project_id"]))


class TaskPatch(Writable):
    """What is left out stays as it is."""

    title: Title = ""
    project_id: UUID = UUID(int=0)

    model_config = ConfigDict(json_schema_extra=undefaulted)


class TaskRead(BaseModel):
    id: UUID
    key: str
    workspace_id: UUID
    project_id: UUID
    parent_id: UUID | None
    title: str
    description: str
    status: Status
    completed: bool
    completed_at: datetime | None
    priority: Priority
    category: str
    estimated_duration: int | None
    due_at: datetime | None
    start_at: datetime | None
    overdue: bool
    blocked: Annotated[bool, Field(description="It is open and waits for an open task.")]
    blocked_by: Annotated[list[UUID], Field(description="The open tasks it waits for.")]
    tags: list[str]
    context: list[str]
    energy: Energy | None
    assignee_ids: list[UUID]
    reporter_id: UUID | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: Annotated[datetime | None, Field(description="Since when it is in the trash.")]
    version: int


class TaskPage(BaseModel):
    items: list[TaskRead]
    next_cursor: str | None
    total: int | None = None


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
