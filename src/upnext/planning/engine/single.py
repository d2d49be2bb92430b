"""The score of one task in plain numbers: `scoring`, `chain` and `taste` for who tries variants.

For a handful of numbers an array costs more than it computes. Tests hold both to the same values.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache

from upnext.planning.engine.index import MOST_LOOK_AHEADS
from upnext.planning.engine.model import Parameters
from upnext.planning.engine.scoring import LN_REFERENCE
from upnext.planning.engine.taste import CALM, MOST, SCALES, WIDEST, Weights

Follower = tuple[float, float, float]
"""Of a chain that a task may join: its ln index, ln value and minutes."""


@cache
def ln_weights(weights: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(map(math.log, weights))


def duration_term(minutes: float) -> float:
    return LN_REFERENCE - math.log(minutes)


def slack_term(slack: float, rate: float) -> float:
    return -min(max(slack * rate, 0.0), MOST_LOOK_AHEADS)


def remaining(estimate: float, spent: float, parameters: Parameters) -> float:
    return max(parameters.least_minutes, _whole(estimate, parameters) - max(0.0, spent))


def sitting(estimate: float, minutes: float, min_block: float, parameters: Parameters) -> float:
    rest = min(minutes, _whole(estimate, parameters))
    return min(rest, min_block) if min_block > 0 else rest


def _whole(estimate: float, parameters: Parameters) -> float:
    return (estimate if estimate > 0 else parameters.default_estimate) * parameters.correction


def joined(ln_index: float, minutes: float, following: Sequence[Follower]) -> float:
    """ln index after the merge with these, the best first."""
    if not following:
        return ln_index
    index, value, length = ln_index, ln_index + math.log(minutes), minutes
    for their_index, their_value, their_minutes in following:
        if their_index <= index:
            break
        high, low = max(value, their_value), min(value, their_value)
        value = high + math.log1p(math.exp(low - high))
        length += their_minutes
        index = value - math.log(length)
    return index


def learned_term(terms: Mapping[str, float], weights: Weights) -> float:
    """What a person's choices add to these terms."""
    if not weights:
        return 0.0
    total = 0.0
    for name, weight in weights.items():
        centre, unit = SCALES[name]
        total += weight * min(WIDEST, max(-WIDEST, (terms.get(name, 0.0) - centre) / unit))
    return min(MOST, max(-MOST, total)) + calm_term(terms.get("slack", 0.0))


def calm_term(slack: float) -> float:
    rest = max(0.0, -slack - CALM)
    return rest - math.log1p(rest)
