"""The fields of tasks: what they are called, how they are compared, when they are missing."""

from sqlalchemy import and_, not_

from upnext.core.types import NEVER, micros
from upnext.tasks import states
from upnext.tasks.filtering import comparing, queries
from upnext.tasks.filtering.kinds import Field, Fields, Kind
from upnext.tasks.models import Energy, Priority, Status, Task
from upnext.tasks.words import FOREIGN

_RANKS = {"p1": "urgent", "p2": "high", "p3": "medium", "p4": "low"}
_ENDS = "For a time write `completed_at`, such as `completed_at > today-1w`."
_SEARCH = "To search for words write `like`."

_ALL = (
    Field(
        name="status",
        kind=Kind.CHOICE,
        compare=comparing.status,
        words={str(status): str(status) for status in Status}
        | {word: str(status) for word, status in FOREIGN.items()}
        | {"pending": "pending", "open": "open"},
        unordered=frozenset({"pending", "open"}),
    ),
    Field(
        name="priority",
        kind=Kind.CHOICE,
        compare=comparing.priority,
        words={str(priority): str(priority) for priority in Priority} | _RANKS,
    ),
    Field(
        name="energy",
        kind=Kind.CHOICE,
        compare=comparing.energy,
        missing=lambda: Task.energy.is_(None),
        words={str(energy): str(energy) for energy in Energy},
    ),
    Field(
        name="due",
        aliases=("due_at", "deadline"),
        kind=Kind.DATE,
        compare=comparing.date(Task.due_key, micros, NEVER),
        missing=lambda: Task.due_at.is_(None),
    ),
    Field(
        name="start",
        aliases=("start_at",),
        kind=Kind.DATE,
        compare=comparing.date(Task.start_key, micros, NEVER),
        missing=lambda: Task.start_at.is_(None),
    ),
    Field(
        name="created",
        aliases=("created_at",),
        kind=Kind.DATE,
        compare=comparing.date(Task.created_at, lambda at: at),
    ),
    Field(
        name="updated",
        aliases=("updated_at",),
        kind=Kind.DATE,
        compare=comparing.date(Task.updated_at, lambda at: at),
    ),
    Field(
        name="completed_at",
        kind=Kind.DATE,
        compare=comparing.date(Task.completed_key, micros, NEVER),
        missing=lambda: Task.completed_at.is_(None),
    ),
    Field(
        name="duration",
        aliases=("estimated_duration", "estimate"),
        kind=Kind.MINUTES,
        compare=comparing.duration,
        missing=lambda: Task.estimated_duration.is_(None),
    ),
    Field(
        name="completed",
        kind=Kind.FLAG,
        compare=comparing.flag(lambda on, _: states.completed(on)),
        note=_ENDS,
    ),
    Field(
        name="overdue",
        kind=Kind.FLAG,
        compare=comparing.flag(lambda on, scope: states.overdue(on, micros(scope.now))),
    ),
    Field(name="mine", kind=Kind.FLAG, compare=comparing.flag(comparing.mine)),
    Field(
        name="recurring",
        aliases=("repeats", "repeating"),
        kind=Kind.FLAG,
        compare=comparing.flag(comparing.recurring),
        note="How it repeats cannot be compared.",
    ),
    Field(name="blocked", kind=Kind.FLAG, compare=comparing.flag(lambda on, _: states.blocked(on))),
    Field(name="title", kind=Kind.TEXT, compare=comparing.text(Task.__table__.c.title_key, 200)),
    Field(
        name="category",
        kind=Kind.TEXT,
        compare=comparing.text(Task.__table__.c.category_key, comparing.KEY),
    ),
    Field(
        name="description",
        kind=Kind.PROSE,
        compare=comparing.described,
        missing=lambda: Task.description == "",
        note=_SEARCH,
    ),
    Field(name="text", kind=Kind.PROSE, compare=comparing.anywhere, note=_SEARCH),
    Field(
        name="tag",
        aliases=("tags",),
        kind=Kind.NAMES,
        compare=comparing.tag,
        missing=lambda: not_(queries.has_tags()),
    ),
    Field(
        name="context",
        aliases=("contexts",),
        kind=Kind.NAMES,
        compare=comparing.context,
        missing=lambda: queries.JsonText(Task.context) == "[]",
        read=comparing.named_context,
    ),
    Field(
        name="label",
        aliases=("labels",),
        kind=Kind.NAMES,
        compare=comparing.label,
        missing=lambda: and_(not_(queries.has_tags()), queries.JsonText(Task.context) == "[]"),
        read=comparing.bare,
    ),
    Field(name="project", aliases=("project_id",), kind=Kind.NAMES, compare=comparing.project),
    Field(
        name="assignee",
        aliases=("assignees", "assignee_id", "assignee_ids"),
        kind=Kind.NAMES,
        compare=comparing.assignee,
        missing=lambda: not_(queries.has_assignees()),
        read=comparing.person,
    ),
    Field(
        name="reporter",
        aliases=("reporter_id",),
        kind=Kind.NAMES,
        compare=comparing.reporter,
        missing=lambda: Task.reporter_id.is_(None),
        read=comparing.person,
    ),
    Field(
        name="parent",
        aliases=("parent_id",),
        kind=Kind.NAMES,
        compare=comparing.parent,
        missing=lambda: Task.parent_id.is_(None),
        read=comparing.key,
    ),
    Field(
        name="key",
        kind=Kind.NAMES,
        compare=lambda _, value, __: Task.key == comparing.word(value),
        read=str.upper,
    ),
    Field(name="id", kind=Kind.NAMES, compare=comparing.own_id, read=comparing.only_id),
    Field(
        name="external_id",
        kind=Kind.NAMES,
        compare=comparing.plain(Task.external_id),
        missing=lambda: Task.external_id.is_(None),
    ),
)

FIELDS: Fields = {each.name: each for each in _ALL}
