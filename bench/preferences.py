"""`python -m bench.preferences`: is what somebody prefers recovered from a hundred picks?

Simulated people have thirty open tasks at a time and pick the best of the first eight: by the
score, what they prefer, and chance (Gumbel). Then, of other tasks, how often is the pick that they
would make among the first three, by the plain order and by what was learned? Exits non-zero when
who has a clear preference gains less than ten points, or who has none loses more than half a point.
Seeded: the same table each time.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.planning.learning.people import Picker, hits, taught

PEOPLE = 12
PICKS = 100
ROUNDS = 250
GAIN, HARM = 0.10, 0.005
NOBODY: Mapping[str, float] = {}


@dataclass(frozen=True)
class Kind:
    name: str
    prefers: Mapping[str, float]
    noise: float
    slack: float = 1.2
    clear: bool = True
    """Whether there are ten points to gain."""


KINDS = (
    Kind("short before important", {"duration": 0.7, "priority": -0.6}, 0.3),
    Kind("long and urgent", {"duration": -0.75, "slack": 0.5}, 0.3),
    Kind("important before short", {"priority": 0.75, "duration": -0.75}, 0.3),
    Kind("short, nothing is urgent", {"duration": 0.7, "priority": -0.6}, 0.3, slack=60),
    Kind("a little for short", {"duration": 0.25}, 0.3, clear=False),
    Kind("short, with much chance", {"duration": 0.7, "priority": -0.6}, 0.9, clear=False),
    Kind("nothing, little chance", NOBODY, 0.2),
    Kind("nothing, some chance", NOBODY, 0.4),
    Kind("nothing, much chance", NOBODY, 0.8),
    Kind("nothing, nothing is urgent", NOBODY, 0.4, slack=60),
)


@dataclass(frozen=True)
class Row:
    kind: Kind
    used: int
    plain: float
    learned: float

    @property
    def fault(self) -> str | None:
        gain = self.learned - self.plain
        if self.kind.prefers and self.kind.clear and gain < GAIN:
            return f"{self.kind.name}: gains {gain:.1%}, not {GAIN:.0%}"
        if gain < -HARM:
            return f"{self.kind.name}: loses {-gain:.1%}"
        return None


def judge(kind: Kind, people: int = PEOPLE) -> Row:
    shares, used = [], 0
    for seed in range(people):
        picker = Picker(kind.prefers, seed, kind.noise, kind.slack)
        taste = taught(picker, PICKS)
        used += taste.used
        shares.append(hits(picker, taste, rounds=ROUNDS))
    plain, learned = np.mean(shares, axis=0).tolist()
    return Row(kind, used, plain, learned)


def main() -> int:
    print(f"{'what they prefer':<28} {'used':>6} {'plain':>8} {'learned':>8} {'points':>7}")
    failed = []
    for kind in KINDS:
        row = judge(kind)
        name = kind.name if kind.clear else f"{kind.name} *"
        print(
            f"{name:<28} {row.used:>3}/{PEOPLE:<2} {row.plain:>8.1%} {row.learned:>8.1%}"
            f" {100 * (row.learned - row.plain):>+7.1f}",
            flush=True,
        )
        failed += [row.fault] if row.fault else []
    print("* told, but no gate: there are hardly ten points to gain")
    for line in failed:
        print(f"bench: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
