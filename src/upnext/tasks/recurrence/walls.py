"""The wall times of a rule, from any moment on, without counting from its start.

What a search costs is bounded: it gives up after `MOST_STEPS` candidates, or after `HORIZON`
without a find, so that a rule which never comes costs milliseconds. (python-dateutil, with which
the tests compare, cannot be stopped before the year 9999 while it finds nothing.)
"""

import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import product
from typing import Final

from upnext.tasks.recurrence.days import DECEMBER, WEEK, Fits, explicit, fits
from upnext.tasks.recurrence.rules import Freq, Rule

HORIZON: Final = timedelta(days=100 * 366)
MOST_STEPS: Final = 40_000
DAY: Final = 86_400
UNITS: Final = {Freq.HOURLY: 3_600, Freq.MINUTELY: 60, Freq.SECONDLY: 1}
_SECOND: Final = timedelta(seconds=1)
# One year less than there is: in some zone the last days lie after the end of time.
LAST_YEAR: Final = MAXYEAR - 1
_LAST_ORDINAL: Final = date(LAST_YEAR, 12, 31).toordinal()


class TooFar(Exception):
    """The search took too long; to whoever asks there is nothing more."""


@dataclass(slots=True)
class Budget:
    """How many candidates may still be looked at; several searches can share one."""

    left: int = MOST_STEPS


@dataclass(slots=True)
class Search:
    """Where a search begins, what it may cost, and how far it may look for the next find."""

    first: datetime
    budget: Budget
    limit: int = 0

    def found(self, wall: datetime) -> None:
        self.limit = wall.toordinal() + HORIZON.days

    def step(self, ordinal: int) -> None:
        """Raises TooFar. To be called for each candidate, whether it fits or not."""
        self.budget.left -= 1
        if self.budget.left < 0 or ordinal > self.limit or ordinal > _LAST_ORDINAL:
            raise TooFar


def walls(
    rule: Rule,
    start: datetime,
    after: datetime | None = None,
    last: datetime | None = None,
    budget: Budget | None = None,
) -> Iterator[datetime]:
    """The wall times of `rule` from `start` on that lie after `after`, but none after `last`.

    Whole seconds. `start` itself is among them only if the rule has it. COUNT is not looked at:
    how many there have been is known to whoever keeps the series.
    """
    start = start.replace(microsecond=0)
    first = start if after is None else max(start, after.replace(microsecond=0) + _SECOND)
    search = Search(first, budget or Budget())
    search.found(first)
    whole = explicit(rule, start)
    found = _within_days if rule.freq > Freq.DAILY else _by_period
    try:
        for wall in found(whole, start, search):
            if last is not None and wall > last:
                return
            if wall >= first:
                search.found(wall)
                yield wall
    except TooFar:
        return


def next_occurrence(
    rule: Rule, start: datetime, after: datetime | None = None, budget: Budget | None = None
) -> datetime | None:
    """The first wall time after `after`, whatever the end of the rule."""
    return next(walls(rule, start, after, budget=budget), None)


def _at(ordinal: int, seconds: int) -> datetime:
    return datetime.fromordinal(ordinal) + timedelta(seconds=seconds)


# Once a day or less often: the days of a period times the clock times


def _by_period(rule: Rule, start: datetime, search: Search) -> Iterator[datetime]:
    times = _times(rule.hours, rule.minutes, rule.seconds)
    allowed = fits(rule)
    for begin, end in _PERIODS[rule.freq](rule, start, search):
        days = list(_fitting(begin, min(end, _LAST_ORDINAL + 1), allowed, search, rule.months))
        if rule.positions:
            yield from _chosen(days, times, rule.positions)
        else:
            yield from (_at(day, seconds) for day in days for seconds in times)


def _fitting(
    begin: int, end: int, allowed: Fits, search: Search, months: Collection[int]
) -> Iterator[int]:
    ordinal = begin
    while ordinal < end:
        search.step(ordinal)
        day = date.fromordinal(ordinal)
        if months and day.month not in months:
            # A whole month at once: most rules of a year name one.
            ordinal = _month_begin(day.year * DECEMBER + day.month)
            continue
        if allowed(day):
            yield ordinal
        ordinal += 1


def _times(hours: Sequence[int], minutes: Sequence[int], seconds: Sequence[int]) -> tuple[int, ...]:
    return tuple(h * 3_600 + m * 60 + s for h, m, s in product(hours, minutes, seconds))


def _chosen(
    days: Sequence[int], times: Sequence[int], positions: Sequence[int]
) -> Iterator[datetime]:
    """Those at the positions, counted through all times of all days, without listing them."""
    whole = len(days) * len(times)
    places = {place - 1 if place > 0 else whole + place for place in positions}
    for place in sorted(places):
        if 0 <= place < whole:
            day, time = divmod(place, len(times))
            yield _at(days[day], times[time])


def _years(rule: Rule, start: datetime, search: Search) -> Iterator[tuple[int, int]]:
    year = _aligned(start.year, search.first.year, rule.interval)
    while year <= MAXYEAR:
        begin = date(year, 1, 1).toordinal()
        yield begin, date(year, DECEMBER, 31).toordinal() + 1
        year += rule.interval


def _months(rule: Rule, start: datetime, search: Search) -> Iterator[tuple[int, int]]:
    month = _aligned(_month(start), _month(search.first), rule.interval)
    while month < MAXYEAR * DECEMBER + 11:
        yield _month_begin(month), _month_begin(month + 1)
        month += rule.interval


def _month(day: datetime) -> int:
    """Counted from January of the year 0."""
    return day.year * DECEMBER + day.month - 1


def _month_begin(month: int) -> int:
    return date(month // DECEMBER, month % DECEMBER + 1, 1).toordinal()


def _weeks(rule: Rule, start: datetime, search: Search) -> Iterator[tuple[int, int]]:
    """The first one begins with the start itself: so do BYSETPOS and python-dateutil count."""
    opening = _week(start, rule.week_start)
    weeks = (_week(search.first, rule.week_start) - opening) // WEEK
    week = opening + _aligned(0, weeks, rule.interval) * WEEK
    while True:
        yield max(week, start.toordinal()), week + WEEK
        week += rule.interval * WEEK


def _week(day: datetime, week_start: int) -> int:
    return day.toordinal() - (day.weekday() - week_start) % WEEK


def _days(rule: Rule, start: datetime, search: Search) -> Iterator[tuple[int, int]]:
    day = _aligned(start.toordinal(), search.first.toordinal(), rule.interval)
    while True:
        yield day, day + 1
        day += rule.interval


_PERIODS: Final = {
    Freq.YEARLY: _years,
    Freq.MONTHLY: _months,
    Freq.WEEKLY: _weeks,
    Freq.DAILY: _days,
}


def _aligned(begin: int, wanted: int, interval: int) -> int:
    """The last of begin, begin + interval, … that is not after `wanted`."""
    return begin + max(wanted - begin, 0) // interval * interval


# More often: the hours, minutes or seconds of each fitting day


def _within_days(rule: Rule, start: datetime, search: Search) -> Iterator[datetime]:
    unit, allowed = UNITS[rule.freq], fits(rule)
    outer = _outer(rule)
    inner = _inner(rule)
    origin = _units(start.toordinal(), start.hour * 3_600 + start.minute * 60 + start.second, unit)
    ordinal = search.first.toordinal()
    while True:
        search.step(ordinal)
        if allowed(date.fromordinal(ordinal)):
            for seconds in _from(outer, ordinal, search.first):
                search.step(ordinal)
                if (_units(ordinal, seconds, unit) - origin) % rule.interval == 0:
                    yield from (_at(ordinal, seconds + more) for more in inner)
        ordinal += 1


def _units(ordinal: int, seconds: int, unit: int) -> int:
    return (ordinal * DAY + seconds) // unit


def _outer(rule: Rule) -> tuple[int, ...]:
    """When periods begin, in seconds of the day."""
    minutes = (rule.minutes or range(60)) if rule.freq > Freq.HOURLY else (0,)
    seconds = (rule.seconds or range(60)) if rule.freq > Freq.MINUTELY else (0,)
    return _times(tuple(rule.hours or range(24)), tuple(minutes), tuple(seconds))


def _inner(rule: Rule) -> list[int]:
    """What falls into each period, in seconds from its beginning."""
    minutes = rule.minutes if rule.freq == Freq.HOURLY else (0,)
    seconds = rule.seconds if rule.freq < Freq.SECONDLY else (0,)
    times = _times((0,), minutes, seconds)
    if not rule.positions:
        return list(times)
    places = {place - 1 if place > 0 else len(times) + place for place in rule.positions}
    return [times[place] for place in sorted(places) if 0 <= place < len(times)]


def _from(outer: Sequence[int], ordinal: int, first: datetime) -> Sequence[int]:
    """Without those that lie well before `first`."""
    if ordinal != first.toordinal():
        return outer
    seconds = first.hour * 3_600 + first.minute * 60 + first.second
    return outer[bisect.bisect_left(outer, seconds - 3_600) :]
