"""A plan after a change: close to the one that people already know, for little more cost.

The cheapest new plan may shuffle tasks that nobody touched. So the old order is taken, with new
tasks put in, and its tasks are moved one by one to where the cheapest plan has them, always the one
that saves most, only until the cost is near enough.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Integers
from upnext.planning.engine.moves import insertions, limits
from upnext.planning.engine.planner import DEFAULT_EFFORT, Effort, plan_order
from upnext.planning.engine.problem import TOLERANCE, Problem

NEAR_ENOUGH: Final = 0.01
"""The share of cost that a plan may be above the cheapest one found, to stay as it was."""


@dataclass(frozen=True, slots=True, eq=False)
class Replan:
    """A new order, and how far it is from the old one."""

    order: Integers
    cost: float
    least_cost: float
    """Of the cheapest order found."""
    moved: int
    """How many of the old plan's tasks have to change places with others to come to this one."""
    moved_by_cheapest: int
    """The same for the cheapest order."""


def replan(
    problem: Problem,
    old: Sequence[int],
    effort: Effort = DEFAULT_EFFORT,
    near_enough: float = NEAR_ENOUGH,
) -> Replan:
    """`old` has the rows of the old plan that are still there, in its order."""
    cheapest = plan_order(problem, effort)
    most = cheapest.cost * (1 + near_enough) * (1 + TOLERANCE)
    order = _repaired(problem, old, cheapest.order)
    cost = problem.cost(order)
    for _ in range(len(problem)):
        if cost <= most:
            break
        order, cost = _one_step(problem, order, cheapest.order)
    near, far = disruption(old, order), disruption(old, cheapest.order)
    if cost > most or near > far:
        order, cost, near = cheapest.order, cheapest.cost, far
    return Replan(order, cost, min(cost, cheapest.cost), near, far)


def disruption(old: Sequence[int], order: Integers) -> int:
    """How many tasks of the old plan must move: all but the longest run that kept its order."""
    places = {row: place for place, row in enumerate(order.tolist())}
    tails: list[int] = []
    for row in old:
        at = bisect_left(tails, places[row])
        tails[at : at + 1] = [places[row]]
    return len(old) - len(tails)


def _repaired(problem: Problem, old: Sequence[int], cheapest: Integers) -> Integers:
    """The old order with new tasks behind whom they follow in the cheapest, and with precedence."""
    rank = {row: float(place) for place, row in enumerate(old)}
    before = -1.0
    for row in cheapest.tolist():
        before = rank.setdefault(row, before + 1 / (2 * len(problem)))
    missing = {row: len(rows) for row, rows in problem.precedence.predecessors.items()}
    ready = [(place, row) for row, place in rank.items() if row not in missing]
    heapify(ready)
    order = []
    while ready:
        _, row = heappop(ready)
        order.append(row)
        for after in problem.precedence.successors.get(row, ()):
            missing[after] -= 1
            if not missing[after]:
                heappush(ready, (rank[after], after))
    return np.array(order, dtype=np.int64)


def _one_step(problem: Problem, order: Integers, goal: Integers) -> tuple[Integers, float]:
    """Move one task behind the one that it follows in the goal: the one that saves most."""
    size = len(order)
    places = np.empty(size, dtype=np.int64)
    places[order] = np.arange(size)
    source = places[goal]
    follows = np.concatenate(([-1], source[:-1]))
    # Taken out of the order, a task before the one it follows lets that one move up.
    target = np.where(source > follows, follows + 1, follows)
    earliest, latest = limits(problem, order)
    possible = (target != source) & (target >= earliest[source]) & (target <= latest[source])
    if not possible.any():
        return goal, problem.cost(goal)
    moved = order[insertions(source[possible], target[possible], size)]
    costs = problem.costs(moved)
    best = int(costs.argmin())
    return moved[best], float(costs[best])
