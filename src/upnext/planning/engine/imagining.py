"""Imagined futures of a run of tasks: each takes another time than was thought.

Monte Carlo: a task's duration is drawn from the log-normal distribution that its median and its
80 % quantile name, independently of the others, and the tasks are done in the order of work. What
ends by a date in so many of all futures does so with about that chance: of 1,000 futures the
standard error is 1.6 points at most.
"""

from typing import Final

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.engine.spreading import P80_SCORE

FUTURES: Final = 1_000


def drawn_minutes(
    minutes: Floats, p80_factor: Floats, *, seed: int, count: int = FUTURES
) -> Floats:
    """(count, n): the durations of n tasks, in work minutes, in each future.

    `minutes` (n,) are medians, `p80_factor` (n,) >= 1 the 80 % quantiles by them. The same seed
    draws the same chances, so that a longer task takes longer in every future.
    """
    chances = np.random.default_rng(seed).standard_normal((count, len(minutes)))
    return np.asarray(minutes * np.exp(chances * np.log(p80_factor) / P80_SCORE))


def imagined_ends(drawn: Floats, release: Floats, pauses: Floats) -> Floats:
    """(count, n): when each task ends in each future, in work minutes from now.

    The columns are in the order of work. None begins before its `release` (n,); what rests behind
    each task, `pauses` (n,), delays the following ones.
    """
    taken = drawn + pauses
    worked = np.cumsum(taken, axis=-1)
    waited = release - (worked - taken)
    begun_late = np.maximum(0, np.maximum.accumulate(waited, axis=-1))
    return np.asarray(worked + begun_late - pauses)
