"""Boards of a file: found by their names in their projects, or made; and the cards' places."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError

from upnext.boards import service as boards
from upnext.boards.models import name_key
from upnext.boards.schemas import BoardCreate, BoardPatch
from upnext.core.errors import AppError
from upnext.imports import queries
from upnext.imports.desks import Desk
from upnext.imports.formats.besides import Board
from upnext.imports.formats.items import Item
from upnext.imports.formats.surroundings import counted

KIND = "boards"
Project = Callable[[str], UUID | None]


class Spot(NamedTuple):
    """A column, or a whole board (then without one), by what it is called."""

    project_id: UUID
    board: str
    nth: int
    column: tuple[str, str, int] | None = None


async def known(desk: Desk, project_ids: Collection[UUID]) -> dict[Spot, UUID]:
    """All boards and columns of these projects, in one statement if there are any projects."""
    if not project_ids:
        return {}
    rows = (await desk.session.execute(queries.boards_in(project_ids))).all()
    seen = list(dict.fromkeys((row.board_id, (row.project_id, row.board_key)) for row in rows))
    spots = {
        board_id: Spot(*key, nth)
        for (board_id, _), (key, nth) in zip(seen, counted(key for _, key in seen), strict=True)
    }
    found = {spot: board_id for board_id, spot in spots.items()}
    lanes = [(row.board_id, row.column_key, str(row.status)) for row in rows]
    for row, ((board_id, name, status), nth) in zip(rows, counted(lanes), strict=True):
        found[spots[board_id]._replace(column=(name, status, nth))] = row.column_id
    return found


async def columns_of(
    desk: Desk, items: Iterable[Item], project_of: Project
) -> Mapping[str | None, UUID]:
    """By the external id of each item that lay on a board which is here: the same column."""
    wanted: dict[str | None, Spot] = {}
    for item in items:
        project_id = project_of(item.project) if item.project else None
        if item.card is not None and item.card.lane is not None and project_id is not None:
            lane = item.card.lane
            column = (name_key(lane.name), lane.status, lane.nth)
            wanted[item.external_id] = Spot(
                project_id, name_key(item.card.board), item.card.nth, column
            )
    there = await known(desk, {spot.project_id for spot in wanted.values()})
    return {key: there[spot] for key, spot in wanted.items() if spot in there}


async def bring(desk: Desk, wanted: Iterable[Board], project_of: Project) -> None:
    """Makes those that are missing. What is there stays as it is, whatever its columns are."""
    for board in wanted:
        project_id = project_of(board.project)
        if project_id and not desk.run.options["dry_run"]:
            await desk.session.execute(queries.hold_project(project_id))
        there = await known(desk, [project_id] if project_id else [])
        if project_id and Spot(project_id, name_key(board.name), board.nth) in there:
            desk.report.find(KIND)
        elif not desk.may_bring(KIND, "create_boards"):
            continue
        elif desk.run.options["dry_run"]:
            _tell(desk, board.name, None)
        elif project_id:
            own = {str(each) for spot, each in there.items() if spot.column is None}
            await _make(desk, board, project_id, own)
        else:
            desk.report.warn(None, f"There is no project for the board “{board.name}”.")


async def _make(desk: Desk, board: Board, project_id: UUID, others: Collection[str]) -> None:
    try:
        wanted = BoardCreate.model_validate({"name": board.name, "columns": board.columns})
        made = (await boards.create(desk.session, desk.actor, project_id, wanted)).board
    except AppError as refusal:
        detail = f"The board “{board.name}” of {board.project} cannot be made: {refusal.detail}"
        desk.report.warn(None, detail)
        return
    except ValidationError:
        desk.report.warn(None, f"“{board.name}” says what no board can; it is left out.")
        return
    ours = {each["id"] for each in desk.report.boards_created}
    _tell(desk, made.name, str(made.id))
    # Which one takes new tasks is for the project to say, unless all of its boards are the file's.
    if board.default and not made.default and ours.issuperset(others):
        patch = BoardPatch.model_validate({"default": True})
        await boards.update(desk.session, desk.actor, made.id, patch)


def _tell(desk: Desk, name: str, board_id: str | None) -> None:
    desk.report.boards_created.append({"name": name, "id": board_id})
    desk.report.bring(KIND)
