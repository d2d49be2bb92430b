"""Sets of half-open integer intervals, kept as two sorted columns without overlap or touch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """The points x with starts[i] <= x < ends[i] for some i."""

    starts: Integers
    ends: Integers

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]]) -> "Intervals":
        """The union of any pairs, however they overlap; empty and reversed ones add nothing."""
        columns = np.array([pair for pair in pairs if pair[0] < pair[1]], dtype=np.int64)
        starts, ends = columns.reshape(-1, 2).T
        return union(starts, ends)

    @property
    def lengths(self) -> Integers:
        return self.ends - self.starts

    def within(self, start: int, end: int) -> "Intervals":
        """The part from one instant to another."""
        starts, ends = np.clip(self.starts, start, end), np.clip(self.ends, start, end)
        real = starts < ends
        return Intervals(starts[real], ends[real])

    def minus(self, other: "Intervals") -> "Intervals":
        """What is left after cutting `other` out: judged piece by piece between all the ends."""
        cuts = np.unique(np.concatenate((self.starts, self.ends, other.starts, other.ends)))
        left, right = cuts[:-1], cuts[1:]
        kept = self.contain(left) & ~other.contain(left)
        return union(left[kept], right[kept])

    def contain(self, points: Integers) -> npt.NDArray[np.bool_]:
        """Which of the points lie inside: more intervals have begun than have ended."""
        begun = np.searchsorted(self.starts, points, side="right")
        ended = np.searchsorted(self.ends, points, side="right")
        return begun > ended


def union(starts: Integers, ends: Integers) -> Intervals:
    """Merge overlapping and touching intervals: a new one begins where nothing before reaches."""
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    fresh = np.ones(len(starts), dtype=np.bool_)
    fresh[1:] = starts[1:] > reach[:-1]
    last = np.append(fresh[1:], True)[: len(starts)]
    return Intervals(starts[fresh], reach[last])
