"""Rules and what they did, on the wire and in the rows that keep them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    TypeAdapter,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from upnext.automation.doing.calling import CallWebhook
from upnext.automation.doing.creating import CreateTask
from upnext.automation.models import RunState
from upnext.comments.schemas import Body
from upnext.core.schemas import WHOLE
from upnext.core.text import ShortName, TagName, Text
from upnext.tasks.operations.schemas import BulkUpdates, Changed
from upnext.tasks.schemas import FilterText, undefaulted
from upnext.tasks.words import MOST_TAGS, Tags

MOST_ACTIONS: Final = 10
MOST_PEOPLE: Final = 20
EVENTS: Final = (
    "task.created",
    "task.updated",
    "task.completed",
    "task.reopened",
    "task.restored",
    "comment.created",
    "sla.warned",
    "sla.breached",
)
"""Types of changes that are about a task."""


def _event(value: str) -> str:
    if value not in EVENTS:
        raise PydanticCustomError("event", "is one of {known}", {"known": ", ".join(EVENTS)})
    return value


Event = Annotated[
    str, AfterValidator(_event), Field(max_length=60, json_schema_extra={"enum": list(EVENTS)})
]
Events = Annotated[
    list[Event], Field(min_length=1), AfterValidator(lambda types: list(dict.fromkeys(types)))
]
People = Annotated[list[UUID], Field(min_length=1, max_length=MOST_PEOPLE)]
Placeholders = "`{{key}}` and `{{title}}` stand for those of the task."


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetFields(_Action):
    """Fields as a change of one task takes them."""

    type: Literal["set"]
    fields: Annotated[dict[str, Any], Field(min_length=1)]


class AddTags(_Action):
    type: Literal["add_tags"]
    tags: Annotated[Tags, Field(min_length=1)]


class RemoveTags(_Action):
    type: Literal["remove_tags"]
    tags: Annotated[list[TagName], Field(min_length=1, max_length=MOST_TAGS)]


class Assign(_Action):
    type: Literal["assign"]
    user_ids: People


class Unassign(_Action):
    type: Literal["unassign"]
    user_ids: People


class Move(_Action):
    """To a column of a board, whose status comes along."""

    type: Literal["move"]
    column_id: UUID


class Say(_Action):
    type: Literal["comment"]
    body: Annotated[Body, Field(description=Placeholders)]


class Notify(_Action):
    type: Literal["notify"]
    text: Annotated[str, Text(least=1, most=500), Field(description=Placeholders)]
    user_ids: Annotated[list[UUID], Field(max_length=MOST_PEOPLE)] = []
    assignees: Annotated[StrictBool, Field(description="Also whom it is assigned to.")] = False


class Create(CreateTask):
    """From a template, or inline; in the task's own project, unless it says another."""

    type: Literal["create_task"]


class Call(CallWebhook):
    """Posts the task, what the rule changed, and `payload`, in whose texts the placeholders stand
    for what they do in others. Signed."""

    type: Literal["webhook"]


Action = Annotated[
    SetFields | AddTags | RemoveTags | Assign | Unassign | Move | Say | Notify | Create | Call,
    Field(discriminator="type"),
]
Actions = Annotated[list[Action], Field(min_length=1, max_length=MOST_ACTIONS)]
_ACTIONS: TypeAdapter[list[Any]] = TypeAdapter(Actions)
_LISTS = {
    AddTags: ("add_tags", "tags"),
    RemoveTags: ("remove_tags", "tags"),
    Assign: ("add_assignees", "user_ids"),
    Unassign: ("remove_assignees", "user_ids"),
}
_NEVER = {"deleted", "project_id", "parent_id", "recurrence"}
"""Too much for what nobody looks at while it happens."""


def stored(actions: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json", exclude_unset=True) for each in actions]


def shown(actions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As the change log has them, and whoever may not change them: an address may hold a secret,
    so no more of it than where it leads."""
    return [
        {**each, "url": host_of(each["url"])} if each["type"] == "webhook" else dict(each)
        for each in actions
    ]


def host_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}"


def actions_of(rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    return _ACTIONS.validate_python(list(rows))


def updates_of(actions: Iterable[BaseModel]) -> BulkUpdates | None:
    """All that changes the task itself as one change, in their order; None: nothing does.

    Raises pydantic's ValidationError where they contradict each other.
    """
    found: dict[str, Any] = {}
    for each in actions:
        if isinstance(each, SetFields):
            found |= each.fields
        elif isinstance(each, Move):
            found["column_id"] = str(each.column_id)
        elif kind := _LISTS.get(type(each)):
            name, field = kind
            found.setdefault(name, []).extend(map(str, getattr(each, field)))
    return BulkUpdates.model_validate(found) if found else None


def check(actions: Iterable[BaseModel]) -> None:
    """Raises PydanticCustomError, or pydantic's ValidationError, as in `updates_of`."""
    updates = updates_of(actions)
    given = updates.model_fields_set if updates else set()
    if refused := sorted(given & _NEVER):
        raise PydanticCustomError("not_by_rule", "a rule cannot set {name}", {"name": refused[0]})


class RuleCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    workspace_id: Annotated[UUID | None, Field(description="None: your personal one.")] = None
    project_id: Annotated[UUID | None, Field(description="Only tasks of this project.")] = None
    events: Events
    filter: Annotated[
        FilterText, Field(description="Only tasks that it finds; empty: all of them.")
    ] = ""
    actions: Actions
    position: Annotated[
        int,
        Field(strict=True, ge=0, le=1_000, description="Of several, the lowest goes first."),
        WHOLE,
    ] = 0
    enabled: StrictBool = True

    @model_validator(mode="after")
    def _make_sense(self) -> "RuleCreate":
        if "actions" in self.model_fields_set:
            check(self.actions)
        return self


class RulePatch(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)

    name: ShortName = ""
    events: Events = []
    filter: FilterText = ""
    actions: Actions = []
    position: Annotated[int, Field(strict=True, ge=0, le=1_000), WHOLE] = 0
    enabled: StrictBool = True

    @model_validator(mode="after")
    def _make_sense(self) -> "RulePatch":
        if "actions" in self.model_fields_set:
            check(self.actions)
        return self


class RuleRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    user_id: Annotated[UUID, Field(description="In whose name it acts: who changed it last.")]
    name: str
    events: list[str]
    filter: str
    actions: list[dict[str, Any]]
    position: int
    enabled: bool
    public_key: Annotated[
        str | None, Field(description="Verifies the v1a signatures of its calls, if it makes any.")
    ]
    previous_until: Annotated[
        datetime | None, Field(description="Until then the secret before counts, too.")
    ]
    created_at: datetime
    updated_at: datetime
    version: int


class RuleSecret(RuleRead):
    """The only time that the secret is told."""

    secret: Annotated[str, Field(description="Verifies the v1 signatures. Keep it.")]


class RulePage(BaseModel):
    items: list[RuleRead]
    next_cursor: str | None


class RuleList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID | SkipJsonSchema[None] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=1_000)] = None


class RuleRunRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    rule_id: UUID
    task_id: UUID
    event: str
    change_seq: Annotated[int, Field(description="Of the change that set it off.")]
    depth: Annotated[int, Field(description="How many rules came before, each by the last.")]
    state: RunState
    operation_id: Annotated[
        UUID | None, Field(description="To undo it by: POST /operations/{id}/undo.")
    ]
    changes: dict[str, Any]
    error: str | None
    created_at: datetime


class RuleRunPage(BaseModel):
    items: list[RuleRunRead]
    next_cursor: str | None


class RuleTry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    last: Annotated[
        int, Field(strict=True, ge=1, le=500, description="Changes to look back at."), WHOLE
    ] = 100


class Tried(BaseModel):
    task_id: UUID
    key: str
    event: str
    at: datetime
    changes: dict[str, Changed]
    then: Annotated[list[dict[str, Any]], Field(description="What would be done besides.")]
    error: str | None = None


class RuleTrial(BaseModel):
    checked: Annotated[int, Field(description="Changes of these types that were looked at.")]
    matched: int
    results: list[Tried]
