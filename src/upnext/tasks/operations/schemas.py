"""What changes of many tasks look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from upnext.core.schemas import exactly_one
from upnext.core.text import TagName
from upnext.tasks.operations.models import OperationKind, StepAction
from upnext.tasks.schemas import (
    MOST_IN_BULK,
    Assignees,
    BulkOutcome,
    FilterText,
    TaskPatch,
    undefaulted,
)
from upnext.tasks.words import MOST_TAGS, Tags


def _once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


_APART = {
    "tags": {"add_tags", "remove_tags"},
    "assignee_ids": {"add_assignees", "remove_assignees"},
}


ONLY = WithJsonSchema({"type": "boolean", "const": True}, mode="validation")


class BulkUpdates(TaskPatch):
    """What a change of one task takes, and what only makes sense for many."""

    add_tags: Annotated[Tags, Field(default_factory=list)]
    remove_tags: Annotated[list[TagName], Field(max_length=MOST_TAGS, default_factory=list)]
    add_assignees: Annotated[Assignees, Field(default_factory=list)]
    remove_assignees: Annotated[Assignees, Field(default_factory=list)]
    deleted: Annotated[StrictBool, Field(description="To the trash, with all below."), ONLY] = False

    model_config = ConfigDict(json_schema_extra=undefaulted)

    @field_validator("deleted")
    @classmethod
    def _only_there(cls, value: bool) -> bool:
        if not value:
            raise PydanticCustomError(
                "restore", "restore tasks one by one, or undo the operation that deleted them"
            )
        return value

    @model_validator(mode="after")
    def _make_sense(self) -> "BulkUpdates":
        given = self.model_fields_set
        if not given:
            raise PydanticCustomError("nothing", "say what is to change")
        for whole, parts in _APART.items():
            if whole in given and parts & given:
                raise PydanticCustomError(
                    "contradiction",
                    "`{whole}` replaces them all; give it, or what to add and to remove",
                    {"whole": whole},
                )
        if "deleted" in given and len(given) > 1:
            raise PydanticCustomError("contradiction", "give `deleted` alone")
        return self


class BulkEdit(BaseModel):
    """Exactly one of `task_ids` and `filter`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=exactly_one("task_ids", "filter"))

    task_ids: Annotated[
        Annotated[list[UUID], AfterValidator(_once), Field(min_length=1, max_length=MOST_IN_BULK)]
        | None,
        Field(description="These tasks."),
    ] = None
    filter: Annotated[
        FilterText | None, Field(description="Or all visible tasks that this finds.")
    ] = None
    workspace_id: Annotated[
        UUID | None, Field(description="Of what the filter finds, only what lies here.")
    ] = None
    updates: BulkUpdates
    dry_run: Annotated[
        StrictBool, Field(description="Change nothing, and tell what would change.")
    ] = False
    atomic: Annotated[
        StrictBool, Field(description="All or nothing: one refusal refuses them all.")
    ] = False

    @model_validator(mode="after")
    def _one_of_them(self) -> "BulkEdit":
        if (self.task_ids is None) is (self.filter is None):
            raise PydanticCustomError("which", "give `task_ids` or `filter`, and not both")
        if self.workspace_id is not None and self.filter is None:
            raise PydanticCustomError("where", "`workspace_id` goes with `filter`")
        return self


class Changed(BaseModel):
    before: Any
    after: Any


class Refusal(BaseModel):
    """The problem that a change of this task alone would have been answered with."""

    model_config = ConfigDict(extra="allow")

    status: int
    code: str
    title: str
    detail: str


class EditResult(BaseModel):
    id: UUID
    key: Annotated[str | None, Field(description="null: not to be seen.")]
    outcome: Literal["changed", "unchanged", "refused"]
    changes: Annotated[
        dict[str, Changed] | None, Field(description="By field; of a dry run only.")
    ] = None
    error: Refusal | None = None


class EditOutcome(BaseModel):
    operation: Annotated[UUID | None, Field(description="To undo it by; null: nothing changed.")]
    dry_run: bool
    results: list[EditResult]
    changed: int
    unchanged: int
    refused: int
    also_changed: Annotated[
        int, Field(description="Other tasks that changed with them, such as subtasks that moved.")
    ]


class BulkMade(BulkOutcome):
    operation: Annotated[UUID | None, Field(description="To undo it by.")]


class OperationRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: OperationKind
    user_id: UUID
    workspace_id: Annotated[UUID | None, Field(description="null: in several workspaces.")]
    asked: Annotated[dict[str, Any], Field(description="What was asked for.")]
    task_count: int
    undoes: UUID | None
    undone_by: UUID | None
    created_at: datetime


class OperationStepRead(BaseModel):
    task_id: UUID
    key: str
    action: StepAction
    changes: dict[str, Changed]


class OperationDetail(OperationRead):
    tasks: Annotated[list[OperationStepRead], Field(description="Those you may see now.")]


class OperationPage(BaseModel):
    items: list[OperationRead]
    next_cursor: str | None


class OperationList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=1_000)] = None


class NotRestored(BaseModel):
    field: Annotated[str | None, Field(description="null: the task as a whole.")]
    code: str
    detail: str


class UndoResult(BaseModel):
    id: UUID
    key: str | None
    outcome: Literal["restored", "partly", "kept"]
    not_restored: list[NotRestored]


class UndoOutcome(BaseModel):
    operation: Annotated[UUID, Field(description="The undo itself, to be undone in turn.")]
    undoes: UUID
    results: list[UndoResult]
    restored: int
    partly: int
    kept: int
