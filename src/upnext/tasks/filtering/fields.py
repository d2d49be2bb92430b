"""The fields of tasks: what they are called, how they are compared, when they are missing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, false, not_, or_

from upnext.core.queries import like
from upnext.core.text import fold
from upnext.core.types import NEVER, micros
from upnext.tasks import queries as tasks
from upnext.tasks import states
from upnext.tasks.filtering import dates, queries
from upnext.tasks.filtering.kinds import Condition, Field, Fields, Kind, Scope
from upnext.tasks.filtering.tree import Flag, Minutes, Op, Value, When, Word
from upnext.tasks.models import NO_DURATION, Energy, Priority, Status, Task, folded
from upnext.tasks.words import FOREIGN, as_context

KEY = 100
ANYTHING = "*"
MINE: Final = "me"

_COMPARE: dict[Op, Callable[[Any, Any], ColumnElement[bool]]] = {  # any column, any of its values
    Op.EQ: lambda column, value: column == value,
    Op.LT: lambda column, value: column < value,
    Op.LE: lambda column, value: column <= value,
    Op.GT: lambda column, value: column > value,
    Op.GE: lambda column, value: column >= value,
}

Compare = Callable[[Op, Value, Scope], Condition]


def _word(value: Value) -> str:
    assert isinstance(value, Word)  # noqa: S101  (the parser reads by the field's kind)
    return value.text


# Choices


def _status(op: Op, value: Value, _: Scope) -> Condition:
    word = _word(value)
    return states.one_of([word]) if op is Op.EQ else _COMPARE[op](Task.status, Status(word))


def _priority(op: Op, value: Value, _: Scope) -> Condition:
    return _COMPARE[op](Task.priority, Priority(_word(value)))


def _energy(op: Op, value: Value, _: Scope) -> Condition:
    return and_(Task.energy.is_not(None), _COMPARE[op](Task.energy, Energy(_word(value))))


# Times and durations


def _date(column: Any, bound: Callable[[datetime], Any], never: int | None = None) -> Compare:
    """`never` is what stands in the column of a task without a value, after all others."""

    def compare(op: Op, value: Value, scope: Scope) -> Condition:
        assert isinstance(value, When)  # noqa: S101  (as above)
        start, end = dates.span(value, scope.now, scope.zone)
        after = None if end is None else bound(end)
        found = _within(column, op, bound(start), after)
        known = never is not None and op in {Op.GT, Op.GE}
        return and_(found, column < never) if known else found

    return compare


def _within(column: Any, op: Op, start: Any, after: Any) -> Condition:
    """A stretch of time is compared as a whole: later than it is on or after its end."""
    if after is None:
        return _COMPARE[op](column, start)
    if op is Op.EQ:
        return and_(column >= start, column < after)
    if op in {Op.LE, Op.GT}:
        return _COMPARE[Op.LT if op is Op.LE else Op.GE](column, after)
    return _COMPARE[op](column, start)


def _duration(op: Op, value: Value, _: Scope) -> Condition:
    assert isinstance(value, Minutes)  # noqa: S101  (as above)
    found = _COMPARE[op](Task.duration_key, value.count)
    return and_(found, Task.duration_key < NO_DURATION) if op in {Op.GT, Op.GE} else found


# Flags


def _flag(state: Callable[[bool, Scope], Condition]) -> Compare:
    def compare(_: Op, value: Value, scope: Scope) -> Condition:
        assert isinstance(value, Flag)  # noqa: S101  (as above)
        return state(value.on, scope)

    return compare


# Texts


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _parts(text: str) -> str:
    return "%".join(_escaped(fold(part)) for part in text.split(ANYTHING))


def _text(column: Any, length: int) -> Compare:
    def compare(op: Op, value: Value, _: Scope) -> Condition:
        # By LIKE in both cases: MySQL's `=` takes no notice of blanks at the end.
        text = _word(value)
        if op is Op.EQ:
            return like(column, _escaped(folded(text, length)))
        return like(column, _parts(text) if ANYTHING in text else f"%{_parts(text)}%")

    return compare


def _anywhere(_: Op, value: Value, __: Scope) -> Condition:
    return like(Task.__table__.c.search_text, f"%{_parts(_word(value))}%")


def _described(_: Op, value: Value, __: Scope) -> Condition:
    """`search_text` is the folded title, which has no line break, a line break, the description."""
    return like(Task.__table__.c.search_text, f"%\n%{_parts(_word(value))}%")


# Names


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None  # noqa: PLR2004  (with its dashes)
    except ValueError:
        return None


def _tag(_: Op, value: Value, __: Scope) -> Condition:
    return tasks.has_tag([folded(_word(value), KEY)])


def _context(_: Op, value: Value, __: Scope) -> Condition:
    spelled = orjson.dumps(as_context(_word(value))).decode()
    return like(queries.JsonText(Task.context), f"%{_escaped(spelled)}%")


def _label(op: Op, value: Value, scope: Scope) -> Condition:
    return or_(_tag(op, value, scope), _context(op, value, scope))


def _project(_: Op, value: Value, scope: Scope) -> Condition:
    name = _word(value)
    found = as_id(name)
    if found is not None:
        return Task.project_id == found
    return Task.project_id.in_(queries.projects_called(scope.actor, name))


def _assignee(_: Op, value: Value, scope: Scope) -> Condition:
    name = _word(value)
    found = scope.actor.user_id if name == MINE else as_id(name)
    if found is not None:
        return tasks.has_assignee(found)
    if name == MINE:
        return false()
    return queries.assigned_to(queries.people_called(scope.actor, name))


def _reporter(_: Op, value: Value, scope: Scope) -> Condition:
    name = _word(value)
    found = scope.actor.user_id if name == MINE else as_id(name)
    if found is not None:
        return _is(Task.reporter_id, found)
    if name == MINE:
        return false()
    people = queries.people_called(scope.actor, name)
    return and_(Task.reporter_id.is_not(None), Task.reporter_id.in_(people))


def _is(column: Any, value: Any) -> Condition:
    """Also false where there is no value."""
    return and_(column.is_not(None), column == value)


def _parent(_: Op, value: Value, scope: Scope) -> Condition:
    name = _word(value)
    found = as_id(name)
    if found is not None:
        return _is(Task.parent_id, found)
    above = queries.tasks_called(scope.actor, name)
    return and_(Task.parent_id.is_not(None), Task.parent_id.in_(above))


def _own_id(_: Op, value: Value, __: Scope) -> Condition:
    return Task.id == UUID(_word(value))


def _plain(column: Any) -> Compare:
    return lambda _, value, __: _is(column, _word(value))


# How names are written


def _person(text: str) -> str:
    return MINE if text.lower() == MINE else text


def _key(text: str) -> str:
    return text.lower() if as_id(text) else text.upper()


def _only_id(text: str) -> str:
    found = as_id(text)
    if found is None:
        raise ValueError("An id looks like 0193a1c2-7f3e-7000-8000-0123456789ab.")
    return str(found)


def _bare(text: str) -> str:
    """`@home` and `home` are one label."""
    bare = text.removeprefix("@").strip()
    if not bare:
        raise ValueError("Behind the @ a name is missing.")
    return bare


def _named_context(text: str) -> str:
    return as_context(_bare(text))


_RANKS = {"p1": "urgent", "p2": "high", "p3": "medium", "p4": "low"}
_ENDS = "For a time write `completed_at`, such as `completed_at > today-1w`."
_SEARCH = "To search for words write `like`."

_ALL = (
    Field(
        name="status",
        kind=Kind.CHOICE,
        compare=_status,
        words={str(status): str(status) for status in Status}
        | {word: str(status) for word, status in FOREIGN.items()}
        | {"pending": "pending", "open": "open"},
        unordered=frozenset({"pending", "open"}),
    ),
    Field(
        name="priority",
        kind=Kind.CHOICE,
        compare=_priority,
        words={str(priority): str(priority) for priority in Priority} | _RANKS,
    ),
    Field(
        name="energy",
        kind=Kind.CHOICE,
        compare=_energy,
        missing=lambda: Task.energy.is_(None),
        words={str(energy): str(energy) for energy in Energy},
    ),
    Field(
        name="due",
        aliases=("due_at", "deadline"),
        kind=Kind.DATE,
        compare=_date(Task.due_key, micros, NEVER),
        missing=lambda: Task.due_at.is_(None),
    ),
    Field(
        name="start",
        aliases=("start_at",),
        kind=Kind.DATE,
        compare=_date(Task.start_key, micros, NEVER),
        missing=lambda: Task.start_at.is_(None),
    ),
    Field(
        name="created",
        aliases=("created_at",),
        kind=Kind.DATE,
        compare=_date(Task.created_at, lambda at: at),
    ),
    Field(
        name="updated",
        aliases=("updated_at",),
        kind=Kind.DATE,
        compare=_date(Task.updated_at, lambda at: at),
    ),
    Field(
        name="completed_at",
        kind=Kind.DATE,
        compare=_date(Task.completed_key, micros, NEVER),
        missing=lambda: Task.completed_at.is_(None),
    ),
    Field(
        name="duration",
        aliases=("estimated_duration", "estimate"),
        kind=Kind.MINUTES,
        compare=_duration,
        missing=lambda: Task.estimated_duration.is_(None),
    ),
    Field(
        name="completed",
        kind=Kind.FLAG,
        compare=_flag(lambda on, _: states.completed(on)),
        note=_ENDS,
    ),
    Field(
        name="overdue",
        kind=Kind.FLAG,
        compare=_flag(lambda on, scope: states.overdue(on, micros(scope.now))),
    ),
    Field(name="blocked", kind=Kind.FLAG, compare=_flag(lambda on, _: states.blocked(on))),
    Field(name="title", kind=Kind.TEXT, compare=_text(Task.__table__.c.title_key, 200)),
    Field(name="category", kind=Kind.TEXT, compare=_text(Task.__table__.c.category_key, KEY)),
    Field(
        name="description",
        kind=Kind.PROSE,
        compare=_described,
        missing=lambda: Task.description == "",
        note=_SEARCH,
    ),
    Field(name="text", kind=Kind.PROSE, compare=_anywhere, note=_SEARCH),
    Field(
        name="tag",
        aliases=("tags",),
        kind=Kind.NAMES,
        compare=_tag,
        missing=lambda: not_(queries.has_tags()),
    ),
    Field(
        name="context",
        aliases=("contexts",),
        kind=Kind.NAMES,
        compare=_context,
        missing=lambda: queries.JsonText(Task.context) == "[]",
        read=_named_context,
    ),
    Field(
        name="label",
        aliases=("labels",),
        kind=Kind.NAMES,
        compare=_label,
        missing=lambda: and_(not_(queries.has_tags()), queries.JsonText(Task.context) == "[]"),
        read=_bare,
    ),
    Field(name="project", aliases=("project_id",), kind=Kind.NAMES, compare=_project),
    Field(
        name="assignee",
        aliases=("assignees", "assignee_id", "assignee_ids"),
        kind=Kind.NAMES,
        compare=_assignee,
        missing=lambda: not_(queries.has_assignees()),
        read=_person,
    ),
    Field(
        name="reporter",
        aliases=("reporter_id",),
        kind=Kind.NAMES,
        compare=_reporter,
        missing=lambda: Task.reporter_id.is_(None),
        read=_person,
    ),
    Field(
        name="parent",
        aliases=("parent_id",),
        kind=Kind.NAMES,
        compare=_parent,
        missing=lambda: Task.parent_id.is_(None),
        read=_key,
    ),
    Field(
        name="key",
        kind=Kind.NAMES,
        compare=lambda _, value, __: Task.key == _word(value),
        read=str.upper,
    ),
    Field(name="id", kind=Kind.NAMES, compare=_own_id, read=_only_id),
    Field(
        name="external_id",
        kind=Kind.NAMES,
        compare=_plain(Task.external_id),
        missing=lambda: Task.external_id.is_(None),
    ),
)

FIELDS: Fields = {each.name: each for each in _ALL}
