"""Moving cards: where between its neighbours one comes to lie, and which columns take no more."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.boards import queries
from upnext.boards.models import Column
from upnext.boards.policy import READ
from upnext.boards.schemas import MoveIn
from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import unit_of
from upnext.core.errors import Conflict, invalid_field
from upnext.core.load import load_for
from upnext.core.types import micros
from upnext.tasks.events import TaskCompleted, TaskCreated, TaskReopened, TaskUpdated
from upnext.tasks.fields import Values
from upnext.tasks.models import CLOSED, Task
from upnext.tasks.placing import Moment, height
from upnext.tasks.policy import UPDATE
from upnext.tasks.writing import apply, hold

SPREAD = 2**20
"""How far apart cards are laid when there is no room left between two: twenty more fit between."""


class Place(NamedTuple):
    """Between which positions a card goes; None: nothing lies on that side."""

    above: int | None
    below: int | None


async def move(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    data: MoveIn,
    *,
    expected: int | None = None,
) -> tuple[Task, bool]:
    """The task, and whether its column is over its limit now. Entering a column changes the
    status, as any change of it does; within its column a card keeps what it has."""
    # Before the card, so that whoever moves cards into one column waits here, and holds none.
    held = await session.scalar(queries.column_for_update(data.column_id))
    column = await load_for(session, actor, READ, Column, data.column_id)
    _held(session)[column.id] = held or column
    task = await hold(session, actor, UPDATE, task_id, expected=expected)
    if task.project_id != column.project_id:
        raise Conflict(
            "This column is on a board of another project. Move the task to that project first.",
            code="column_elsewhere",
        )
    values: Values = {"board_id": column.board_id, "column_id": column.id}
    if task.column_id != column.id:
        values["status"] = column.status
    values["position"] = await _position(session, column, task_id, data)
    await apply(session, actor, task, values)
    return task, await _is_over(session, column)


async def _is_over(session: AsyncSession, column: Column) -> bool:
    if column.wip_limit is None:
        return False
    return (await session.scalar(queries.count_cards(column.id)) or 0) > column.wip_limit


async def _position(session: AsyncSession, column: Column, task_id: UUID, data: MoveIn) -> int:
    now = unit_of(session).now
    anchor_id = data.before or data.after
    if anchor_id is None:
        return height(column.status, Moment(now))
    if anchor_id == task_id:
        pointer = "/before" if data.before else "/after"
        raise invalid_field(pointer, "A card cannot lie beside itself. Name another one.")
    place = await _beside(session, column, task_id, data)
    found = _between(place, column, micros(now))
    if found is None:
        await _spread(session, column, micros(now))
        found = _between(await _beside(session, column, task_id, data), column, micros(now))
    if found is None:
        raise AssertionError("there is no room between cards that were just laid apart")
    return found


async def _beside(session: AsyncSession, column: Column, task_id: UUID, data: MoveIn) -> Place:
    anchor_id, before = (data.before, True) if data.before else (data.after, False)
    assert anchor_id is not None  # noqa: S101  (the caller asked for one of them)
    statement = queries.beside(column.id, anchor_id, task_id, before=before)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Conflict(
            f"The card to lie {'before' if before else 'after'} is not in {column.name} any more. "
            "Read the board again.",
            code="card_elsewhere",
        )
    anchor, neighbour = row
    return Place(neighbour, anchor) if before else Place(anchor, neighbour)


def _between(place: Place, column: Column, now: int) -> int | None:
    """None: no whole number lies between. The top and the bottom have room without end."""
    above, below = place
    if above is None:
        return (0 if below is None else below) - SPREAD
    if below is None:
        # What comes later goes below it: so it must not lie further down than now, if it can.
        return above + SPREAD if column.status in CLOSED else max(above + 1, now)
    return (above + below) // 2 if below - above > 1 else None


async def _spread(session: AsyncSession, column: Column, now: int) -> None:
    """Lays the column's cards apart evenly, in the order that they have."""
    ids = (await session.scalars(queries.card_ids_for_update(column.id))).all()
    first = -now if column.status in CLOSED else now - len(ids) * SPREAD
    rows = [{"card_id": each, "at": first + place * SPREAD} for place, each in enumerate(ids)]
    connection = await session.connection()
    await connection.execute(queries.SPREAD, rows)


async def on_task_placed(
    session: AsyncSession,
    _: Actor,
    change: TaskCreated | TaskUpdated | TaskCompleted | TaskReopened,
) -> None:
    """Refuses what comes into a column that is full and takes no more, whatever way it comes.

    Raises Conflict with the count.
    """
    column_id = change.diff.get("column_id", (None, None))[1]
    if column_id is None or (isinstance(change, TaskCreated) and change.follows):
        return
    column = await _known(session, UUID(column_id))
    if column.wip_limit is None or not column.wip_hard:
        return
    await session.execute(queries.column_for_update(column.id))
    count = (await session.scalar(queries.count_cards(column.id)) or 0) - 1
    if count >= column.wip_limit:
        raise Conflict(
            f"{column.name} is full: it holds {count} of {column.wip_limit} cards. Finish or move "
            "one of them first.",
            code="column_full",
            count=count,
            limit=column.wip_limit,
            column_id=str(column.id),
        )


async def _known(session: AsyncSession, column_id: UUID) -> Column:
    """Read once in a transaction: a session forgets what nobody holds, and many tasks may come."""
    held = _held(session)
    if column_id not in held:
        held[column_id] = await load_for(session, SYSTEM, READ, Column, column_id)
    return held[column_id]


def _held(session: AsyncSession) -> dict[UUID, Column]:
    held: dict[UUID, Column] = session.info.setdefault("columns", {})
    return held
