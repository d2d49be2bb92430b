"""Chain merge: a task is worth what it frees.

A chain is a task followed by the successors worth doing right after it. Its value N is the sum of
their discounted weights, its length D the sum of their minutes, and its index N / D. A successor's
own chain is joined while it is worth more per minute than what is there already, so joining never
lowers an index. Values are logarithms: N underflows when deadlines are far.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.engine.precedence import Precedence, Rows


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
        if len(rows) < 2:  # noqa: PLR2004  (nothing to sort)
            return rows
        return tuple(sorted(rows, key=lambda row: -self.ln_index[row]))

    def after(self, row: int, precedence: Precedence) -> list[tuple[float, float, float]]:
        """ln index, ln value and minutes of the chains that a task may join, the best first."""
        found = self.best_first(precedence.successors.get(row, ()))
        return [(self.ln_index[s], self.ln_value[s], self.minutes[s]) for s in found]


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
