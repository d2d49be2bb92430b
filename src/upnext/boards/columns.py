"""The use cases of a board's columns. Who changes them changes the board, and its version."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.boards import queries
from upnext.boards.models import Column, name_key
from upnext.boards.policy import UPDATE
from upnext.boards.schemas import MOST_COLUMNS, Beside, ColumnAdd, ColumnPatch, told
from upnext.boards.service import Whole, hold, keep, new_column
from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.tasks import placing
from upnext.tasks.models import CLOSED, Task
from upnext.tasks.writing import apply

MOST_MOVED = 1_000
"""So many cards get another status in one transaction."""


async def add(
    session: AsyncSession,
    actor: Actor,
    board_id: UUID,
    data: ColumnAdd,
    *,
    expected: int | None = None,
) -> tuple[Whole, Column]:
    board, before = await hold(session, actor, UPDATE, board_id, expected=expected)
    if len(before) >= MOST_COLUMNS:
        detail = f"A board has at most {MOST_COLUMNS} columns. Remove one first."
        raise Conflict(detail, code="too_many_columns")
    was = _told(before)
    column = new_column(board, data, len(before))
    session.add(column)
    await session.flush()
    columns = _placed([*before, column], column, data)
    await keep(session, actor, board, {"columns": (was, _told(columns))})
    return Whole(board, columns), column


async def change(
    session: AsyncSession,
    actor: Actor,
    board_id: UUID,
    column_id: UUID,
    data: ColumnPatch,
    *,
    expected: int | None = None,
) -> tuple[Whole, Column]:
    """Another status is given to its cards as well, each with all that follows from that."""
    board, before = await hold(session, actor, UPDATE, board_id, expected=expected)
    column = _one(before, column_id)
    was, status = _told(before), column.status
    for name in data.model_fields_set - Beside.model_fields.keys():
        setattr(column, name, getattr(data, name))
    column.name_key = name_key(column.name)
    columns = _placed(before, column, data)
    if _told(columns) == was:
        return Whole(board, columns), column
    await keep(session, actor, board, {"columns": (was, _told(columns))})
    if column.status != status:
        await _fill(session, actor, column, await _cards(session, column_id), stay=True)
    return Whole(board, columns), column


async def reorder(
    session: AsyncSession,
    actor: Actor,
    board_id: UUID,
    column_ids: Sequence[UUID],
    *,
    expected: int | None = None,
) -> Whole:
    board, before = await hold(session, actor, UPDATE, board_id, expected=expected)
    by_id = {column.id: column for column in before}
    if len(set(column_ids)) != len(column_ids):
        raise invalid_field("/column_ids", "Name each column once.", "column_twice")
    if set(column_ids) != set(by_id):
        # Most likely somebody added or removed one since.
        raise Conflict(
            "These are not the columns that the board has now. Read it again and name all of them.",
            code="columns_changed",
        )
    was, columns = _told(before), [by_id[column_id] for column_id in column_ids]
    _number(columns)
    if _told(columns) != was:
        await keep(session, actor, board, {"columns": (was, _told(columns))})
    return Whole(board, columns)


async def remove(
    session: AsyncSession,
    actor: Actor,
    board_id: UUID,
    column_id: UUID,
    target_id: UUID | None,
    *,
    expected: int | None = None,
) -> None:
    """Its cards go into the target, a column of the board, whose status they get."""
    board, before = await hold(session, actor, UPDATE, board_id, expected=expected)
    column = _one(before, column_id)
    rest = [one for one in before if one is not column]
    if not rest:
        detail = "A board has at least one column. Add another first, or delete the board."
        raise Conflict(detail, code="last_column")
    await session.execute(queries.lock_columns(board_id))
    ((count,),) = await rows_of(session, queries.COUNT, {"column_id": column_id})
    if count and target_id is None:
        cards = "1 card" if count == 1 else f"{count} cards"
        detail = f"{column.name} holds {cards}. Say with `target` which column they go to."
        raise Conflict(detail, code="column_not_empty", count=count)
    if target_id is not None:
        if target_id == column_id:
            raise invalid_field("?target", "The target is another column than the one removed.")
        await _empty(session, actor, column, _one(rest, target_id))
    await session.execute(queries.release_column(column_id))
    was = _told(before)
    session.expunge(column)
    await session.execute(queries.drop_column(column_id))
    _number(rest)
    await keep(session, actor, board, {"columns": (was, _told(rest))})


async def _empty(session: AsyncSession, actor: Actor, column: Column, target: Column) -> None:
    if target.status == column.status:
        now = unit_of(session).now
        await session.execute(queries.shift(column.id, target.id, now))
        return
    await _fill(session, actor, target, await _cards(session, column.id), stay=False)


async def _cards(session: AsyncSession, column_id: UUID) -> Sequence[Task]:
    cards = (await session.scalars(queries.cards_for_update(column_id))).all()
    if len(cards) > MOST_MOVED:
        detail = (
            f"Its {len(cards)} cards would get another status, and {MOST_MOVED:,} at once are the "
            "most. Move some of them first."
        )
        raise Conflict(detail, code="too_many_cards", count=len(cards))
    return cards


async def _fill(
    session: AsyncSession, actor: Actor, column: Column, cards: Sequence[Task], *, stay: bool
) -> None:
    """Gives the cards the column's status; if they do not `stay` where they are, its place too."""
    now = unit_of(session).now
    for index, card in enumerate(cards):
        place = len(cards) - index if column.status in CLOSED else index
        values = {"status": column.status, "board_id": column.board_id, "column_id": column.id}
        if not stay:
            moment = placing.Moment(now, place)
            values["position"] = placing.height(column.status, moment)
        await apply(session, actor, card, values)


def _one(columns: Iterable[Column], column_id: UUID) -> Column:
    found = next((column for column in columns if column.id == column_id), None)
    if found is None:
        raise NotFound("There is no such column on this board.")
    return found


def _placed(columns: Sequence[Column], column: Column, wanted: Beside) -> list[Column]:
    """With the column where it is wanted; without a wish where it was."""
    anchor_id = wanted.before or wanted.after
    if anchor_id is None or anchor_id == column.id:
        return list(columns)
    rest = [one for one in columns if one is not column]
    place = rest.index(_one(rest, anchor_id)) + (wanted.after is not None)
    placed = [*rest[:place], column, *rest[place:]]
    _number(placed)
    return placed


def _number(columns: Iterable[Column]) -> None:
    for rank, column in enumerate(columns):
        column.rank = rank


def _told(columns: Iterable[Column]) -> list[dict[str, object]]:
    return [told(column) for column in columns]
