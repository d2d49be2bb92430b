"""How long tasks take, from those that were done and whose time was tracked.

Medians and quantiles of ratios, never means of logarithms: efforts have heavy tails. Everything is
shrunk towards what holds for everybody, so that few tasks move little; and an estimate is corrected
only for who has shown that it helps.
"""

import math
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

MINUTES: Final = 30.0
"""A task of which nothing is known."""
RECENT: Final = 200
"""So many tasks tell the habit of estimating."""
RANGE: Final = 300
"""And so many how far off one is."""
JUDGED: Final = 50
"""A correction has to have helped over the last so many tasks,"""
FEWEST_JUDGED: Final = 20
"""of which there have to be so many,"""
BETTER: Final = 0.02
"""by this share of the error."""
PRIOR: Final = 20
"""As many tasks as what holds for everybody counts."""
EVERYBODY: Final = 0.0
"""The median of ln(actual/estimate) over everybody: estimates are unbiased."""
FACTOR: Final = 1.4
"""The 80 % quantile of actual/expected over everybody (measured: 1.37 to 1.60)."""
WIDE_FACTOR: Final = 3.0
"""The same without an estimate, where the median alone is off by a factor of 2.9."""
TIMES: Final = "\N{MULTIPLICATION SIGN}"
FEWEST: Final = 5
"""A group says something from so many tasks on,"""
GROUP_PRIOR: Final = 5
"""and what is wider than the group counts as many."""
EIGHTY: Final = 0.8
STEP: Final = 0.03
"""How far the quantile of a range moves after one task, between these bounds."""
LOWEST, HIGHEST = 0.5, 0.98


@dataclass(frozen=True, slots=True)
class Done:
    """A task that was done, with the minutes that were tracked on it."""

    actual: float
    estimate: float | None
    category: str
    project: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Minutes. Half of such tasks take no longer than `p50`, four of five no longer than `p80`."""

    p50: float
    p80: float


Groups = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is stored of a person. Without history it is what holds for everybody."""

    count: int = 0
    """Tasks that it was learned from, and those of them that had an estimate."""
    estimated: int = 0
    ratio: float = 1.0
    """What tasks take as a multiple of their estimates, shrunk: told to the person."""
    correction: float = 1.0
    """The same where it is applied: 1 unless it has been shown to help."""
    gain: float | None = None
    """The share of the error that correcting would have saved, if enough tasks can tell."""
    factor: float = FACTOR
    """From p50 to p80 of a task with an estimate."""
    wide_factor: float = WIDE_FACTOR
    """And of one without."""
    person: float | None = None
    """The median of all tasks, if there are enough."""
    categories: Groups = field(default_factory=dict)
    projects: Groups = field(default_factory=dict)

    def expected(self, estimate: float | None, category: str, project: str) -> Expected:
        """Of a task, whole. The one function for whoever wants to know how long it takes."""
        if estimate:
            p50 = estimate * self.correction
            return Expected(p50, p50 * self.factor)
        p50 = self.typical(category, project)
        return Expected(p50, p50 * self.wide_factor)

    def typical(self, category: str, project: str) -> float:
        """Of a task without an estimate: of its category, else its project, else the person's."""
        for groups, name in ((self.categories, category), (self.projects, project)):
            if name in groups:
                return groups[name]
        return self.person or MINUTES

    def knows(self, category: str, project: str) -> bool:
        return self.person is not None or category in self.categories or project in self.projects


NOTHING: Final = Learned()


def learn(history: Sequence[Done]) -> Learned:
    """`history` in the order in which the tasks were done, the latest last."""
    history = [one for one in history if one.actual > 0]
    if not history:
        return NOTHING
    estimated = [one for one in history if one.estimate]
    ratios = [_ln_ratio(one) for one in estimated]
    ln_ratio = shrunk_ratio(ratios)
    gain = _gain(ratios)
    correction = math.exp(ln_ratio) if gain is not None and gain >= BETTER else 1.0
    person = _typical(history, MINUTES)
    around = person or MINUTES
    groups = Learned(
        person=person,
        categories=_groups(history, lambda one: one.category, around),
        projects=_groups(history, lambda one: one.project, around),
    )
    return Learned(
        count=len(history),
        estimated=len(estimated),
        ratio=math.exp(ln_ratio),
        correction=correction,
        gain=gain,
        factor=_factor([math.exp(each) / correction for each in ratios], FACTOR),
        wide_factor=_factor(_wide_ratios(history), WIDE_FACTOR),
        person=person,
        categories=groups.categories,
        projects=groups.projects,
    )


def _ln_ratio(one: Done) -> float:
    return math.log(one.actual / (one.estimate or one.actual))


def shrunk_ratio(ratios: Sequence[float]) -> float:
    """Of logarithms: (n * median of the last 200 + 20 * everybody's median) / (n + 20)."""
    recent = ratios[-RECENT:]
    if not recent:
        return EVERYBODY
    return (len(recent) * median(recent) + PRIOR * EVERYBODY) / (len(recent) + PRIOR)


def _gain(ratios: Sequence[float]) -> float | None:
    """The share of the error over the last tasks that the correction known before each of them
    would have saved. None: too few can tell."""
    first = max(0, len(ratios) - JUDGED)
    judged = ratios[first:]
    if len(judged) < FEWEST_JUDGED:
        return None
    plain = sum(abs(each) for each in judged)
    corrected = sum(
        abs(each - shrunk_ratio(ratios[: first + place])) for place, each in enumerate(judged)
    )
    return 1 - corrected / plain if plain else 0.0


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values: between the two nearest, as the share of a further one that would lie
    below it."""
    place = min(max(share * (len(ordered) + 1) - 1, 0), len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _factor(ratios: Sequence[float], everybody: float) -> float:
    """(n * quantile of the last 300 + 20 * everybody's) / (n + 20).

    Which quantile follows from how often the range held so far: after each task that it missed a
    little higher, after each that it held a little lower, so that it holds four times of five also
    for who changes (adaptive conformal inference: I. Gibbs and E. Candes, NeurIPS 2021).
    """
    seen: list[float] = []
    share, found = EIGHTY, everybody
    for ratio in ratios[-RANGE:]:
        share += STEP * (EIGHTY - (ratio <= found))
        share = min(HIGHEST, max(LOWEST, share))
        insort(seen, ratio)
        count = len(seen)
        found = (count * quantile(seen, share) + PRIOR * everybody) / (count + PRIOR)
    return found


def _wide_ratios(history: Sequence[Done]) -> list[float]:
    """How far tasks were off what was typical of their category, or of all, before them."""
    found, seen = [], defaultdict[str, list[float]](list)
    for one in history[-RANGE:]:
        groups = (seen[f"={one.category}"], seen["all"])
        known = next((group for group in groups if len(group) >= FEWEST), None)
        if known is not None:
            found.append(one.actual / _middle(known))
        for group in groups:
            insort(group, one.actual)
    return found


def _middle(ordered: Sequence[float]) -> float:
    return (ordered[len(ordered) // 2] + ordered[(len(ordered) - 1) // 2]) / 2


def _typical(history: Sequence[Done], wider: float) -> float | None:
    """The median of the last 200, shrunk towards what is wider on the scale of ratios."""
    recent = history[-RECENT:]
    if len(recent) < FEWEST:
        return None
    own, count = math.log(median(one.actual for one in recent)), len(recent)
    return math.exp((count * own + GROUP_PRIOR * math.log(wider)) / (count + GROUP_PRIOR))


def _groups(
    history: Iterable[Done], name_of: Callable[[Done], str], wider: float
) -> dict[str, float]:
    found: dict[str, list[Done]] = {}
    for one in history:
        found.setdefault(name_of(one), []).append(one)
    medians = {name: _typical(group, wider) for name, group in sorted(found.items())}
    return {name: minutes for name, minutes in medians.items() if minutes is not None}


# To and from the database


def dump(learned: Learned) -> dict[str, Any]:
    """JSON's own values; rounded, so that what did not change looks so."""
    plain = {name: getattr(learned, name) for name in Learned.__slots__}
    rounded = {name: round(v, 4) if isinstance(v, float) else v for name, v in plain.items()}
    for name in ("categories", "projects"):
        rounded[name] = {group: round(minutes, 1) for group, minutes in plain[name].items()}
    return rounded


def load(stored: Mapping[str, Any] | None) -> Learned:
    return Learned(**stored) if stored else NOTHING


def text(learned: Learned) -> str | None:
    """Said to the person; None: too little is known to say anything."""
    if learned.estimated < FEWEST_JUDGED:
        return None
    last = min(learned.estimated, JUDGED)
    return f"your tasks usually take {learned.ratio:.1f} {TIMES} your estimate (last {last})"
