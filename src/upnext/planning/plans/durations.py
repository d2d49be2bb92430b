"""How long the tasks of a plan are thought to take."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.keys import TaskFacts
from upnext.planning.learning.durations import Learned


class Durations(NamedTuple):
    """(n,) each."""

    minutes: Floats
    """What is left of each task, by the median."""
    p80_factor: Floats
    """The 80 % quantile by that, at least 1."""


def durations(tasks: Sequence[TaskFacts], remaining: Floats, learned: Learned) -> Durations:
    """`remaining` are the minutes that the order of work counts with."""
    factors = [learned.factor if task.estimated_duration else learned.wide_factor for task in tasks]
    return Durations(remaining, np.maximum(1.0, factors))
