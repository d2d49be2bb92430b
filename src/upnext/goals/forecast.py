"""When a goal will be met, from what was done for it week by week. Pure arithmetic.

What is left is worked off in imagined weeks, each of them drawn from the ones behind us. Of many
such futures the tenth that is done first, the middle one and the tenth before the last are told.
The draws are always the same, so the same facts give the same answer; and in each future more work
takes longer and a better week is never a loss, so neither is it in what is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from math import inf
from typing import Any, Final

import numpy as np
import numpy.typing as npt

WEEK: Final = timedelta(days=7)
WEEKS: Final = 8
"""How far back the pace is taken from."""
FEW: Final = 4
"""Below so many weeks their mean is no more than a guess, whatever their spread."""
FUTURES: Final = 400
NEAR: Final = 52
FARTHEST: Final = 520
"""Ten years: beyond it no date is told."""
QUANTILES: Final = (0.1, 0.5, 0.9)


class Unknown(StrEnum):
    """Why there is no forecast."""

    NO_TASKS = "no_tasks"
    NOTHING_LEFT = "nothing_left"
    NO_PACE = "no_pace"
    TOO_FAR = "too_far"
    CLOSED = "closed"


class Outlook(StrEnum):
    """How a goal stands against its target date."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Forecast:
    earliest: date
    likely: date
    latest: date
    minutes_per_week: float
    chance: float | None = None
    """In how many of the futures the target is met; None: there is none."""


def last_weeks(now: datetime) -> list[tuple[datetime, datetime]]:
    """The weeks that end at `now`, the oldest first."""
    return [(now - (back + 1) * WEEK, now - back * WEEK) for back in reversed(range(WEEKS))]


def known_weeks(done: Sequence[int], since: datetime, now: datetime) -> Sequence[int]:
    """Of the minutes in `last_weeks` those since work can have begun: a new goal has no idle past.

    `since` is when the goal was made; tasks may have been done for it before.
    """
    age = max(1, -((since - now) // WEEK))
    idle = next((place for place, minutes in enumerate(done) if minutes), len(done) - 1)
    return done[min(idle, max(0, len(done) - age)) :]


def forecast(
    remaining: int, weeks: Sequence[int], now: datetime, target: date | None = None
) -> Forecast | Unknown:
    """`remaining` minutes of work, after so many were done in each of the weeks behind us."""
    if remaining <= 0:
        return Unknown.NOTHING_LEFT
    pace = sum(weeks) / len(weeks) if weeks else 0
    if pace <= 0:
        return Unknown.NO_PACE
    drawn_from = np.array(_with_doubt(weeks), dtype=np.float64)
    needed = _weeks_needed(remaining, drawn_from, NEAR)
    if needed[-1] == inf:
        needed = _weeks_needed(remaining, drawn_from, FARTHEST)
    places = [int(FUTURES * quantile) for quantile in QUANTILES]
    if needed[places[-1]] == inf:
        return Unknown.TOO_FAR
    earliest, likely, latest = [(now + float(needed[place]) * WEEK).date() for place in places]
    chance = None if target is None else _chance(needed, now, target)
    return Forecast(earliest, likely, latest, minutes_per_week=pace, chance=chance)


def _chance(needed: npt.NDArray[np.float64], now: datetime, target: date) -> float:
    """The share of the futures that end by the end of that day."""
    end = datetime.combine(target + timedelta(days=1), time(), now.tzinfo)
    return float(np.mean(needed * WEEK.total_seconds() < (end - now).total_seconds()))


def outlook(target: date | None, today: date, found: Forecast | Unknown) -> Outlook | None:
    """None: nothing can be said, or there is no target to say it of."""
    if target is None or found is Unknown.CLOSED:
        return None
    if found is Unknown.NOTHING_LEFT:
        return Outlook.ON_TRACK
    if today > target or found is Unknown.TOO_FAR:
        return Outlook.LATE
    if not isinstance(found, Forecast):
        return None
    if found.latest <= target:
        return Outlook.ON_TRACK
    return Outlook.LATE if found.earliest > target else Outlook.AT_RISK


def _with_doubt(weeks: Sequence[int]) -> list[float]:
    """Of few weeks it is not believed that all will be like them: half and half as much again of
    their mean may come as well.
    """
    if len(weeks) >= FEW:
        return [float(week) for week in weeks]
    mean = sum(weeks) / len(weeks)
    return [*weeks, mean / 2, mean * 3 / 2]


def _weeks_needed(
    remaining: int, drawn_from: npt.NDArray[np.float64], most: int
) -> npt.NDArray[np.float64]:
    """In each future, in rising order; infinite where `most` weeks are not enough.

    The last week counts for the share of it that is needed.
    """
    done = drawn_from[_draws(len(drawn_from))[:most]]
    total = np.cumsum(done, axis=0)
    last = np.argmax(total >= remaining, axis=0)
    futures = np.arange(FUTURES)
    in_last = done[last, futures]
    before = total[last, futures] - in_last
    enough = total[-1] >= remaining
    share = np.divide(remaining - before, in_last, out=np.ones(FUTURES), where=in_last > 0)
    return np.sort(np.where(enough, last + share, inf))


@lru_cache(maxsize=WEEKS + 2)
def _draws(count: int) -> npt.NDArray[np.integer[Any]]:
    """Which of `count` weeks comes in each week of each future."""
    generator = np.random.default_rng(count)
    return generator.integers(0, count, (FARTHEST, FUTURES), dtype=np.uint8)
