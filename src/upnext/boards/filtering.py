"""What the filter language can say of boards: `board = Website and column = "In review"`."""

from typing import Any

from sqlalchemy import and_

from upnext.boards import queries
from upnext.core.auth import Actor
from upnext.tasks.filtering.comparing import as_id, word
from upnext.tasks.filtering.kinds import Condition, Field, Fields, Kind, Scope
from upnext.tasks.filtering.tree import Op, Value
from upnext.tasks.models import Task


def _board(_: Op, value: Value, scope: Scope) -> Condition:
    return _one_of(Task.board_id, value, scope.actor, queries.boards_called)


def _column(_: Op, value: Value, scope: Scope) -> Condition:
    return _one_of(Task.column_id, value, scope.actor, queries.columns_called)


def _one_of(place: Any, value: Value, actor: Actor, called: Any) -> Condition:  # mapped attributes
    name = word(value)
    found = as_id(name)
    same = place == found if found is not None else place.in_(called(actor, name))
    return and_(place.is_not(None), same)


_ALL = (
    Field(
        name="board",
        aliases=("board_id",),
        kind=Kind.NAMES,
        compare=_board,
        missing=lambda: Task.board_id.is_(None),
    ),
    Field(
        name="column",
        aliases=("column_id",),
        kind=Kind.NAMES,
        compare=_column,
        missing=lambda: Task.column_id.is_(None),
    ),
)
FIELDS: Fields = {each.name: each for each in _ALL}
