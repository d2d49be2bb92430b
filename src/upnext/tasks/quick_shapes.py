"""Quick add on the wire: what may be sent, and what was understood of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from upnext.tasks.quickadd import Ignored, Span
from upnext.tasks.schemas import TaskCreate, TaskRead, Writable, undefaulted
from upnext.tasks.wire import plain

LONGEST = 10_000
Kind = Literal[
    "project", "tag", "person", "priority", "due", "start", "duration", "repeat", "note",
    "quote", "escape", "bullet",
]  # fmt: skip
Mode = Literal["upnext", "todoist", "vikunja"]
Words = Literal["en", "de"]


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "must not contain a NUL character")
    return value


class QuickFields(Writable):
    """What is given here wins over the text; tags and contexts are added to the text's."""

    project_id: UUID | None = None

    model_config = ConfigDict(json_schema_extra=undefaulted)


class QuickAdd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="The task; indented lines below it are its subtasks.",
            examples=["Pay rent tomorrow 9am #home @bills p1 30m"],
            json_schema_extra={"pattern": r"^[^\u0000]*$"},
        ),
        AfterValidator(_without_nul),
    ]
    project_id: Annotated[
        UUID | None, Field(description="Where it goes if the text names no project.")
    ] = None
    fields: Annotated[
        QuickFields,
        Field(default_factory=QuickFields, description="What is not in the text, or wins over it."),
    ]
    language: Annotated[Words | None, Field(description="None: that of your account.")] = None
    mode: Annotated[Mode | None, Field(description="None: that of your account.")] = None
    dry_run: Annotated[StrictBool, Field(description="Only say what it would make.")] = False


class UnderstoodRead(BaseModel):
    """Characters of the text (counted in code points) and what they mean."""

    kind: Kind
    text: str
    start: int
    end: int
    value: Any = None  # of the kind's own type


class IgnoredRead(BaseModel):
    """What stays in the title although it looks like more, and why."""

    kind: Kind
    text: str
    start: int
    end: int
    reason: str
    hint: str


class QuickRead(BaseModel):
    task: TaskRead
    subtasks: list[TaskRead]
    understood: list[UnderstoodRead]
    ignored: list[IgnoredRead]


class Draft(TaskCreate):
    """A task that is not made yet."""

    parent: Annotated[
        int | None,
        Field(description="What it is part of: its place among the task and the subtasks, from 0."),
    ] = None


class QuickDraft(BaseModel):
    task: Draft
    subtasks: list[Draft]
    understood: list[UnderstoodRead]
    ignored: list[IgnoredRead]


NOT_MADE: dict[int | str, dict[str, Any]] = {
    200: {"model": QuickDraft, "description": "What it would make, after `dry_run`"}
}

HINTS: Mapping[str, str] = {
    "said_again": "Only the last one of its kind counts.",
    "no_date": "This names no day or time that exists.",
    "never": "This would never come.",
    "after_due": "This lies after the time that the task is due.",
    "subtask_project": "A subtask lies in the project of its task.",
}


def understood_wire(text: str, span: Span, value: object) -> dict[str, Any]:
    shown = plain(value)
    place = {"start": span.start, "end": span.end}
    return {"kind": span.kind, "text": text[span.start : span.end], **place, "value": shown}


def ignored_wire(text: str, each: Ignored, hint: str | None = None) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "text": text[each.start : each.end],
        "start": each.start,
        "end": each.end,
        "reason": each.reason,
        "hint": hint or HINTS[each.reason],
    }


def seconds(moment: datetime) -> datetime:
    """What people say has no fractions."""
    return moment.replace(microsecond=0)
