"""How much the suite tries of what is drawn by chance, a little on every push and a lot at night,
and how much time goes into what has to be quick."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
NIGHTLY = PROFILE == "nightly"
TRACED: Final = 10
"""How much slower code is at worst whose lines are counted."""


def tries(here: int, by_night: int) -> int:
    return by_night if NIGHTLY else here


@contextmanager
def cpu_below(seconds: float) -> Iterator[None]:
    """What is done within takes less of this process's time; more while every line is traced."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds * (TRACED if sys.gettrace() else 1)
