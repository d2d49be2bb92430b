"""How long tasks are thought to take: the one place to put better estimates in."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.keys import TaskFacts

P80_FACTOR: Final = 1.4
"""The 80 % quantile of what people take, by the estimate, before anything is known of a person."""


class Durations(NamedTuple):
    """(n,) each."""

    minutes: Floats
    """What is left of each task, by the median."""
    p80_factor: Floats
    """The 80 % quantile by that, at least 1."""


def durations(tasks: Sequence[TaskFacts], remaining: Floats) -> Durations:
    """`remaining` are the minutes that the order of work counts with."""
    return Durations(remaining, np.full(len(tasks), P80_FACTOR))
