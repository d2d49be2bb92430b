"""`python -m bench.durations`: do the learned ranges hold what they promise?

Simulated people do tasks one after the other. Before each task the range is learned from those
before it, and counts as right if the task took no longer than its p80. Some of the people are made
as the estimator thinks people are, others are not: heavy tails, drift, sudden change, no estimates.
Exits non-zero when a gate fails. Seeded: the same table each time.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from upnext.planning.learning.durations import NOTHING, Done, Learned, learn

TASKS = 500
WARM_UP = 60
EVERY = 5
PEOPLE = 24
CATEGORIES = ("call", "write", "build")
LOW, HIGH = 0.77, 0.83
HARM = 0.01

Noise = Callable[[np.random.Generator, int], np.ndarray[tuple[int], np.dtype[np.float64]]]


@dataclass(frozen=True)
class Kind:
    """A sort of people: how the logarithm of actual/estimate comes about."""

    name: str
    ln_ratio: Noise
    estimates: bool = True
    inside: bool = True
    """Whether people are as the estimator thinks."""


def _normal(median: float, sigma: float) -> Noise:
    return lambda rng, n: rng.normal(math.log(median), sigma, n)


def _drift(first: float, last: float) -> Noise:
    ends = math.log(first), math.log(last)
    return lambda rng, n: np.linspace(*ends, n) + rng.normal(0, 0.5, n)


def _step(rng: np.random.Generator, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    level = np.where(np.arange(n) < n // 2, math.log(0.8), math.log(1.6))
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = level + rng.normal(0, 0.5, n)
    return found


KINDS = (
    Kind("unbiased, sigma 0.6", _normal(1.0, 0.6)),
    Kind("over-estimates, median 0.6", _normal(0.6, 0.5)),
    Kind("under-estimates, median 1.6", _normal(1.6, 0.5)),
    Kind("careful, sigma 0.25", _normal(1.0, 0.25)),
    Kind("no estimates, three categories", _normal(1.0, 0.8), estimates=False),
    Kind("heavy tails, Student t with 2", lambda rng, n: 0.4 * rng.standard_t(2, n), inside=False),
    Kind("one in ten takes 8 times", lambda rng, n: rng.normal(0, 0.4, n)
         + np.where(rng.random(n) < 0.1, math.log(8), 0), inside=False),
    Kind("drifts from 0.7 to 1.5", _drift(0.7, 1.5), inside=False),
    Kind("drifts from 1.5 to 0.7", _drift(1.5, 0.7), inside=False),
    Kind("changes at once from 0.8 to 1.6", _step, inside=False),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    kind: Kind
    coverage: float
    cold: float
    """Of what is told before anything is known."""
    corrected: float
    """The share of tasks for which the estimate was corrected."""
    saved: float
    """The share of the error in |ln| that this saved."""


def person(kind: Kind, seed: int) -> list[Done]:
    rng = np.random.default_rng(seed)
    ratios = np.exp(kind.ln_ratio(rng, TASKS))
    sizes = np.exp(rng.normal(math.log(40), 0.8, TASKS))
    picks = rng.integers(0, len(CATEGORIES), TASKS)
    usual = (10.0, 60.0, 180.0)
    done = []
    for ratio, size, pick in zip(ratios, sizes, picks, strict=True):
        base = float(size) if kind.estimates else usual[int(pick)]
        estimate = base if kind.estimates else None
        done.append(Done(max(1.0, base * float(ratio)), estimate, CATEGORIES[int(pick)], "home"))
    return done


def judge(kind: Kind, people: int = PEOPLE, every: int = EVERY) -> Row:
    inside = cold = judged = corrected = 0
    plain = after = 0.0
    for seed in range(people):
        history = person(kind, seed)
        for start in range(WARM_UP, TASKS, every):
            learned = learn(history[:start])
            for one in history[start : start + every]:
                judged += 1
                inside += _covered(learned, one)
                cold += _covered(NOTHING, one)
                corrected += learned.correction != 1
                plain += _error(NOTHING, one)
                after += _error(learned, one)
    share = [count / judged for count in (inside, cold, corrected)]
    return Row(kind, share[0], share[1], share[2], 1 - after / plain)


def _covered(learned: Learned, one: Done) -> bool:
    return one.actual <= learned.expected(one.estimate, one.category, one.project).p80


def _error(learned: Learned, one: Done) -> float:
    expected = learned.expected(one.estimate, one.category, one.project).p50
    return abs(math.log(one.actual / expected))


def faults(rows: Sequence[Row]) -> list[str]:
    """The gates: ranges hold for everybody, and no correction does harm."""
    found = [
        f"{row.kind.name}: P80 covers {row.coverage:.1%}, not {LOW:.0%} to {HIGH:.0%}"
        for row in rows
        if not LOW <= row.coverage <= HIGH
    ]
    found += [f"{row.kind.name}: {-row.saved:.1%} worse" for row in rows if row.saved < -HARM]
    return found


def table(rows: Sequence[Row]) -> str:
    head = ("people", "P80 covers", "cold start", "corrected", "error saved")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    rule = ["-" * width for width in widths]
    shown = [lines[0], rule, *lines[1:]]
    padded = (" | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in shown)
    return "\n".join(f"| {line} |" for line in padded)


def _cells(row: Row) -> tuple[str, ...]:
    name = row.kind.name if row.kind.inside else f"{row.kind.name} *"
    return (name, *(f"{v:.1%}" for v in (row.coverage, row.cold, row.corrected, row.saved)))


def main() -> int:
    rows = [judge(kind) for kind in KINDS]
    print(table(rows))
    print("* not as the estimator thinks people are")
    failed = faults(rows)
    for line in failed:
        print(f"bench: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
