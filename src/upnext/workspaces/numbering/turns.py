"""One statement takes the numbers of all who ask for one of the same project at once.

Whoever comes first asks alone and at once. Those who come while that is under way wait, and then
one statement asks for all of them: many creates at once neither queue for the project's row in the
database nor pay a round trip each.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from upnext.core.lanes import Row, WriteLane
from upnext.workspaces.numbering import queries


class Place(NamedTuple):
    workspace_id: UUID
    project_id: UUID


class Taken(NamedTuple):
    number: int
    row: Row
    """As ADVANCE_ALONE returns it."""


Waiting = asyncio.Future[Taken | None]

_waiting: dict[tuple[WriteLane, Place], list[Waiting]] = {}
"""Who waits where numbers are being taken. Nobody asks where there is no entry."""
_tasks: set[asyncio.Task[None]] = set()


async def one(lane: WriteLane, place: Place) -> Taken | None:
    """None: the project takes no tasks, or lies elsewhere. Raises what the lane raises.

    A number stays unused if whoever waits for it is cancelled.
    """
    where = lane, place
    if where in _waiting:
        turn: Waiting = asyncio.get_running_loop().create_future()
        _waiting[where].append(turn)
        return await turn
    _waiting[where] = []
    try:
        rows = await _advance(lane, place, 1)
    finally:
        _next(lane, place)
    return _share(rows, 1)[0]


def _next(lane: WriteLane, place: Place) -> None:
    turns = _waiting.pop((lane, place))
    if turns:
        _waiting[lane, place] = []
        task = asyncio.get_running_loop().create_task(_serve(lane, place, turns))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _serve(lane: WriteLane, place: Place, turns: Sequence[Waiting]) -> None:
    try:
        taken = _share(await _advance(lane, place, len(turns)), len(turns))
    except BaseException as error:
        # Those who wait are told, each in its own request.
        for turn in turns:
            if not turn.done():
                turn.set_exception(error)
        if not isinstance(error, Exception):
            raise
    else:
        for turn, each in zip(turns, taken, strict=True):
            if not turn.done():
                turn.set_result(each)
    finally:
        _next(lane, place)


async def _advance(lane: WriteLane, place: Place, count: int) -> Sequence[Row]:
    values = {"workspace_id": place.workspace_id, "project_id": place.project_id, "count": count}
    return await lane.write(queries.ADVANCE_ALONE, values) or ()


def _share(rows: Sequence[Row], count: int) -> list[Taken | None]:
    if not rows:
        return [None] * count
    row = rows[0]
    return [Taken(row[1] - count + each, row) for each in range(count)]
