"""When a run of tasks will have ended, if none takes exactly what was thought.

Each task's duration is taken to be log-normal, known by its median and its 80 % quantile, and
independent of the others. The sum of the first k is given the log-normal with the same mean and
variance (L. F. Fenton, "The sum of log-normal probability distributions in scatter transmission
systems", IRE Transactions on Communications Systems 8, 1960). For one task that is exact, for sums
within about 3 % of drawn ones.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from upnext.planning.engine.columns import Floats

P80_SCORE: Final = 0.8416212335729143
"""The 80 % quantile of the standard normal distribution."""


def quantile_ends(minutes: Floats, p80_factor: npt.ArrayLike) -> tuple[Floats, Floats]:
    """(n,) each: work minutes until the first, the first two, ... have ended, by P50 and by P80.

    `minutes` are medians, in the order of work. `p80_factor` >= 1 is a duration's 80 % quantile by
    its median, one for all or one for each.
    """
    spread = (np.log(p80_factor) / P80_SCORE) ** 2
    means = minutes * np.exp(spread / 2)
    mean = np.cumsum(means)
    variance = np.cumsum(means**2 * np.expm1(spread))
    shape = np.log1p(variance / mean**2)
    median = mean * np.exp(-shape / 2)
    return median, median * np.exp(P80_SCORE * np.sqrt(shape))
