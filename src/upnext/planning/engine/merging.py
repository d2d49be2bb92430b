"""The chain merge (`engine/chain.py`) for simulations: many look-aheads, at any time.

What a waiting task's chain is worth depends on the time alone: nothing it frees can be done before
itself. So the merge is made once for a row of times, and read between them by a straight line (the
logarithm of an index is a smooth curve with straight pieces).
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.index import ln_index
from upnext.planning.engine.problem import Problem

TIMES: Final = 96


class Chains(NamedTuple):
    """One task's chain for all look-aheads and times: each array is (R, TIMES)."""

    ln_index: Floats
    ln_value: Floats
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ChainTable:
    """The merged ln index of the m tasks that others wait for."""

    rows: Integers
    """(m,)"""
    values: Floats
    """(R, TIMES, m)"""
    step: float
    """Minutes from one time to the next; the first is 0."""

    @classmethod
    def of(cls, problem: Problem, rates: Floats) -> "ChainTable":
        """`rates` is (R, 1): 1 / (k * mean p)."""
        rows = problem.precedence.order
        step = problem.horizon / (TIMES - 1)
        merged = _merge(problem, rates, np.linspace(0, problem.horizon, TIMES))
        values = np.stack([merged[row].ln_index for row in rows], axis=-1)
        return cls(np.array(rows, dtype=np.int64), values, step)

    def replace(self, own: Floats, t: Floats) -> None:
        """Put the merged index in the place of the own one: `own` is (R, n), `t` (R, 1)."""
        place = t[:, 0] / self.step
        before = np.minimum(place.astype(np.int64), TIMES - 2)
        share = (place - before)[:, None]
        simulations = np.arange(len(t))
        lower, upper = self.values[simulations, before], self.values[simulations, before + 1]
        own[:, self.rows] = lower + share * (upper - lower)


def _merge(problem: Problem, rates: Floats, times: Floats) -> dict[int, Chains]:
    """Successors first, as in `merge_chains`."""
    merged: dict[int, Chains] = {}

    def own(row: int) -> Chains:
        minutes = problem.minutes[row]
        slack = problem.deadline[row] - minutes - times
        index = ln_index(np.log(problem.weight[row]), minutes, slack * rates, 1.0)
        return Chains(index, index + np.log(minutes), np.full_like(index, minutes))

    for row in problem.precedence.order:
        following = problem.precedence.successors[row]
        merged.update({after: own(after) for after in following if after not in merged})
        merged[row] = _join(own(row), [merged[after] for after in following])
    return merged


def _join(chain: Chains, following: list[Chains]) -> Chains:
    index, value, length = chain
    for after in _best_first(following):
        worth = after.ln_index > index
        value = np.where(worth, np.logaddexp(value, after.ln_value), value)
        length = np.where(worth, length + after.minutes, length)
        index = np.where(worth, value - np.log(length), index)
    return Chains(index, value, length)


def _best_first(following: list[Chains]) -> list[Chains]:
    """Sorted by index, for each look-ahead and time by itself."""
    if len(following) == 1:
        return following
    order = np.argsort([-chain.ln_index for chain in following], axis=0, kind="stable")
    fields = [
        np.take_along_axis(np.stack(field), order, axis=0) for field in zip(*following, strict=True)
    ]
    return [Chains(*chain) for chain in zip(*fields, strict=True)]
