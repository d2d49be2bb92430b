"""One statement takes the numbers of all who ask for one of the same project at once.

Whoever comes first asks alone and at once. Those who come while that is under way wait, and then
one statement asks for all of them: many creates at once neither queue for the project's row in the
database nor pay a round trip each.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from upnext.core.lanes import Prepared, Row, WriteLane
from upnext.core.lanes.doubt import Believed
from upnext.workspaces.numbering import queries
from upnext.workspaces.numbering.places import Place


class Taken(NamedTuple):
    number: int
    row: Row
    """As ADVANCE_ALONE returns it."""
    held: Believed | None
    """What was asked along with it, and holds."""


Waiting = tuple[asyncio.Future[Taken | None], Believed | None]

_waiting: dict[tuple[WriteLane, Place], list[Waiting]] = {}
"""Who waits where numbers are being taken. Nobody asks where there is no entry."""
_tasks: set[asyncio.Task[None]] = set()


async def one(lane: WriteLane, place: Place, believed: Believed | None = None) -> Taken | None:
    """None: the project takes no tasks, or lies elsewhere, or what is `believed` does not hold, or
    what somebody did who asked at the same time. Raises what the lane raises.

    A number stays unused if whoever waits for it is cancelled.
    """
    where = lane, place
    if where in _waiting:
        turn: asyncio.Future[Taken | None] = asyncio.get_running_loop().create_future()
        _waiting[where].append((turn, believed))
        return await turn
    _waiting[where] = []
    try:
        (taken,) = await _take(lane, place, 1, believed)
    finally:
        _next(lane, place)
    return taken


def _next(lane: WriteLane, place: Place) -> None:
    turns = _waiting.pop((lane, place))
    if turns:
        _waiting[lane, place] = []
        task = asyncio.get_running_loop().create_task(_serve(lane, place, turns))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _serve(lane: WriteLane, place: Place, turns: Sequence[Waiting]) -> None:
    # Of several beliefs one is asked about here, the others by whoever holds them.
    believed = next((each for _, each in turns if each is not None), None)
    try:
        taken = await _take(lane, place, len(turns), believed)
    except BaseException as error:
        # Those who wait are told, each in its own request.
        for turn, _ in turns:
            if not turn.done():
                turn.set_exception(error)
        if not isinstance(error, Exception):
            raise
    else:
        for (turn, _), each in zip(turns, taken, strict=True):
            if not turn.done():
                turn.set_result(each)
    finally:
        _next(lane, place)


async def _take(
    lane: WriteLane, place: Place, count: int, believed: Believed | None
) -> Sequence[Taken | None]:
    statement: Prepared = queries.ADVANCE_ALONE
    values = {**place.named, "count": count}
    if believed is not None:
        statement, values = believed.belief.required(statement), values | dict(believed.values)
    # It is on disk before the task is, whose commit comes later.
    rows = await lane.write(statement, values, lasting=False)
    if not rows:
        return [None] * count
    row = rows[0]
    return [Taken(row[1] - count + each, row, believed) for each in range(count)]
