"""What a person's choices add to a score: one more term, made of the others, within bounds.

Each of the other terms is put on one scale (`SCALES`) and counts as much more or less as the
person's weight for it says. The sum is bounded, so that no habit can hide what is urgent; and what
has much time is taken to have some, since there a habit does no harm.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Weights = Mapping[str, float]
"""Feature to weight, each between -`HEAVIEST` and `HEAVIEST`; one that is missing is 0."""

SCALES: Final[Mapping[str, tuple[float, float]]] = {
    "priority": (0.7, 1.0),
    "goal": (0.0, 0.5),
    "no_deadline": (0.0, 1.0),
    "duration": (0.0, 1.0),
    "slack": (0.0, 1.0),
    "started": (0.0, 0.25),
    "energy": (0.0, 0.15),
    "context": (0.0, 0.5),
}
"""Of each term that can be preferred: which value is neutral, and what counts 1."""
WIDEST: Final = 2.0
CALM: Final = 2.0
"""Slack beyond so many look-aheads is no reason for haste: of the rest only the logarithm counts.
Else one deadline a week later than another would outweigh everything that could be preferred."""
HEAVIEST: Final = 0.75
"""Below 1: whatever the weights, a shorter task or an earlier deadline never counts against it."""
MOST: Final = 1.5
"""The preferences at most, either way: as much as doing something 4.5 times as important."""


def feature(name: str, value: npt.ArrayLike) -> Floats:
    centre, unit = SCALES[name]
    return np.clip((np.asarray(value, dtype=np.float64) - centre) / unit, -WIDEST, WIDEST)


def shares(terms: Mapping[str, npt.ArrayLike], weights: Weights) -> Iterator[tuple[str, Floats]]:
    """What each feature adds, before the sum is bounded. A term that is missing is 0."""
    for name, weight in weights.items():
        yield name, weight * feature(name, terms.get(name, 0.0))


def calm_term(slack: npt.ArrayLike) -> Floats:
    """What is given back of the slack term of a task that has time."""
    rest = np.maximum(0.0, -np.asarray(slack, dtype=np.float64) - CALM)
    return np.asarray(rest - np.log1p(rest))


def taste_term(terms: Mapping[str, npt.ArrayLike], weights: Weights) -> Floats:
    """Nothing without weights."""
    total: Floats = np.zeros(1)
    if not weights:
        return total
    for _, share in shares(terms, weights):
        total = total + share
    return np.clip(total, -MOST, MOST) + calm_term(terms.get("slack", 0.0))
