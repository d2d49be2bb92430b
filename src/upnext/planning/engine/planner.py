"""The plan's order: thirteen ATC rules and WMDD, simulated, and then a search from the best.

Of up to seven tasks all orders are tried, so that theirs is the cheapest there is. Of more, where
every task can be begun at once, iterated dynasearch over exact moves; where some are released
later, sampled moves judged by exact list scheduling. All keep precedence. The same problem, effort
and seed give the same order, and the work is bounded by counts, never by the clock.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Integers
from upnext.planning.engine.dispatching import best_of_rules
from upnext.planning.engine.dynasearch import dynasearch
from upnext.planning.engine.enumerating import FEW, best_of_all
from upnext.planning.engine.problem import Problem
from upnext.planning.engine.releasing import sample_moves

WHOLE: Final = 150
"""Up to so many tasks the whole effort is made."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search; less of more than 150 tasks: a step costs the square of their number."""

    kicks: int = 30
    """Of dynasearch."""
    batches: int = 240
    """Of sampled moves, where there are releases."""
    seed: int = 0

    def for_size(self, size: int) -> "Effort":
        share = min(1.0, (WHOLE / max(1, size)) ** 2)
        return replace(self, kicks=int(self.kicks * share), batches=int(self.batches * share))


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """An order of all tasks and what it costs in weighted minutes late."""

    order: Integers
    """(n,) rows."""
    cost: float
    cost_by_rules: float
    """Of the best dispatching rule: what the search began with."""


DEFAULT_EFFORT = Effort()


def plan_order(problem: Problem, effort: Effort = DEFAULT_EFFORT) -> Sequence:
    """The cheapest order found; it is never worse than that of any of the rules, and of up to seven
    tasks none is cheaper."""
    if not len(problem):
        return Sequence(np.empty(0, dtype=np.int64), 0.0, 0.0)
    start = best_of_rules(problem)
    effort = effort.for_size(len(problem))
    if len(problem) <= FEW:
        order = best_of_all(problem, start)
    elif problem.has_releases:
        order = sample_moves(problem, start, effort.batches, effort.seed)
    else:
        order = dynasearch(problem, start, effort.kicks, effort.seed)
    return Sequence(order, problem.cost(order), problem.cost(start))
