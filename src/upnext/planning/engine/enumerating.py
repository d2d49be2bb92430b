"""Of a few tasks every order is tried: no search is needed, and none can miss the best."""

from functools import lru_cache
from itertools import permutations
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Integers
from upnext.planning.engine.problem import TOLERANCE, Problem

FEW: Final = 7
"""5,040 orders are scheduled at once in less time than a search takes."""


def best_of_all(problem: Problem, start: Integers) -> Integers:
    """The cheapest of all orders that keep precedence: `start`, if none is cheaper."""
    orders, places = _orders(len(problem))
    kept = np.ones(len(orders), dtype=np.bool_)
    for row, after in problem.precedence.successors.items():
        kept &= places[:, row] < places[:, list(after)].min(axis=1)
    among = orders[kept]
    costs = problem.costs(among)
    best = int(np.argmin(costs))
    return among[best] if costs[best] < problem.cost(start) * (1 - TOLERANCE) else start


@lru_cache(maxsize=FEW + 1)
def _orders(size: int) -> tuple[Integers, Integers]:
    """All orders of so many, and the place of each row in them: both (size!, size)."""
    orders = np.array(list(permutations(range(size))), dtype=np.int64)
    return orders, np.argsort(orders, axis=1)
