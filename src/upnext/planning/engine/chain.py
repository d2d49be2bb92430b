"""Chain merge: a task is worth what it frees.

A chain is a task followed by the successors worth doing right after it. Its value N is the sum of
their discounted weights, its length D the sum of their minutes, and its index N / D. A successor's
own chain is joined while it is worth more per minute than what is there already, so joining never
lowers an index. Values are logarithms: N underflows when deadlines are far.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, NamedTuple

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.engine.precedence import Precedence, Rows


class Followers(NamedTuple):
    """The best chain that each of some tasks may join, or the next best: a column each."""

    ln_index: Floats
    ln_value: Floats
    minutes: Floats


NOBODY: Final = (-math.inf, 0.0, 0.0)
"""Stands for a chain where a task has fewer to join than another: never worth it."""


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """The chains of all tasks, by row; a task without open successors is a chain of its own."""

    ln_index: list[float]
    ln_value: list[float]
    minutes: list[float]
    joined: Mapping[int, Rows]
    """Of each task worth more than by itself: the direct successors joined, the best first."""

    def best_first(self, rows: Rows) -> Rows:
        """By falling index; ties stay in the order given, which is that of ids."""
        if len(rows) == 1:
            return rows
        return tuple(sorted(rows, key=lambda row: -self.ln_index[row]))

    def after(self, rows: Iterable[int], precedence: Precedence) -> list[Followers]:
        """The chains that each task may join, the best first."""
        chains = [
            [(self.ln_index[s], self.ln_value[s], self.minutes[s]) for s in self.best_first(found)]
            for found in (precedence.successors.get(row, ()) for row in rows)
        ]
        by_place = zip_longest(*chains, fillvalue=NOBODY)
        return [Followers(*np.array(each).T[:, :, None]) for each in by_place]


def merge_chains(ln_index: Floats, minutes: Floats, precedence: Precedence) -> Chains:
    """Start from each task's own index and join, successors first: O(V + E log E)."""
    joined: dict[int, Rows] = {}
    ln_value = (ln_index + np.log(minutes)).tolist()
    chains = Chains(ln_index.tolist(), ln_value, minutes.tolist(), joined)
    for row in precedence.order:
        best = _join(row, chains.best_first(precedence.successors[row]), chains)
        if best:
            joined[row] = best
    return chains


def _join(row: int, following: Rows, chains: Chains) -> Rows:
    """Join successors to the chain of `row` in place; returns those that were worth it."""
    index, value, length = chains.ln_index, chains.ln_value, chains.minutes
    for count, successor in enumerate(following):
        if index[successor] <= index[row]:
            return following[:count]
        high, low = value[row], value[successor]
        if high < low:
            high, low = low, high
        value[row] = high + math.log1p(math.exp(low - high))  # ln(N + N')
        length[row] += length[successor]
        index[row] = value[row] - math.log(length[row])
    return following


def joined_index(ln_index: Floats, minutes: Floats, following: Sequence[Followers]) -> Floats:
    """ln index after the merge for many variants of some tasks, a row each, whose successors stay
    as they are.

    The same rule as `merge_chains`; `following` has the best first.
    """
    if not following:
        return ln_index
    index, length = ln_index, np.asarray(minutes, dtype=np.float64)
    value = ln_index + np.log(minutes)
    for chain in following:
        worth = chain.ln_index > index
        value = np.where(worth, np.logaddexp(value, chain.ln_value), value)
        length = np.where(worth, length + chain.minutes, length)
        index = np.where(worth, value - np.log(length), index)
    return index
