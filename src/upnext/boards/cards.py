"""Moving cards: where between its neighbours one comes to lie, and which columns take no more."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.boards import queries
from upnext.boards.policy import READ
from upnext.boards.schemas import MoveIn
from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.inserts import settle
from upnext.core.load import permit
from upnext.core.types import micros
from upnext.tasks.events import TaskCompleted, TaskCreated, TaskReopened, TaskUpdated
from upnext.tasks.fields import Values
from upnext.tasks.models import CLOSED, Status, Task
from upnext.tasks.placing import FULL, Moment, Room, RoomIn, height
from upnext.tasks.policy import UPDATE
from upnext.tasks.writing import apply, hold

SPREAD = 2**30
"""How far apart a column's cards are laid: thirty more fit between two, one after the other."""
APART = 2**15
"""How far apart its neighbours have to come to lie, if no more than they make room for a card."""
NEIGHBOURS = (32, 256)
"""How many of them on each side, before it is all the cards of the column."""


class Aim(NamedTuple):
    """What is to be known of a column that a card comes to; `queries.AIM_NAMES`."""

    id: UUID
    board_id: UUID
    workspace_id: UUID
    project_id: UUID
    name: str
    status: Status
    wip_limit: int | None
    wip_hard: bool


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
    column = await _aim(session, data.column_id, held=True)
    missing = NotFound("There is no such column.")
    if column is None:
        raise missing
    permit(actor, READ, column.workspace_id, column.project_id, missing=missing)
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


async def _is_over(session: AsyncSession, column: Aim) -> bool:
    return column.wip_limit is not None and await _count(session, column.id) > column.wip_limit


async def _count(session: AsyncSession, column_id: UUID) -> int:
    await settle(session)
    return int((await rows_of(session, queries.COUNT, {"column_id": column_id}))[0][0])


async def _position(session: AsyncSession, column: Aim, task_id: UUID, data: MoveIn) -> int:
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
        await _make_room(session, column, anchor_id, micros(now))
        found = _between(await _beside(session, column, task_id, data), column, micros(now))
    if found is None:
        raise AssertionError("there is no room between cards that were just laid apart")
    return found


async def _beside(session: AsyncSession, column: Aim, task_id: UUID, data: MoveIn) -> Place:
    statement = queries.BEFORE if data.before else queries.AFTER
    ids = {"column_id": column.id, "anchor_id": data.before or data.after, "moving_id": task_id}
    rows = await rows_of(session, statement, ids)
    if not rows or rows[0].column_id != column.id or rows[0].deleted_at is not None:
        raise Conflict(
            f"The card to lie {'before' if data.before else 'after'} is not in {column.name} any "
            "more. Read the board again.",
            code="card_elsewhere",
        )
    anchor, neighbour, *_ = rows[0]
    return Place(neighbour, anchor) if data.before else Place(anchor, neighbour)


def _between(place: Place, column: Aim, now: int) -> int | None:
    """None: no whole number lies between. The top and the bottom have room without end."""
    above, below = place
    if above is None:
        return (0 if below is None else below) - SPREAD
    if below is None:
        # What comes later goes below it: so it must not lie further down than now, if it can.
        return above + SPREAD if column.status in CLOSED else max(above + 1, now)
    return (above + below) // 2 if below - above > 1 else None


async def _make_room(session: AsyncSession, column: Aim, anchor_id: UUID, now: int) -> None:
    """Lays the cards around it apart evenly, in the order that they have: as few as will do."""
    for most in NEIGHBOURS:
        values = {"column_id": column.id, "anchor_id": anchor_id, "most": most}
        above = await rows_of(session, queries.ABOVE, values)
        near = [*reversed(above), *await rows_of(session, queries.BELOW, values)]
        # The outermost two stay where they are.
        apart = (near[-1][1] - near[0][1]) // max(1, len(near) - 1)
        if apart >= APART:
            await _lay(session, column, [row[0] for row in near], near[0][1], apart)
            return
    ids = (await session.scalars(queries.card_ids_for_update(column.id))).all()
    first = -now if column.status in CLOSED else now - len(ids) * SPREAD
    await _lay(session, column, ids, first, SPREAD)


async def _lay(
    session: AsyncSession, column: Aim, ids: Sequence[UUID], first: int, apart: int
) -> None:
    rows = [
        {"card_id": each, "there": column.id, "at": first + place * apart}
        for place, each in enumerate(ids)
    ]
    connection = await session.connection()
    await connection.execute(queries.SPREAD, rows)


Placed = TaskCreated | TaskUpdated | TaskCompleted | TaskReopened


async def on_task_placed(session: AsyncSession, actor: Actor, change: Placed) -> None:
    """Refuses what comes into a column that is full and takes no more, whatever way it comes.

    Raises Conflict with the count.
    """
    await on_tasks_placed(session, actor, [change])


async def on_tasks_placed(session: AsyncSession, _: Actor, changes: Sequence[Placed]) -> None:
    """The same for many: those of one column are counted together."""
    coming: Counter[UUID] = Counter()
    for change in changes:
        column_id = change.diff.get("column_id", (None, None))[1]
        if column_id and not (isinstance(change, TaskCreated) and change.follows):
            coming[UUID(column_id)] += 1
    for each, new in coming.items():
        column = await _strict(session, each)
        if column is None or column.wip_limit is None:
            continue
        count = await _count(session, each)
        if count > column.wip_limit:
            raise _full(column, column.wip_limit, count - new)


async def judge_room(session: AsyncSession, _: Actor, asked: RoomIn) -> dict[UUID, Room]:
    """What tasks asks before many cards move."""
    found: dict[UUID, Room] = {}
    for column_id in sorted(asked.column_ids, key=str):
        column = await _strict(session, column_id)
        if column is not None and column.wip_limit is not None:
            count, limit = await _count(session, column_id), column.wip_limit
            found[column_id] = Room(count, limit, partial(_full, column, limit))
    return found


async def _strict(session: AsyncSession, column_id: UUID) -> Aim | None:
    """The column if it takes no more than its limit; then nobody else puts cards there now."""
    column = await _aim(session, column_id)
    if column is None or column.wip_limit is None or not column.wip_hard:
        return None
    return await _aim(session, column_id, held=True)


def _full(column: Aim, limit: int, count: int) -> Conflict:
    return Conflict(
        f"{column.name} is full: it holds {count} of {limit} cards. Finish or move one of them "
        "first.",
        code=FULL,
        count=count,
        limit=limit,
        column_id=str(column.id),
    )


async def _aim(session: AsyncSession, column_id: UUID, *, held: bool = False) -> Aim | None:
    """Read once in a transaction, since many cards may come; locked until its end if `held`."""
    known: dict[tuple[UUID, bool], Aim] = session.info.setdefault("aims", {})
    found = known.get((column_id, True)) or known.get((column_id, held))
    if found is None:
        statement = queries.AIM_HELD if held else queries.AIM
        rows = await rows_of(session, statement, {"column_id": column_id})
        if not rows:
            return None
        found = known[column_id, held] = Aim(*rows[0])
    return found
