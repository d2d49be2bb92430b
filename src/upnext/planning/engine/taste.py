"""What a person's choices add to a score: one more term, made of the others, within bounds.

Each of the other terms is put on one scale (`SCALES`) and counts as much more or less as the
person's weight for it says. The sum is bounded, so that no habit can hide what is urgent.
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
    "slack": (-1.0, 1.0),
    "started": (0.0, 0.25),
    "energy": (0.0, 0.15),
    "context": (0.0, 0.5),
}
"""Of each term that can be preferred: which value is neutral, and what counts 1."""
WIDEST: Final = 2.0
HEAVIEST: Final = 0.75
"""Below 1: whatever the weights, a shorter task or an earlier deadline never counts against it."""
MOST: Final = 1.5
"""The term itself at most, either way: as much as doing something 4.5 times as important."""


def feature(name: str, value: npt.ArrayLike) -> Floats:
    centre, unit = SCALES[name]
    return np.clip((np.asarray(value, dtype=np.float64) - centre) / unit, -WIDEST, WIDEST)


def shares(terms: Mapping[str, npt.ArrayLike], weights: Weights) -> Iterator[tuple[str, Floats]]:
    """What each feature adds, before the sum is bounded. A term that is missing is 0."""
    for name, weight in weights.items():
        yield name, weight * feature(name, terms.get(name, 0.0))


def taste_term(terms: Mapping[str, npt.ArrayLike], weights: Weights) -> Floats:
    total: Floats = np.zeros(1)
    for _, share in shares(terms, weights):
        total = total + share
    return np.clip(total, -MOST, MOST)
