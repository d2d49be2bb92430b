"""The plan as a scheduling problem: one worker, n tasks, the least weighted lateness.

In the three-field notation of R. L. Graham, E. L. Lawler, J. K. Lenstra and A. H. G. Rinnooy Kan
("Optimization and approximation in deterministic sequencing and scheduling", Annals of Discrete
Mathematics 5, 1979) this is 1 | prec, r_j | sum w_j T_j. All times are work minutes from now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.precedence import Precedence, build_precedence

NO_PRECEDENCE = Precedence({}, (), {}, {}, ())
TOLERANCE = 1e-9
"""Relative: a cost is better only by more than the rounding of its sums."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """n tasks; each field has shape (n,)."""

    minutes: Floats
    """p > 0: what remains to be done."""
    weight: Floats
    """w > 0: the cost of a minute late."""
    deadline: Floats
    """d: negative if it has passed."""
    release: Floats
    """r >= 0: not to be begun before."""
    precedence: Precedence = NO_PRECEDENCE

    def __len__(self) -> int:
        return len(self.minutes)

    @property
    def has_releases(self) -> bool:
        return bool((self.release > 0).any())

    @property
    def horizon(self) -> float:
        """By then everything can be done, in any order."""
        return float(self.minutes.sum() + self.release.max(initial=0))

    def ends(self, orders: Integers) -> Floats:
        """When each task of each order ends; `orders` is (..., n), and so is the result.

        List scheduling: each task begins when the one before has ended and it is released. In
        closed form the end is the work so far, plus the longest wait that anyone had to make good.
        """
        minutes = self.minutes[orders]
        worked = np.cumsum(minutes, axis=-1)
        waited = self.release[orders] - (worked - minutes)
        return np.asarray(worked + np.maximum(0, np.maximum.accumulate(waited, axis=-1)))

    def costs(self, orders: Integers) -> Floats:
        """The total weighted tardiness of each order: (..., n) to (...)."""
        late = np.maximum(0, self.ends(orders) - self.deadline[orders])
        return np.asarray((self.weight[orders] * late).sum(axis=-1))

    def cost(self, order: Integers | Sequence[int]) -> float:
        """The total weighted tardiness of one order."""
        return float(self.costs(np.asarray(order, dtype=np.int64)))

    def keeps_precedence(self, order: Integers | Sequence[int]) -> bool:
        """Does every task come after those it waits for?"""
        places = np.empty(len(self), dtype=np.int64)
        places[np.asarray(order, dtype=np.int64)] = np.arange(len(self))
        following = self.precedence.successors.items()
        return all(places[row] < places[list(after)].min() for row, after in following)


def build_problem(
    minutes: Sequence[float] | Floats,
    weight: Sequence[float] | Floats,
    deadline: Sequence[float] | Floats,
    release: Sequence[float] | Floats | None = None,
    edges: Iterable[tuple[int, int]] = (),
) -> Problem:
    """From numbers; `edges` are (predecessor, successor) by row, those that close a cycle ignored.

    ValueError if a duration or a weight is not above 0, a release is negative, or lengths differ.
    """
    given = (minutes, weight, deadline, _releases(release, len(minutes)))
    p, w, d, r = (np.asarray(column, dtype=np.float64) for column in given)
    if p.ndim != 1 or not p.shape == w.shape == d.shape == r.shape:
        raise ValueError("durations, weights, deadlines and releases are columns of one length")
    if not np.isfinite((p, w, d, r)).all():
        raise ValueError("durations, weights, deadlines and releases are finite numbers")
    if (p <= 0).any() or (w <= 0).any() or (r < 0).any():
        raise ValueError("durations and weights are above 0, releases not below")
    return Problem(p, w, d, r, _precedence(len(p), edges))


def _releases(release: Sequence[float] | Floats | None, size: int) -> Sequence[float] | Floats:
    return np.zeros(size) if release is None else release


def _precedence(size: int, edges: Iterable[tuple[int, int]]) -> Precedence:
    names = [UUID(int=row) for row in range(size)]
    return build_precedence(names, [False] * size, [(names[a], names[b]) for a, b in edges])
