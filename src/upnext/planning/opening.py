"""What is known of a person before their tasks are ranked: their clock, and how many there are.

It decides how their tasks are read, so it is asked for first. A process that knows it from the last
time reads the tasks by that at once, and is told along with them whether it still is so.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.planning import freshness, queries
from upnext.planning.asking import Lanes
from upnext.planning.clocks import WorkClock, clock_of
from upnext.planning.engine import Lead, to_micros
from upnext.planning.outlook import Outlook
from upnext.planning.people import Known
from upnext.planning.queries import CLOCK, SHORT_LIST

MARGIN: Final = 7
"""How much deeper than what is shown each listing is read first."""


class Opening(NamedTuple):
    clock: WorkClock
    lead: Lead | None
    """What a plan begins with, if it was made of `inputs`."""
    inputs: bytes | None
    short: bool
    """Whether there are few enough tasks to read them all."""
    stuck: int
    """How many of the offered tasks cannot be done now."""
    rows: Sequence[Any] | None
    """If they were read along: all tasks of a short list, of others the first picks."""


async def begin(lanes: Lanes, outlook: Outlook) -> Opening:
    user_id: UUID = outlook.params["user"]
    known = lanes.people.get(user_id) if lanes.people is not None else None
    if known is not None:
        rows = await _tasks(lanes, outlook, known)
        if rows and known.holds(rows[0]):
            return _opening(outlook, known, rows[0].stuck, rows)
    (row,) = await queries.situation(outlook.shape).rows(lanes.quick, outlook.params)
    known = Known(row, clock_of(row[: len(CLOCK)]))
    if lanes.people is not None and row.state is not None:
        lanes.people.put(user_id, known)
    return _opening(outlook, known, row.stuck, None)


async def _tasks(lanes: Lanes, outlook: Outlook, known: Known) -> list[Any]:
    if known.short:
        return await queries.all_in_situation(outlook.shape).rows(lanes.ordered, outlook.params)
    params = picking(outlook, known.clock, first_depth(outlook, known.clock))
    return await queries.picks_in_situation(outlook.shape).rows(lanes.ordered, params)


def _opening(outlook: Outlook, known: Known, stuck: int, rows: Sequence[Any] | None) -> Opening:
    row = known.row
    lead = freshness.lead_of(row, outlook.request.now, plain=outlook.plain)
    return Opening(known.clock, lead, row.inputs, known.short, stuck, rows)


def first_depth(outlook: Outlook, clock: WorkClock) -> int:
    """As deep as listings are read first."""
    return (SHORT_LIST if clock.taste.applied else outlook.request.limit) + MARGIN


def picking(outlook: Outlook, clock: WorkClock, depth: int) -> dict[str, Any]:
    """What `queries.picks` is run with."""
    reading = clock.calendar.reading(to_micros(outlook.request.now))
    return outlook.params | {"reading": reading, "depth": depth}
