"""One page of tasks as a prepared statement: what a list asks for, apart from the values it names.

Two requests of one shape differ in ids, instants and texts only. These are bound by name, so that
their statement is built and compiled once.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam

from upnext.core.auth import Actor
from upnext.core.lanes import Prepared, Row
from upnext.core.lanes.many import bound, numbered
from upnext.core.paging import Order, parse_sort
from upnext.core.queries import like
from upnext.core.text import like as pattern_of
from upnext.core.types import Id, micros
from upnext.tasks import queries, states
from upnext.tasks.filters import IDENTITY, SORT_FIELDS, TaskFilters
from upnext.tasks.models import Task, folded
from upnext.tasks.wire import sorted_by

Condition = ColumnElement[bool]
KEY = 100


ONE = Prepared(queries.listed(bindparam("task_id", type_=Id)))
"""One task, by `task_id`."""


class Shape(NamedTuple):
    """`asked` holds (name, what is fixed of its value), in the order of `_RULES`."""

    workspaces: int
    asked: tuple[tuple[str, Hashable], ...]
    hidden: int
    sort: str = ""
    behind: bool = False


class Question(NamedTuple):
    shape: Shape
    values: dict[str, Any]


class Rule(NamedTuple):
    """`condition` gets what `read` makes of a value: as it is if that is `fixed`, else bound."""

    read: Callable[[Any], Any]
    condition: Callable[[Any], Condition]
    fixed: bool = False


def question(
    filters: TaskFilters, actor: Actor, workspaces: Sequence[UUID], now: datetime
) -> Question:
    """What `filters` ask for, with what the actor may not see left out."""
    values: dict[str, Any] = numbered("workspace", workspaces) | numbered("hidden", actor.hidden)
    asked = []
    for name, rule in _RULES.items():
        given = getattr(filters, name)
        if given is None or given == []:
            continue
        value = rule.read(actor.user_id if given == "me" else given)
        fixed = value if rule.fixed else len(value) if isinstance(value, list) else None
        asked.append((name, fixed))
        if not rule.fixed:
            values |= numbered(name, value) if isinstance(value, list) else {name: value}
    if filters.overdue is not None:
        values["now"] = micros(now)
    return Question(Shape(len(workspaces), tuple(asked), len(actor.hidden)), values)


def behind(asked: Question, order: Order, after: Sequence[Any] | None) -> Question:
    """The same in an order, behind the row that has `after` in the order's columns."""
    shape = asked.shape._replace(sort=order.signature, behind=after is not None)
    return Question(shape, asked.values | numbered("after", after or ()))


def page(shape: Shape, said: Sequence[Condition] = ()) -> Prepared:
    """Also bound: `limit`, `offset` and `reach`, as `queries.page` has them.

    What a filter's words say differs each time, and so is compiled each time.
    """
    return _page_that(shape, said) if said else _page(shape)


@lru_cache(maxsize=200)
def _page(shape: Shape) -> Prepared:
    return _page_that(shape, ())


def _page_that(shape: Shape, said: Sequence[Condition]) -> Prepared:
    order = order_of(shape.sort)
    where = [*conditions(shape), *said]
    if shape.behind:
        where.append(order.behind(bound("after", len(order.terms))))
    return Prepared(queries.page(_workspaces(shape), where, order))


def place_of(order: Order, row: Row) -> list[Any]:
    """What a row of a page has in the order's columns."""
    return [row[place] for place in _places(order.signature)]


@lru_cache(maxsize=500)
def _places(sort: str) -> Sequence[int]:
    return sorted_by(order_of(sort).columns())


def total(shape: Shape, said: Sequence[Condition] = ()) -> Prepared:
    return Prepared(queries.total(_workspaces(shape), [*conditions(shape), *said]))


@lru_cache(maxsize=500)
def order_of(sort: str) -> Order:
    """Raises Invalid for a field that a list cannot be sorted by."""
    return parse_sort(sort.removesuffix(",-id").removesuffix(",id"), SORT_FIELDS, IDENTITY)


def _workspaces(shape: Shape) -> list[Any]:
    return bound("workspace", shape.workspaces, Id)


def conditions(shape: Shape) -> Iterator[Condition]:
    """Everything but the workspaces; the values that the question names are bound."""
    for name, fixed in shape.asked:
        rule = _RULES[name]
        if rule.fixed:
            yield rule.condition(fixed)
        else:
            yield rule.condition(bound(name, fixed) if isinstance(fixed, int) else bindparam(name))
    if shape.hidden:
        yield Task.project_id.not_in(bound("hidden", shape.hidden, Id))


def _as_it_is(value: Any) -> Any:  # of any column
    return value


def _trashed(wanted: bool) -> Condition:
    return Task.deleted_at.is_not(None) if wanted else Task.deleted_at.is_(None)


_RULES: dict[str, Rule] = {
    "trashed": Rule(_as_it_is, _trashed, fixed=True),
    "project_id": Rule(_as_it_is, lambda value: Task.project_id == value),
    "parent_id": Rule(_as_it_is, lambda value: Task.parent_id == value),
    "goal_id": Rule(_as_it_is, lambda value: Task.goal_id == value),
    "board_id": Rule(_as_it_is, lambda value: Task.board_id == value),
    "column_id": Rule(_as_it_is, lambda value: Task.column_id == value),
    "status": Rule(tuple, states.one_of, fixed=True),
    "completed": Rule(_as_it_is, states.completed, fixed=True),
    "priority": Rule(tuple, Task.priority.in_, fixed=True),
    "category": Rule(lambda v: folded(v, KEY), lambda value: Task.category_key == value),
    "tag": Rule(lambda tags: [folded(tag, KEY) for tag in tags], queries.has_tag),
    "assignee_id": Rule(_as_it_is, queries.has_assignee),
    "due_before": Rule(micros, lambda value: and_(Task.due_at.is_not(None), Task.due_key < value)),
    "due_after": Rule(micros, lambda value: and_(Task.due_at.is_not(None), Task.due_key >= value)),
    "overdue": Rule(_as_it_is, lambda on: states.overdue(on, bindparam("now")), fixed=True),
    "blocked": Rule(_as_it_is, states.blocked, fixed=True),
    "sla_breached": Rule(_as_it_is, Task.sla_breached.is_, fixed=True),
    "text": Rule(pattern_of, lambda value: like(queries.TASK.c.search_text, value)),
    "key": Rule(str.upper, lambda value: Task.key == value),
    "external_id": Rule(_as_it_is, lambda value: Task.external_id == value),
}
