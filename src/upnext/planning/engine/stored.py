"""The keys that are stored of each task, so that nothing has to be scored again as time passes.

Every write of a task computes those of that one, for which NumPy takes twenty times as long as
plain numbers do: so the formula of `scoring.work_keys` stands here again for a few tasks, and a
property holds the two together.
"""

from collections.abc import Iterable, Sequence
from math import log
from typing import Final, NamedTuple

from upnext.planning.engine.calendar import WorkCalendar
from upnext.planning.engine.columns import Row, columns_of_rows
from upnext.planning.engine.instants import NEVER
from upnext.planning.engine.model import Parameters, Status
from upnext.planning.engine.scoring import basis_of, work_keys

FEW: Final = 10
"""Up to here arrays cost more than they save."""


class StoredKeys(NamedTuple):
    """As `IndexKeys`, with the bonus of a started task in a and b; the rest is work minutes."""

    a: float
    b: float
    latest_start: float
    remaining: float
    sitting: float


def stored_keys(
    rows: Sequence[Row], calendar: WorkCalendar, rate: float, parameters: Parameters
) -> Iterable[StoredKeys]:
    """Measured from where the calendar begins; `rate` is that of the person's list."""
    find = few_keys if len(rows) <= FEW else many_keys
    return find(rows, calendar, rate, parameters)


def many_keys(
    rows: Sequence[Row], calendar: WorkCalendar, rate: float, parameters: Parameters
) -> Iterable[StoredKeys]:
    columns = columns_of_rows(rows, ())
    # Measured from where the calendar begins, the work minutes are the clock's own readings.
    basis = basis_of(columns, calendar, parameters)
    keys = work_keys(basis.at(calendar.horizon[0]), rate, parameters)
    a, b = keys.a + basis.started, keys.b + basis.started
    numbers = (a, b, keys.latest_start, basis.minutes, basis.sitting)
    return map(StoredKeys, *(each.tolist() for each in numbers))


def few_keys(
    rows: Sequence[Row], calendar: WorkCalendar, rate: float, parameters: Parameters
) -> Iterable[StoredKeys]:
    return [_keys(row, calendar, rate, parameters) for row in rows]


def _keys(row: Row, calendar: WorkCalendar, rate: float, parameters: Parameters) -> StoredKeys:
    remaining, sitting = _minutes(row, parameters)
    virtual = row.due == NEVER
    deadline = calendar.reading(row.created if virtual else row.due)
    lowest, highest = parameters.goal_bounds
    ln_weight = log(parameters.weights[row.priority - 1])
    ln_weight += log(min(highest, max(lowest, row.goal_weight)))
    if virtual:
        deadline += parameters.sla_minutes[row.priority - 1]
        ln_weight += log(parameters.virtual_factor)
    a, latest_start = ln_weight - log(remaining), deadline - remaining
    bonus = parameters.started_bonus if row.status == Status.STARTED else 0.0
    return StoredKeys(a + bonus, a - rate * latest_start + bonus, latest_start, remaining, sitting)


def _minutes(row: Row, parameters: Parameters) -> tuple[float, float]:
    """What remains, and the time at hand that it needs."""
    given = row.estimate if row.estimate > 0 else parameters.default_estimate
    whole = given * parameters.correction
    remaining = max(parameters.least_minutes, whole - max(0, row.spent))
    rest = min(remaining, whole)
    return remaining, min(rest, row.min_block) if row.min_block > 0 else rest
