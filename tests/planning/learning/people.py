"""Simulated people who pick tasks: as the score has it, plus what they prefer, plus chance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from upnext.planning.engine.taste import calm_term
from upnext.planning.learning.weights import (
    NO_TASTE,
    Option,
    Taste,
    after_pick,
    features_of,
    liking,
)

SHOWN = 8
OPEN = 30


@dataclass
class Picker:
    """`noise` is the spread of the chance in a pick, in units of the score."""

    prefers: Mapping[str, float]
    seed: int
    noise: float = 0.4
    slack: float = 1.2
    """Of the open tasks on average, in look-aheads: hours, or with 100 weeks."""

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)

    def tasks(self) -> list[Option]:
        found = []
        for number in range(OPEN):
            minutes = math.exp(self.rng.normal(math.log(40), 0.9))
            terms = {
                "priority": math.log(2.0 ** int(self.rng.integers(0, 4))),
                "duration": math.log(30) - math.log(max(5, minutes)),
                "slack": -float(self.rng.exponential(self.slack)),
                "started": 0.25 * (self.rng.random() < 0.1),
            }
            score = sum(terms.values())
            calm = float(calm_term(terms["slack"]))
            found.append(Option(UUID(int=number), score, calm, features_of(terms)))
        return found

    def worth(self, option: Option) -> float:
        chance = float(self.rng.gumbel(0, self.noise))
        liked = liking(option, self.prefers) if self.prefers else 0.0
        return option.score + liked + chance

    def best(self, options: list[Option]) -> int:
        worths = [self.worth(option) for option in options]
        return worths.index(max(worths))


def ordered(options: list[Option], weights: Mapping[str, float]) -> list[Option]:
    return sorted(options, key=lambda one: -(one.score + liking(one, weights)))


def taught(picker: Picker, picks: int) -> Taste:
    """After so many answers, of which each shows the first eight."""
    taste = NO_TASTE
    for _ in range(picks):
        shown = ordered(picker.tasks(), taste.applied)[:SHOWN]
        taste = after_pick(taste, shown, picker.best(shown))
    return taste


def hits(picker: Picker, taste: Taste, rounds: int = 400) -> tuple[float, float]:
    """How often the real pick of all open tasks is in the first three: plainly, and as learned."""
    plain = learned = 0
    for _ in range(rounds):
        options = picker.tasks()
        pick = options[picker.best(options)]
        plain += pick in ordered(options, {})[:3]
        learned += pick in ordered(options, taste.applied)[:3]
    return plain / rounds, learned / rounds
