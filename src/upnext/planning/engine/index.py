"""The ATC index: what a minute of work on a task is worth now.

Apparent tardiness cost (A. P. J. Vepsalainen and T. E. Morton, "Priority rules for job shops with
weighted tardiness costs", Management Science 33(8), 1987) values a task of weight w, remaining
minutes p and deadline d at time t at

    I = (w / p) * exp(-max(0, d - p - t) / (k * mean p))

that is, weight per minute, discounted by the slack left. It is used in logarithms throughout:
exp() underflows when a deadline is months away, and the order would end there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upnext.planning.engine.columns import Floats
from upnext.planning.engine.model import Parameters

MOST_LOOK_AHEADS = 1e6
"""Slack beyond this many look-aheads (centuries) counts as this much: sums stay exact to 1e-9."""


def remaining_minutes(estimate: Floats, spent: Floats, parameters: Parameters) -> Floats:
    """p: what is left of the corrected estimate; an estimate of 0 means that there is none."""
    return np.maximum(parameters.least_minutes, _whole(estimate, parameters) - np.maximum(0, spent))


def sitting_minutes(
    estimate: Floats, remaining: Floats, min_block: Floats, parameters: Parameters
) -> Floats:
    """The time at hand a task needs: its remainder, or its smallest block if it can be split.

    A task that is shorter than the least remainder needs only what it was estimated at.
    """
    rest = np.minimum(remaining, _whole(estimate, parameters))
    return np.where(min_block > 0, np.minimum(rest, min_block), rest)


def _whole(estimate: Floats, parameters: Parameters) -> Floats:
    given = np.where(estimate > 0, estimate, parameters.default_estimate)
    return np.asarray(given * parameters.correction)


def mean_minutes(remaining: Floats, parameters: Parameters) -> float:
    """The mean of p, kept in bounds. Summed in sorted order: the rows' order cannot show."""
    lowest, highest = parameters.mean_bounds
    if parameters.mean_minutes is not None:
        return min(highest, max(lowest, parameters.mean_minutes))
    if not len(remaining):
        return min(highest, max(lowest, parameters.default_estimate))
    return min(highest, max(lowest, float(np.sort(remaining).mean())))


def slack_cost(slack: npt.ArrayLike, rate: float) -> Floats:
    """Rate times slack, 0 if there is none; `rate` (lambda) is 1 / (k * mean p)."""
    return np.minimum(np.maximum(np.multiply(slack, rate), 0.0), MOST_LOOK_AHEADS)


def ln_index(
    ln_weight: npt.ArrayLike, minutes: npt.ArrayLike, slack: npt.ArrayLike, rate: float
) -> Floats:
    """ln I of any number of tasks; slack is d - p - t."""
    return np.asarray(np.subtract(ln_weight, np.log(minutes)) - slack_cost(slack, rate))


@dataclass(frozen=True, slots=True, eq=False)
class IndexKeys:
    """What to store of each task, so that its index at any later time is min(a, b + rate * t).

    Neither key changes as time passes: tasks with slack are in the order of b, those without in
    the order of a, and two sorted database columns replace any job that would score again.
    """

    a: Floats
    """ln(w / p): the index without slack."""
    b: Floats
    """a - rate * latest_start."""
    latest_start: Floats
    """d - p, in work minutes since the instant that t counts from."""

    def at(self, t: float, rate: float) -> Floats:
        """ln I of each task when the work clock has run t minutes."""
        return np.minimum(self.a, self.b + rate * t)


def index_keys(ln_weight: Floats, minutes: Floats, deadline: Floats, rate: float) -> IndexKeys:
    """The keys of each task's own index, without chain merge and without the +ln 30 of a score."""
    a = ln_weight - np.log(minutes)
    latest_start = deadline - minutes
    return IndexKeys(a, a - rate * latest_start, latest_start)
