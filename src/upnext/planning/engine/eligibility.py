"""Which tasks can be done now, and what stands in the way of the others.

Working hours do not exclude anything: they move deadlines (the work clock stands still outside
them), but someone who asks at ten in the evening wants an answer. `Ranking.standing` says that it
is outside working hours.
"""

from upnext.planning.engine.columns import Columns, Flags
from upnext.planning.engine.instants import NEVER, from_micros, to_micros
from upnext.planning.engine.model import Ineligible, Obstacle, Request
from upnext.planning.engine.scoring import Basis

Obstacles = dict[Obstacle, Flags]
"""Each obstacle to the tasks it stops, the weightiest obstacle first."""


def obstacles(basis: Basis, request: Request) -> Obstacles:
    """`start` is compared by the clock, not in work minutes: snoozed until 23:00 means that."""
    start = basis.columns.start
    later = (start > to_micros(request.now)) & (start != NEVER)
    found = {
        Obstacle.CLOSED: basis.closed,
        Obstacle.BLOCKED: basis.blocked,
        Obstacle.NOT_STARTED: later,
    }
    if request.minutes is not None:
        found[Obstacle.TOO_LONG] = basis.sitting > request.minutes
    return found


def ineligible(row: int, found: Obstacles, basis: Basis, request: Request) -> Ineligible:
    """The first obstacle of a task that has one, with what a person needs to know about it."""
    columns = basis.columns
    code = next(code for code, rows in found.items() if rows[row])
    params: dict[str, object] = {}
    if code is Obstacle.BLOCKED:
        params = _blockers(row, columns)
    elif code is Obstacle.NOT_STARTED:
        params = {"until": from_micros(int(columns.start[row]))}
    elif code is Obstacle.TOO_LONG:
        params = {"needs": float(basis.sitting[row]), "minutes": request.minutes}
    return Ineligible(columns.ids[row], code, params)


def _blockers(row: int, columns: Columns) -> dict[str, object]:
    """The ids it waits for, and the titles of those that are among the candidates."""
    rows = columns.precedence.predecessors.get(row, ())
    outsiders = columns.precedence.outsiders.get(row, ())
    return {
        "task_ids": (*(columns.ids[before] for before in rows), *outsiders),
        "titles": tuple(columns.titles[before] for before in rows),
    }
