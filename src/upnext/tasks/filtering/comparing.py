"""How each kind of field becomes SQL. No condition is ever NULL, and values are parameters."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, false, not_, or_

from upnext.core.queries import like
from upnext.core.text import fold
from upnext.tasks import queries as tasks
from upnext.tasks import states
from upnext.tasks.filtering import dates, queries
from upnext.tasks.filtering.kinds import Condition, Scope
from upnext.tasks.filtering.tree import Flag, Minutes, Op, Value, When, Word
from upnext.tasks.models import NO_DURATION, Energy, Priority, Status, Task, folded
from upnext.tasks.words import as_context

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


def word(value: Value) -> str:
    assert isinstance(value, Word)  # noqa: S101  (the parser reads by the field's kind)
    return value.text


# Choices


def status(op: Op, value: Value, _: Scope) -> Condition:
    found = word(value)
    return states.one_of([found]) if op is Op.EQ else _COMPARE[op](Task.status, Status(found))


def priority(op: Op, value: Value, _: Scope) -> Condition:
    return _COMPARE[op](Task.priority, Priority(word(value)))


def energy(op: Op, value: Value, _: Scope) -> Condition:
    return and_(Task.energy.is_not(None), _COMPARE[op](Task.energy, Energy(word(value))))


# Times and durations


def date(column: Any, bound: Callable[[datetime], Any], never: int | None = None) -> Compare:
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


def duration(op: Op, value: Value, _: Scope) -> Condition:
    assert isinstance(value, Minutes)  # noqa: S101  (as above)
    found = _COMPARE[op](Task.duration_key, value.count)
    return and_(found, Task.duration_key < NO_DURATION) if op in {Op.GT, Op.GE} else found


def minutes(column: Any) -> Compare:
    """For a column that holds minutes, 0 for none."""

    def compare(op: Op, value: Value, _: Scope) -> Condition:
        assert isinstance(value, Minutes)  # noqa: S101  (as above)
        return _COMPARE[op](column, value.count)

    return compare


# Flags


def flag(state: Callable[[bool, Scope], Condition]) -> Compare:
    def compare(_: Op, value: Value, scope: Scope) -> Condition:
        assert isinstance(value, Flag)  # noqa: S101  (as above)
        return state(value.on, scope)

    return compare


# Texts


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _parts(text: str) -> str:
    return "%".join(_escaped(fold(part)) for part in text.split(ANYTHING))


def text(column: Any, length: int) -> Compare:
    def compare(op: Op, value: Value, _: Scope) -> Condition:
        # By LIKE in both cases: MySQL's `=` takes no notice of blanks at the end.
        text = word(value)
        if op is Op.EQ:
            return like(column, _escaped(folded(text, length)))
        return like(column, _parts(text) if ANYTHING in text else f"%{_parts(text)}%")

    return compare


def anywhere(_: Op, value: Value, __: Scope) -> Condition:
    return like(Task.__table__.c.search_text, f"%{_parts(word(value))}%")


def described(_: Op, value: Value, __: Scope) -> Condition:
    """`search_text` is the folded title, which has no line break, a line break, the description."""
    return like(Task.__table__.c.search_text, f"%\n%{_parts(word(value))}%")


# Names


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None  # noqa: PLR2004  (with its dashes)
    except ValueError:
        return None


def tag(_: Op, value: Value, __: Scope) -> Condition:
    return tasks.has_tag([folded(word(value), KEY)])


def context(_: Op, value: Value, __: Scope) -> Condition:
    spelled = orjson.dumps(as_context(word(value))).decode()
    return like(queries.JsonText(Task.context), f"%{_escaped(spelled)}%")


def label(op: Op, value: Value, scope: Scope) -> Condition:
    return or_(tag(op, value, scope), context(op, value, scope))


def project(_: Op, value: Value, scope: Scope) -> Condition:
    name = word(value)
    found = as_id(name)
    if found is not None:
        return Task.project_id == found
    return Task.project_id.in_(queries.projects_called(scope.actor, name))


def assignee(_: Op, value: Value, scope: Scope) -> Condition:
    name = word(value)
    found = scope.actor.user_id if name == MINE else as_id(name)
    if found is not None:
        return tasks.has_assignee(found)
    if name == MINE:
        return false()
    return queries.assigned_to(queries.people_called(scope.actor, name))


def reporter(_: Op, value: Value, scope: Scope) -> Condition:
    name = word(value)
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


def recurring(wanted: bool, _: Scope) -> Condition:
    """Also of an occurrence that is done: it keeps the rule that it came by."""
    return Task.series_id.is_not(None) if wanted else Task.series_id.is_(None)


def mine(wanted: bool, scope: Scope) -> Condition:
    """What is to be done by the actor: assigned to them, or nobody's in their own workspace."""
    if scope.actor.user_id is None:
        return false() if wanted else not_(false())
    own = Task.workspace_id.in_(queries.personal_workspace(scope.actor.user_id))
    found = or_(tasks.has_assignee(scope.actor.user_id), and_(own, not_(queries.has_assignees())))
    return found if wanted else not_(found)


def parent(_: Op, value: Value, scope: Scope) -> Condition:
    name = word(value)
    found = as_id(name)
    if found is not None:
        return _is(Task.parent_id, found)
    above = queries.tasks_called(scope.actor, name)
    return and_(Task.parent_id.is_not(None), Task.parent_id.in_(above))


def own_id(_: Op, value: Value, __: Scope) -> Condition:
    return Task.id == UUID(word(value))


def plain(column: Any) -> Compare:
    return lambda _, value, __: _is(column, word(value))


# How names are written


def person(text: str) -> str:
    return MINE if text.lower() == MINE else text


def key(text: str) -> str:
    return text.lower() if as_id(text) else text.upper()


def only_id(text: str) -> str:
    found = as_id(text)
    if found is None:
        raise ValueError("An id looks like 0193a1c2-7f3e-7000-8000-0123456789ab.")
    return str(found)


def bare(text: str) -> str:
    """`@home` and `home` are one label."""
    bare = text.removeprefix("@").strip()
    if not bare:
        raise ValueError("Behind the @ a name is missing.")
    return bare


def named_context(text: str) -> str:
    return as_context(bare(text))
