"""Dispatching rules: whenever the worker is free, begin the ready task of the highest index.

EDD, earliest due date (J. R. Jackson, "Scheduling a production line to minimize maximum tardiness",
UCLA Management Science Research Project report 43, 1955). WSPT, weighted shortest processing time
(W. E. Smith, "Various optimizers for single-stage production", Naval Research Logistics Quarterly
3, 1956). WMDD, weighted modified due date (J. J. Kanet and X. Li, "A weighted modified due date
rule for sequencing to minimize weighted tardiness", Journal of Scheduling 7, 2004). ATC, apparent
tardiness cost (see `engine/index.py`).

Many rules run at once, one per row of the arrays: the look-ahead that suits a list of tasks is not
known beforehand, so thirteen are simulated and the cheapest result is kept.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Flags, Floats, Integers
from upnext.planning.engine.index import ln_index
from upnext.planning.engine.merging import ChainTable
from upnext.planning.engine.problem import Problem

Index = Callable[[Floats], Floats]
"""From the times of R simulations, (R, 1), to the index of each task in each: (R, n) or (1, n)."""

LOOK_AHEADS: Final = (2.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""k of ATC. The list's own comes first, so that it wins a draw: list and plan then agree."""


def edd(problem: Problem) -> Index:
    """The earliest deadline first."""
    return lambda _: -problem.deadline[None]


def wspt(problem: Problem) -> Index:
    """The greatest weight per minute first."""
    return lambda _: (problem.weight / problem.minutes)[None]


def wmdd(problem: Problem) -> Index:
    """The least of (time to its deadline, but at least its length) per weight first."""
    return lambda t: -np.maximum(problem.minutes, problem.deadline - t) / problem.weight


def atc(problem: Problem, look_aheads: Sequence[float] = (2.0,), *, merge: bool = True) -> Index:
    """ln ATC for each look-ahead; `merge` lets a task have the index of the chain it frees."""
    mean = float(problem.minutes.mean()) if len(problem) else 1.0
    rates = 1 / (np.array(look_aheads)[:, None] * mean)
    ln_worth = np.log(problem.weight)
    latest_start = problem.deadline - problem.minutes
    chains = ChainTable.of(problem, rates) if merge and problem.precedence.order else None

    def index(t: Floats) -> Floats:
        own = ln_index(ln_worth, problem.minutes, (latest_start - t) * rates, 1.0)
        if chains is not None:
            chains.replace(own, t)
        return own

    return index


def dispatch(problem: Problem, index: Index, rules: int = 1) -> Integers:
    """The orders that `rules` simulations end with, (R, n); a tie goes to the smaller row.

    Non-delay: the worker never waits while something is ready.
    """
    orders = np.empty((rules, len(problem)), dtype=np.int64)
    simulations = np.arange(rules)
    ready = _Ready(problem, rules)
    t = np.zeros((rules, 1))
    for place in range(len(problem)):
        startable = ready.at(t)
        chosen = np.where(startable, index(t), -np.inf).argmax(axis=1)
        orders[:, place] = chosen
        ready.take(simulations, chosen)
        t[:, 0] += problem.minutes[chosen]
    return orders


class _Ready:
    """Which tasks can be begun in each simulation: waiting for no task, and released."""

    def __init__(self, problem: Problem, rules: int) -> None:
        size, successors = len(problem), problem.precedence.successors
        self._release = problem.release
        self._released = not problem.has_releases
        self._waiting = np.ones((rules, size), dtype=np.bool_)
        self._follows = np.zeros((size, size), dtype=np.int64) if successors else None
        self._missing = np.zeros((rules, size), dtype=np.int64)
        for row, after in successors.items():
            if self._follows is not None:
                self._follows[row, list(after)] = 1
        if self._follows is not None:
            self._missing += self._follows.sum(axis=0)

    def at(self, t: Floats) -> Flags:
        """Moves the clocks on in place to where something is ready."""
        free = self._waiting if self._follows is None else self._waiting & (self._missing == 0)
        if self._released:
            return free
        first = np.where(free, self._release, np.inf).min(axis=1, keepdims=True)
        np.maximum(t, first, out=t)
        return np.asarray(free & (self._release <= t))

    def take(self, simulations: Integers, chosen: Integers) -> None:
        self._waiting[simulations, chosen] = False
        if self._follows is not None:
            self._missing -= self._follows[chosen]


def orders_by_rules(problem: Problem) -> Integers:
    """(16, n): by ATC for each look-ahead, by WMDD, EDD and WSPT."""
    grid, rules = atc(problem, LOOK_AHEADS), [rule(problem) for rule in (wmdd, edd, wspt)]
    each = len(LOOK_AHEADS)

    def index(t: Floats) -> Floats:
        others = (rule(t[row : row + 1]) for row, rule in enumerate(rules, each))
        return np.concatenate((grid(t[:each]), *others))

    return dispatch(problem, index, each + len(rules))


def best_of_rules(problem: Problem) -> Integers:
    """The cheapest of them; a draw goes to the list's own rule."""
    orders = orders_by_rules(problem)
    return np.asarray(orders[int(problem.costs(orders).argmin())])
