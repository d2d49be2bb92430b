"""Every statement on boards, their columns and the places of cards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as cast_sql

from upnext.boards.models import Board, Column, name_key
from upnext.core.auth import Actor
from upnext.core.types import Id
from upnext.tasks.models import CLOSED, Status, Task
from upnext.workspaces.models import Project, Workspace

TASK = cast(Table, Task.__table__)
PROJECT = cast(Table, Project.__table__)
COLUMN = cast(Table, Column.__table__)
SPACED = 2**16
"""How far apart cards lie that lay on no board before, by their numbers."""


# Boards and columns


def project_for_update(project_id: UUID) -> Select[*tuple[Any, ...]]:
    """Locked, with since when it or its workspace is archived. Boards change one after another."""
    archived = (
        select(Workspace.archived_at)
        .where(Workspace.id == Project.workspace_id)
        .correlate(Project)
        .scalar_subquery()
    )
    return (
        select(Project, func.coalesce(Project.archived_at, archived).label("archived"))
        .where(Project.id == project_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def board(board_id: UUID) -> Select[Board]:
    """As it is now, whatever the session had."""
    return select(Board).where(Board.id == board_id).execution_options(populate_existing=True)


def boards_of(project_id: UUID) -> Select[Board]:
    return select(Board).where(Board.project_id == project_id).order_by(Board.created_at, Board.id)


def columns_of(board_ids: Collection[UUID]) -> Select[Column]:
    """From the left."""
    return (
        select(Column)
        .where(Column.board_id.in_(board_ids))
        .order_by(Column.board_id, Column.rank, Column.id)
        .execution_options(populate_existing=True)
    )


def lock_columns(board_id: UUID) -> Select[UUID]:
    """Against all who put a card there meanwhile, by whatever way."""
    return select(Column.id).where(Column.board_id == board_id).with_for_update()


def drop_column(column_id: UUID) -> Delete:
    return delete(COLUMN).where(COLUMN.c.id == column_id)


def write_layout(project_id: UUID, layout: Mapping[str, Any] | None) -> Update:
    """Makes it a new version: a task that is just being added by what stood there starts anew."""
    values = {"layout": layout, "version": PROJECT.c.version + 1}
    return update(PROJECT).where(PROJECT.c.id == project_id).values(values)


# Cards


def cards_for_update(column_id: UUID) -> Select[Task]:
    return (
        select(Task)
        .where(Task.column_id == column_id, Task.deleted_at.is_(None))
        .order_by(Task.position, Task.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def card_ids_for_update(column_id: UUID) -> Select[UUID]:
    """In their order."""
    return (
        select(Task.id)
        .where(Task.column_id == column_id, Task.deleted_at.is_(None))
        .order_by(Task.position, Task.id)
        .with_for_update(key_share=True)
    )


# Moving is done all the time, so its statements are built once; they take their values by name.

THERE = bindparam("column_id", type_=Id)
AIM_NAMES = (
    *("id", "board_id", "workspace_id", "project_id", "name", "status"),
    *("wip_limit", "wip_hard"),
)
AIM = select(*(COLUMN.c[name] for name in AIM_NAMES)).where(COLUMN.c.id == THERE)
AIM_HELD = AIM.with_for_update(key_share=True)
"""Who moves cards into one column waits here for each other."""
COUNT = select(func.count()).where(TASK.c.column_id == THERE, TASK.c.deleted_at.is_(None))


def _beside(*, before: bool) -> Select[*tuple[Any, ...]]:
    other = TASK.alias("other")
    here, there = (TASK.c, other.c) if before else (other.c, TASK.c)
    beyond = and_(there.position <= here.position,
                  or_(there.position < here.position, there.id < here.id))  # fmt: skip
    found = func.max(other.c.position) if before else func.min(other.c.position)
    anchor, moving = bindparam("anchor_id", type_=Id), bindparam("moving_id", type_=Id)
    neighbour = (
        select(found)
        .where(
            other.c.column_id == THERE,
            other.c.deleted_at.is_(None),
            other.c.id != anchor,
            other.c.id != moving,
            beyond,
        )
        .correlate(TASK)
        .scalar_subquery()
    )
    # By its id alone: of a whole column's index entries most are of where cards have been.
    return select(TASK.c.position, neighbour, TASK.c.column_id, TASK.c.deleted_at).where(
        TASK.c.id == anchor
    )


BEFORE, AFTER = _beside(before=True), _beside(before=False)
"""The positions of a card and of its neighbour on that side of it in the column, but for
`moving_id`; and where the card lies."""


def _nearest(*, above: bool) -> Select[*tuple[Any, ...]]:
    """Up to `most` cards of the column from `anchor_id` on, the nearest first."""
    anchor = select(TASK.c.position).where(TASK.c.id == bindparam("anchor_id", type_=Id))
    at, here = anchor.scalar_subquery(), TASK.c.position
    order = (here.desc(), TASK.c.id.desc()) if above else (here, TASK.c.id)
    return (
        select(TASK.c.id, here)
        .where(
            TASK.c.column_id == THERE,
            TASK.c.deleted_at.is_(None),
            here < at if above else here >= at,
        )
        .order_by(*order)
        .limit(bindparam("most", type_=Integer))
    )


ABOVE, BELOW = _nearest(above=True), _nearest(above=False)


# Leaves the versions alone: nobody is shown a position. Whoever takes the card elsewhere meanwhile
# has given it another one.
SPREAD = (
    update(TASK)
    .where(
        TASK.c.id == bindparam("card_id", type_=Id),
        TASK.c.column_id == bindparam("there", type_=Id),
    )
    .values(position=bindparam("at", type_=BigInteger))
)


def take(project_id: UUID, board_id: UUID, homes: Mapping[Status, UUID], now: datetime) -> Update:
    """Puts what lies on no board into the column of its status: open tasks in the order of their
    numbers, the closed ones against it."""
    where = (TASK.c.project_id == project_id, TASK.c.board_id.is_(None))
    spaced = cast_sql(TASK.c.number, BigInteger) * SPACED
    return _put(where, board_id, homes, now).values(
        position=case((TASK.c.status.in_(CLOSED), -spaced), else_=spaced)
    )


def hand_over(
    board_id: UUID, target_id: UUID, homes: Mapping[Status, UUID], now: datetime
) -> Update:
    """Puts all cards of a board into the columns of another one; each keeps its position."""
    return _put((TASK.c.board_id == board_id,), target_id, homes, now)


def _put(
    where: Sequence[Any], board_id: UUID, homes: Mapping[Status, UUID], now: datetime
) -> Update:
    column = case(
        *((TASK.c.status == status, literal(column_id, Id)) for status, column_id in homes.items())
    )
    return (
        update(TASK)
        .where(*where, TASK.c.deleted_at.is_(None))
        .values(board_id=board_id, column_id=column, updated_at=now, version=TASK.c.version + 1)
    )


def shift(column_id: UUID, target_id: UUID, now: datetime) -> Update:
    """All cards of a column into another one of the same status; each keeps its position."""
    return (
        update(TASK)
        .where(TASK.c.column_id == column_id, TASK.c.deleted_at.is_(None))
        .values(column_id=target_id, updated_at=now, version=TASK.c.version + 1)
    )


def release_board(board_id: UUID) -> Update:
    return _released().where(TASK.c.board_id == board_id)


def release_column(column_id: UUID) -> Update:
    return _released().where(TASK.c.column_id == column_id)


def _released() -> Update:
    nowhere = {"board_id": None, "column_id": None, "position": None}
    return update(TASK).values(**nowhere, version=TASK.c.version + 1)


# By what people call them


def boards_called(actor: Actor, name: str) -> Select[UUID]:
    """In any case. Whose tasks the actor may not see finds none of them."""
    return select(Board.id).where(
        Board.workspace_id.in_(list(actor.workspaces)), Board.name_key == name_key(name)
    )


def columns_called(actor: Actor, name: str) -> Select[UUID]:
    return select(Column.id).where(
        Column.workspace_id.in_(list(actor.workspaces)), Column.name_key == name_key(name)
    )
