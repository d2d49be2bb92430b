"""What showing a board asks the database: the board, its cards, and which of these have changed."""

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Integer,
    Select,
    SmallInteger,
    String,
    Table,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as cast_sql
from sqlalchemy.dialects.postgresql import aggregate_order_by

from upnext.boards.models import Board, Column
from upnext.core.lanes import Prepared
from upnext.core.lanes.many import bound
from upnext.core.lanes.queries import RowState
from upnext.core.types import Id, LongText
from upnext.tasks.models import Task
from upnext.workspaces.models import Project

TASK = cast(Table, Task.__table__)
PROJECT = cast(Table, Project.__table__)
COLUMN = cast(Table, Column.__table__)

_CARD = (
    "id",
    "key",
    "parent_id",
    "title",
    "status",
    "priority",
    "category",
    "estimated_duration",
    "due_at",
    "start_at",
    "tags",
    "context",
    "energy",
    "assignee_ids",
    "updated_at",
    "version",
)
_LISTS = frozenset({"tags", "context", "assignee_ids"})
_RANKS = frozenset({"status", "priority", "energy"})
_BOARD = (
    "id",
    "workspace_id",
    "project_id",
    "name",
    "default",
    "created_at",
    "updated_at",
    "version",
)
_COLUMN = ("id", "name", "status", "wip_limit", "wip_hard")
BOARD_NAMES, COLUMN_NAMES, CARD_NAMES = _BOARD, _COLUMN, _CARD
AT = bindparam("board_id", type_=Id)

BOARD = Prepared(
    select(
        *(Board.__table__.c[name] for name in _BOARD),
        PROJECT.c.deleted_at.label("trashed"),
        *(COLUMN.c[name].label(f"column_{name}") for name in _COLUMN),
    )
    .select_from(Board.__table__.join(PROJECT, PROJECT.c.id == Board.__table__.c.project_id))
    .join(COLUMN, COLUMN.c.board_id == Board.__table__.c.id)
    .where(Board.__table__.c.id == AT)
    .order_by(COLUMN.c.rank, COLUMN.c.id)
)
"""A row for each column, by `board_id`; a board has at least one."""


STATE = (cast_sql(TASK.c.id, String) + " " + RowState(TASK.c.id)).label("state")
"""Another one after each change of a card; None where the database does not say."""


@lru_cache(maxsize=32)
def cards(columns: int) -> Prepared:
    """The first cards of each column: `column_0`, of which `limit_0`, and so on.

    The rows are CARD_NAMES, with the ranks of enums, then `blocker_count`, the card's state, its
    position, and the column's place among these.
    """
    parts = [_first(place, *_whole()).subquery() for place in range(columns)]
    return Prepared(union_all(*(select(part) for part in parts)))


@lru_cache(maxsize=32)
def states(columns: int) -> Prepared:
    """Of each column its place and the states of the same cards, with commas between them.

    Only for databases that tell them.
    """
    return Prepared(union_all(*map(_states, range(columns))))


def _states(place: int) -> Select[Any]:
    part = _first(place, TASK.c.id, STATE, TASK.c.position).subquery()
    comma = aggregate_order_by(literal_column("','", String), part.c.position, part.c.id)
    return select(
        literal_column(str(place), Integer).label("place"),
        func.string_agg(part.c.state, comma).label("states"),
    )


def _first(place: int, *shown: Any) -> Select[Any]:  # columns
    return (
        select(*shown, literal_column(str(place), Integer).label("place"))
        .where(
            TASK.c.column_id == bindparam(f"column_{place}", type_=Id), TASK.c.deleted_at.is_(None)
        )
        .order_by(TASK.c.position, TASK.c.id)
        .limit(bindparam(f"limit_{place}", type_=Integer))
    )


def _whole() -> list[Any]:  # as above
    shown = [_shown(name) for name in (*_CARD, "blocker_count")]
    return [*shown, STATE, TASK.c.position]


@lru_cache(maxsize=32)
def cards_among(count: int) -> Prepared:
    """The cards `card_0` and on, as `cards` has them but for the column's place."""
    return Prepared(select(*_whole()).where(TASK.c.id.in_(bound("card", count, Id))))


def _shown(name: str) -> Any:  # a column, the text or the number of one
    column = TASK.c[name]
    if name in _RANKS:
        return type_coerce(column, SmallInteger).label(name)
    return cast_sql(column, LongText).label(name) if name in _LISTS else column


@lru_cache(maxsize=32)
def counts(columns: int) -> Prepared:
    return Prepared(
        select(TASK.c.column_id, func.count().label("cards"))
        .where(TASK.c.column_id.in_(bound("column", columns, Id)), TASK.c.deleted_at.is_(None))
        .group_by(TASK.c.column_id)
    )
