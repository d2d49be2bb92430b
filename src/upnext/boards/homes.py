"""Which column is a status's home, and the layout that tells tasks so."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.boards import queries
from upnext.boards.models import Board, Column
from upnext.tasks.models import Status

_RANKS = {status: rank for rank, status in enumerate(Status)}


def homes_of(columns: Sequence[Column]) -> dict[Status, UUID]:
    """For each status the first column from the left that stands for it. Where none does, the
    last one that stands for the nearest status before; else the first column."""
    return {status: _home(status, columns) for status in Status}


def _home(status: Status, columns: Sequence[Column]) -> UUID:
    same = [column.id for column in columns if column.status == status]
    if same:
        return same[0]
    earlier = [column for column in columns if _RANKS[column.status] < _RANKS[status]]
    if not earlier:
        return columns[0].id
    nearest = max(_RANKS[column.status] for column in earlier)
    return [column.id for column in earlier if _RANKS[column.status] == nearest][-1]


async def publish(session: AsyncSession, project_id: UUID) -> None:
    """Writes the project's layout anew, after its boards or their columns changed."""
    await session.flush()
    boards = list(await session.scalars(queries.boards_of(project_id)))
    by_board: dict[UUID, list[Column]] = {board.id: [] for board in boards}
    for column in await session.scalars(queries.columns_of(by_board)):
        by_board[column.board_id].append(column)
    layout = _layout(boards, by_board) if boards else None
    await session.execute(queries.write_layout(project_id, layout))


def _layout(boards: Sequence[Board], columns: dict[UUID, list[Column]]) -> dict[str, Any]:
    default = next(board.id for board in boards if board.default)
    return {
        "default": str(default),
        "boards": {str(board.id): _told(columns[board.id]) for board in boards},
    }


def _told(columns: Sequence[Column]) -> dict[str, Any]:
    homes = {str(status): str(column_id) for status, column_id in homes_of(columns).items()}
    return {"columns": {str(one.id): str(one.status) for one in columns}, "homes": homes}
