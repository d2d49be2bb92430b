"""How much the suite tries of what is drawn by chance, a little on every push and a lot at night,
and how much time goes into what has to be quick."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
NIGHTLY = PROFILE == "nightly"
TRACED: Final = 10
"""How much slower code is at worst whose lines are counted."""
YARDSTICK_MS: Final = 10.0
"""What the yardstick takes where limits in seconds come from."""


def tries(here: int, by_night: int) -> int:
    return by_night if NIGHTLY else here


def yardstick() -> None:
    """Sorts, sums and dictionaries of 10,000: what the engine does, in a fixed amount."""
    numbers = np.random.default_rng(1).random(10_000)
    for _ in range(8):
        np.argsort(numbers, kind="stable")
        np.cumsum(np.exp(numbers))
    found: dict[str, list[int]] = {}
    for number in range(10_000):
        found.setdefault(f"w{number % 97}", []).append(number)
    sorted((value, str(value)) for value in numbers.tolist()[:5_000])


def best_milliseconds(*works: Callable[[], object], times: int = 15) -> list[float]:
    """CPU time of each one's best of several runs in turn, so that a busy machine slows all
    alike."""
    taken: list[list[int]] = [[] for _ in works]
    for _ in range(times):
        for work, own in zip(works, taken, strict=True):
            start = time.process_time_ns()
            work()
            own.append(time.process_time_ns() - start)
    return [min(own) / 1e6 for own in taken]


def slowness() -> float:
    """How much longer work takes here and now than where limits in seconds come from, at least 1:
    of a core whose other half is busy, a second of CPU time does less."""
    (stick,) = best_milliseconds(yardstick, times=5)
    return max(1.0, stick / YARDSTICK_MS) * (TRACED if sys.gettrace() else 1)


@contextmanager
def cpu_below(seconds: float) -> Iterator[None]:
    """What is done within takes less of this process's time; more on a slow machine, and while
    every line is traced."""
    before = time.process_time()
    yield
    taken = time.process_time() - before
    # The machine is only asked about when that matters.
    assert taken < seconds or taken < seconds * slowness()
