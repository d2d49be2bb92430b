"""What a person prefers, learned from what they picked of what was shown.

The model is a multinomial logit: of shown tasks with scores s and features f the one picked is
drawn with odds exp(b * (s + w.f)). Each pick moves the weights w one small step along the
gradient of its likelihood: towards the features of the picked task, away from those that the model
expected. They are used only as long as they predicted the picks better than the order without them
did: each pick is predicted before it is learned from.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from upnext.planning.engine.taste import HEAVIEST, MOST, SCALES, WIDEST

FEATURES: Final = tuple(SCALES)
SHARPNESS: Final = 2.0
"""At first; then learned with the rest, so that who picks with more or less chance is not taken
for who prefers more or less of everything."""
SHARPER: Final = 0.3
SHARPNESS_BOUNDS: Final = (0.5, 8.0)
STEP: Final = 0.12
SLOWER: Final = 40
"""After so many picks the steps are smaller by the square root of two."""
LEAD: Final = 30.0
FORGETTING: Final = 0.002
"""The share by which each step draws all weights back to nothing."""
WINDOW: Final = 100
"""So many picks are judged,"""
FEWEST: Final = 20
"""and so many at least."""
MOST_GAIN: Final = 2.0
SMALLEST: Final = 1e-9
"""One surprise does not decide."""
CERTAIN: Final = 2.0
"""By so many standard errors the weights have to be better."""
REASONS: Final[Mapping[str, frozenset[str]]] = {
    "too_long": frozenset({"duration"}),
    "wrong_place": frozenset({"context"}),
    "no_energy": frozenset({"energy"}),
    "not_important": frozenset({"priority", "goal"}),
    "not_urgent": frozenset({"slack", "no_deadline"}),
    "not_now": frozenset(),
    "other": frozenset(),
}
"""What a skip for that reason says something of."""

Features = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A shown task: its score without what was learned, and its features in their order."""

    id: UUID
    score: float
    calm: float
    """As `taste.calm_term` of its slack."""
    features: Features


@dataclass(frozen=True, slots=True)
class Taste:
    """What is stored of a person."""

    weights: Mapping[str, float] = field(default_factory=dict)
    picks: int = 0
    gains: tuple[float, ...] = ()
    """How much likelier each of the last picks was by the weights, in logarithms."""
    sharpness: float = SHARPNESS
    aside: Mapping[str, int] = field(default_factory=dict)
    """What was skipped, and until when it is not proposed again, in microseconds since 1970."""

    @property
    def used(self) -> bool:
        """Whether they predicted clearly better."""
        count = len(self.gains)
        if count < FEWEST:
            return False
        mean = sum(self.gains) / count
        spread = sum((gain - mean) ** 2 for gain in self.gains) / (count - 1)
        return mean > CERTAIN * math.sqrt(spread / count)

    @property
    def applied(self) -> Mapping[str, float]:
        return self.weights if self.used else {}

    def put_off(self, now: int) -> dict[UUID, int]:
        return {UUID(task_id): until for task_id, until in self.aside.items() if until > now}


NO_TASTE: Final = Taste()


def features_of(terms: Mapping[str, float]) -> Features:
    """As `taste.feature`, of the terms of one score; one that is not told is 0."""
    found = []
    for name, (centre, unit) in SCALES.items():
        value = (terms.get(name, 0.0) - centre) / unit
        found.append(min(WIDEST, max(-WIDEST, value)))
    return tuple(found)


def odds(
    options: Sequence[Option], weights: Mapping[str, float], sharpness: float = SHARPNESS
) -> list[float]:
    """How likely each is picked."""
    values = [sharpness * (one.score + liking(one, weights)) for one in options]
    highest = max(values)
    exponents = [math.exp(value - highest) for value in values]
    total = sum(exponents)
    return [each / total for each in exponents]


def liking(option: Option, weights: Mapping[str, float]) -> float:
    """The term `learned` of its score; without weights there is none."""
    if not weights:
        return 0.0
    pairs = zip(FEATURES, option.features, strict=True)
    found = sum(weights.get(name, 0.0) * value for name, value in pairs)
    return min(MOST, max(-MOST, found)) + option.calm


def after_pick(taste: Taste, options: Sequence[Option], picked: int) -> Taste:
    """One step, and one more judgement of what was known before it."""
    if len(options) < 2:  # noqa: PLR2004  (who is shown one task has no choice)
        return taste
    expected = odds(options, taste.weights, taste.sharpness)
    plain = odds(options, {}, taste.sharpness)
    gain = _ln(expected[picked]) - _ln(plain[picked])
    gain = min(MOST_GAIN, max(-MOST_GAIN, gain))
    mean = [
        sum(share * one.features[place] for share, one in zip(expected, options, strict=True))
        for place in range(len(FEATURES))
    ]
    pull = [own - other for own, other in zip(options[picked].features, mean, strict=True)]
    return replace(
        taste,
        weights=_moved(taste, pull, frozenset(FEATURES)),
        sharpness=_sharpened(taste, options, picked, expected),
        picks=taste.picks + 1,
        gains=(*taste.gains, round(gain, 4))[-WINDOW:],
    )


def _ln(share: float) -> float:
    """Of what was out of the question, too."""
    return math.log(max(share, SMALLEST))


def _sharpened(
    taste: Taste, options: Sequence[Option], picked: int, expected: Sequence[float]
) -> float:
    scores = [one.score + liking(one, taste.weights) for one in options]
    mean = sum(share * score for share, score in zip(expected, scores, strict=True))
    step = SHARPER / math.sqrt(1 + taste.picks / SLOWER)
    lowest, highest = SHARPNESS_BOUNDS
    surprise = min(1.0, max(-1.0, scores[picked] - mean))
    moved = taste.sharpness * (1 + step * surprise)
    return round(min(highest, max(lowest, moved)), 4)


def after_skip(taste: Taste, options: Sequence[Option], skipped: int, reason: str) -> Taste:
    """The best of the others was preferred, as far as the reason says something of it."""
    others = [place for place in range(len(options)) if place != skipped]
    if not others or not REASONS[reason]:
        return taste
    scores = [one.score + liking(one, taste.weights) for one in options]
    best = max(others, key=lambda place: scores[place])
    lead = min(LEAD, max(-LEAD, taste.sharpness * (scores[best] - scores[skipped])))
    surprise = 1 / (1 + math.exp(lead))
    pairs = zip(options[best].features, options[skipped].features, strict=True)
    pull = [surprise * (better - worse) for better, worse in pairs]
    return replace(taste, weights=_moved(taste, pull, REASONS[reason]))


def _moved(taste: Taste, pull: Sequence[float], which: frozenset[str]) -> dict[str, float]:
    step = STEP / math.sqrt(1 + taste.picks / SLOWER)
    moved = {}
    for name, force in zip(FEATURES, pull, strict=True):
        weight = taste.weights.get(name, 0.0) * (1 - FORGETTING)
        weight += step * force if name in which else 0.0
        moved[name] = round(min(HEAVIEST, max(-HEAVIEST, weight)), 4)
    return moved


@dataclass(frozen=True, slots=True)
class Replay:
    """How a history would have been predicted: of how many picks, how many were first, and how
    many among the first three, without weights, with them, and with them where they are used."""

    picks: int
    plain: tuple[int, int]
    learned: tuple[int, int]
    guarded: tuple[int, int]
    taste: Taste


def replay(history: Sequence[tuple[Sequence[Option], int]]) -> Replay:
    """Each pick is predicted by what was known before it."""
    taste, counts = NO_TASTE, [[0, 0], [0, 0], [0, 0]]
    for options, picked in history:
        for count, weights in zip(counts, ({}, taste.weights, taste.applied), strict=True):
            place = _place(options, picked, weights)
            count[0] += place == 0
            count[1] += place < 3  # noqa: PLR2004  (the first three)
        taste = after_pick(taste, options, picked)
    plain, learned, guarded = ((first, three) for first, three in counts)
    return Replay(len(history), plain, learned, guarded, taste)


def _place(options: Sequence[Option], picked: int, weights: Mapping[str, float]) -> int:
    scores = [one.score + liking(one, weights) for one in options]
    return sum(score > scores[picked] for score in scores)


# To and from the database


def dump(taste: Taste) -> dict[str, Any]:
    return {
        "weights": dict(taste.weights),
        "picks": taste.picks,
        "gains": list(taste.gains),
        "sharpness": taste.sharpness,
        "aside": dict(taste.aside),
    }


def load(stored: Mapping[str, Any] | None) -> Taste:
    if not stored:
        return NO_TASTE
    return Taste(**{**stored, "gains": tuple(stored["gains"])})
