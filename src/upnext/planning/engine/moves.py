"""What every swap and every insertion in an order of work would change in its cost, exactly.

For the places i < j of an order there are three moves: the task at i goes behind the one at j, the
task at j goes before the one at i, or they change places. Each shifts the tasks between by one
common amount. So one table answers for all: the cost the first q tasks would gain if they all
ended `shift` later, for each shift that can occur. Then every move is a difference of two entries,
plus what it means for the tasks that move. O(s n + n^2) array work for s different shifts.

The neighbourhood is the one of A. Grosso, F. Della Croce and R. Tadei, "An enhanced dynasearch
neighborhood for the single-machine total weighted tardiness scheduling problem", Operations
Research Letters 32, 2004.
"""

from typing import Final, NamedTuple

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.problem import Problem

MOST_SHIFTS: Final = 1_024
"""With more different shifts than these, swaps are left out: they need most of them.

Durations rounded to five minutes stay below up to about 40 hours.
"""


class Moves(NamedTuple):
    """The change of cost by each move, for each pair of places; inf where it is forbidden."""

    behind: Floats
    """(n (n - 1) / 2,): the task at i goes behind the one at j."""
    before: Floats
    """The task at j goes before the one at i."""
    swapped: Floats


class Limits(NamedTuple):
    """How far the task at each place may move: both are (n,) places."""

    earliest: Integers
    latest: Integers


def limits(problem: Problem, order: Integers) -> Limits:
    """A task stays behind all it waits for and before all that waits for it.

    The order is one that keeps precedence, so direct dependencies are enough: an indirect one lies
    further away.
    """
    size = len(order)
    places = np.empty(size, dtype=np.int64)
    places[order] = np.arange(size)
    place = places.tolist()
    earliest, latest = [0] * size, [size - 1] * size
    for row, after in problem.precedence.successors.items():
        latest[place[row]] = min(place[other] for other in after) - 1
    for row, before in problem.precedence.predecessors.items():
        earliest[place[row]] = max(place[other] for other in before) + 1
    return Limits(np.array(earliest), np.array(latest))


class Neighbourhood:
    """The moves of one problem without releases; keeps its table's memory between orders."""

    def __init__(self, problem: Problem) -> None:
        size = len(problem)
        self.problem = problem
        self.first, self.second = np.triu_indices(size, 1)
        lengths, self._kind = np.unique(problem.minutes, return_inverse=True)
        differences = np.subtract.outer(lengths, lengths)
        shifts = np.unique(np.concatenate((-lengths, lengths, differences.ravel())))
        self._swaps = len(shifts) <= MOST_SHIFTS
        if not self._swaps:
            shifts = np.concatenate((-lengths[::-1], lengths))
        self._earlier = shifts.searchsorted(-lengths) * (size + 1)
        self._later = shifts.searchsorted(lengths) * (size + 1)
        self._exchange = shifts.searchsorted(differences) * (size + 1) if self._swaps else None
        self._shifts = shifts[:, None]
        self._table = np.zeros((len(shifts), size + 1))
        self._scratch = np.empty((len(shifts), size))

    def moves(self, order: Integers) -> Moves:
        problem, i, j = self.problem, self.first, self.second
        weight, due, minutes = (
            problem.weight[order],
            problem.deadline[order],
            problem.minutes[order],
        )
        end = minutes.cumsum()
        cost = weight * np.maximum(0, end - due)
        table = self._shifted(weight, end - due, cost)
        earlier, later = self._earlier[self._kind[order]], self._later[self._kind[order]]
        first = weight[i] * np.maximum(0, end[j] - due[i]) - cost[i]
        begin = end - minutes
        second = weight[j] * np.maximum(0, begin[i] + minutes[j] - due[j]) - cost[j]
        row = earlier[i]
        behind = table[row + j + 1] - table[row + i + 1] + first
        row = later[j]
        before = table[row + j] - table[row + i] + second
        swapped = self._swapped(order, table, first + second)
        return self._allowed(order, Moves(behind, before, swapped))

    def _shifted(self, weight: Floats, late: Floats, cost: Floats) -> Floats:
        """The table, flat: row by shift, column q for the change of cost of the first q tasks."""
        scratch = np.add(late, self._shifts, out=self._scratch)
        np.maximum(scratch, 0, out=scratch)
        scratch *= weight
        scratch -= cost
        np.cumsum(scratch, axis=1, out=self._table[:, 1:])
        return self._table.ravel()

    def _swapped(self, order: Integers, table: Floats, moved: Floats) -> Floats:
        if self._exchange is None:
            return np.full(len(moved), np.inf)
        kind = self._kind[order]
        row = self._exchange[kind[self.second], kind[self.first]]
        return np.asarray(table[row + self.second] - table[row + self.first + 1] + moved)

    def _allowed(self, order: Integers, moves: Moves) -> Moves:
        if not self.problem.precedence.order:
            return moves
        earliest, latest = limits(self.problem, order)
        forward, back = self.second <= latest[self.first], self.first >= earliest[self.second]
        return Moves(
            np.where(forward, moves.behind, np.inf),
            np.where(back, moves.before, np.inf),
            np.where(forward & back, moves.swapped, np.inf),
        )


def insertions(source: Integers, target: Integers, size: int) -> Integers:
    """(m, size): for each insertion, from which place the task at each place comes.

    The task at the source is taken out and comes to stand at the target; `source` and `target` are
    (m,) places.
    """
    place, i, j = np.arange(size), source[:, None], target[:, None]
    moved = place + ((place >= i) & (place < j)) - ((place > j) & (place <= i))
    moved[np.arange(len(source)), target] = source
    return moved


def front_costs(problem: Problem, order: Integers) -> Floats:
    """(n,), by row: what it costs to do each task first, the others staying in their order.

    0 for the first one, inf for a task that waits for another.
    """
    places = np.arange(len(order))
    costs = np.empty(len(order))
    first = order[insertions(places, np.zeros_like(places), len(order))]
    costs[order] = problem.costs(first) - problem.cost(order)
    costs[list(problem.precedence.predecessors)] = np.inf
    return costs
