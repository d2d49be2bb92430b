"""Task templates on the wire, and in the rows that keep them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from upnext.automation.templates import dates
from upnext.core.text import Prose, ShortName, TagName, Text, Title
from upnext.tasks.models import Priority
from upnext.tasks.schemas import Assignees, undefaulted
from upnext.tasks.words import MOST_TAGS, Category, Contexts, EnergyWord, Minutes, PriorityWord

MOST_TASKS: Final = 100
DEEPEST: Final = 4
MOST_VARIABLES: Final = 30
MARK: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
GIVEN: Final = ("today", "week", "month", "year")
"""Variables that are always there: the day on which the template is used, and what it lies in."""
_SOME_DAY: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)


def _date(text: str) -> str:
    if not MARK.search(text) and dates.moment(text, _SOME_DAY, ZoneInfo("UTC")) is None:
        raise PydanticCustomError(
            "relative_date", "is no date; write it like {examples}", {"examples": dates.EXAMPLES}
        )
    return text


RelativeDate = Annotated[
    str,
    Text(least=1, most=dates.LONGEST),
    AfterValidator(_date),
    Field(description=f"From the moment at which it is made: {dates.EXAMPLES}."),
]


class TemplateTask(BaseModel):
    """A task to be made. Texts, tags and dates may hold `{{variables}}`."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    description: Prose = ""
    priority: PriorityWord = Priority.MEDIUM
    category: Category = "general"
    estimated_duration: Minutes | None = None
    tags: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = []
    context: Contexts = []
    energy: EnergyWord | None = None
    assignee_ids: Assignees = []
    due: RelativeDate | None = None
    start: RelativeDate | None = None
    subtasks: Annotated[list["TemplateTask"], Field(max_length=MOST_TASKS)] = []


def texts_of(task: TemplateTask) -> Iterator[str]:
    """All that may hold variables, also of what lies below."""
    yield from (task.title, task.description, task.category, task.due or "", task.start or "")
    yield from task.tags
    for each in task.subtasks:
        yield from texts_of(each)


def count(task: TemplateTask) -> int:
    return 1 + sum(count(each) for each in task.subtasks)


def depth(task: TemplateTask) -> int:
    return 1 + max((depth(each) for each in task.subtasks), default=0)


def _variable(name: str) -> str:
    if not NAME.fullmatch(name) or name in GIVEN:
        raise PydanticCustomError(
            "variable", "is a name in small letters, such as client, and none of {given}",
            {"given": ", ".join(GIVEN)},
        )  # fmt: skip
    return name


class Variable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Text(least=1, most=40), AfterValidator(_variable)]
    default: Annotated[
        Annotated[str, Text(most=500)] | None,
        Field(description="null: has to be said each time."),
    ] = None


def check(task: TemplateTask, variables: list[Variable]) -> None:
    """Raises PydanticCustomError, or ValueError for what nobody declared."""
    if count(task) > MOST_TASKS or depth(task) > DEEPEST:
        raise PydanticCustomError(
            "too_large",
            "a template has {most} tasks at most, on {deepest} levels",
            {"most": MOST_TASKS, "deepest": DEEPEST},
        )
    names = [each.name for each in variables]
    if len(set(names)) < len(names):
        raise PydanticCustomError("two_variables", "two variables have one name")
    used = {name for text in texts_of(task) for name in MARK.findall(text)}
    if unknown := sorted(used - {*names, *GIVEN}):
        raise PydanticCustomError(
            "unknown_variable",
            "the variable {name} is used, and not declared in `variables`",
            {"name": unknown[0] or "{{}}"},
        )


class TemplateCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    workspace_id: Annotated[UUID | None, Field(description="None: your personal one.")] = None
    project_id: Annotated[
        UUID | None, Field(description="Its tasks go there, and who sees it sees the template.")
    ] = None
    task: TemplateTask
    variables: Annotated[list[Variable], Field(max_length=MOST_VARIABLES)] = []

    @model_validator(mode="after")
    def _fits_together(self) -> "TemplateCreate":
        if "task" in self.model_fields_set and type(self) is TemplateCreate:
            check(self.task, self.variables)
        return self


class TemplatePatch(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)

    name: ShortName = ""
    project_id: UUID | None = None
    task: TemplateTask = TemplateTask.model_construct(title="")
    variables: Annotated[list[Variable], Field(max_length=MOST_VARIABLES)] = []


class TemplateRead(BaseModel):
    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    name: str
    task: TemplateTask
    variables: list[Variable]
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    version: int


class TemplatePage(BaseModel):
    items: list[TemplateRead]
    next_cursor: str | None


class Use(BaseModel):
    model_config = ConfigDict(extra="forbid")

    variables: dict[str, Annotated[str, Text(most=500)]] = {}
    project_id: Annotated[
        UUID | None, Field(description="None: that of the template, else your Inbox.")
    ] = None
    dry_run: Annotated[bool, Field(strict=True, description="Only say what would be made.")] = False


class Made(BaseModel):
    task: dict[str, Any]
    subtasks: list[dict[str, Any]]
    dry_run: bool
