"""Business time: how much of it lies between two instants, and when an amount of it is over.

Pure arithmetic. Opening hours are wall-clock times in a zone: an instant is open if the weekday and
time that it shows there fall into them. So an hour that is repeated in autumn counts twice, and
one that is skipped in spring not at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 1_440 * MINUTE
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday; Monday is 0."""
LAST_YEAR: Final = 9_998
"""From then on nothing is promised: time zones and calendars end a year later."""
PATIENCE: Final = 100
"""In years: what takes longer, a minute a week, is as good as never due."""
LATEST: Final = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)

Week = tuple[tuple[tuple[int, int], ...], ...]
"""Seven days from Monday, each with its (start, end) in minutes of the local day, in order."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place is open. At least one day of the week has to be."""

    zone: str
    week: Week
    holidays: frozenset[date] = frozenset()

    def of_day(self, day: int) -> Sequence[tuple[int, int]]:
        """`day` is counted from 1970."""
        if self.holidays and EPOCH.date() + timedelta(days=day) in self.holidays:
            return ()
        return self.week[(day + EPOCH_WEEKDAY) % 7]


AROUND_THE_CLOCK: Final = Hours("UTC", tuple(((0, 1_440),) for _ in range(7)))


def elapsed(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """The open time between two instants; none if `end` is not after `start`."""
    start, end = min(start, LATEST), min(end, LATEST)
    if end <= start:
        return timedelta(0)
    first, last = start.astimezone(UTC).year, end.astimezone(UTC).year
    whole = sum(_year(hours, year).total for year in range(first, last))
    worked = whole + _year(hours, last).reading(_micros(end))
    return timedelta(microseconds=worked - _year(hours, first).reading(_micros(start)))


def add(hours: Hours, start: datetime, amount: timedelta) -> datetime:
    """The earliest instant by which `amount` of open time has passed since `start`.

    The inverse of `elapsed`. LATEST where that would be later.
    """
    if amount <= timedelta(0):
        return start
    if start >= LATEST:
        return LATEST
    number = start.astimezone(UTC).year
    last = min(number + PATIENCE, LAST_YEAR)
    goal = _year(hours, number).reading(_micros(start)) + amount // timedelta(microseconds=1)
    while goal > (year := _year(hours, number)).total:
        goal -= year.total
        number += 1
        if number > last:
            return LATEST
    return EPOCH + timedelta(microseconds=year.instant(goal))


@dataclass(frozen=True, slots=True, eq=False)
class _Year:
    """The open spans that begin or lie in one year of UTC, cut at its ends; in microseconds."""

    starts: Sequence[int]
    ends: Sequence[int]
    worked: Sequence[int] = field(repr=False)
    """Open time up to the end of each span."""

    @property
    def total(self) -> int:
        return self.worked[-1] if self.worked else 0

    def reading(self, at: int) -> int:
        """The open time from the year's begin up to `at`."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        return self.worked[place] - max(0, self.ends[place] - at)

    def instant(self, reading: int) -> int:
        """The first instant with this reading, which is at most `total` and not 0."""
        place = bisect_left(self.worked, reading)
        return self.ends[place] - (self.worked[place] - reading)


@lru_cache(maxsize=512)
def _year(hours: Hours, number: int) -> _Year:
    begin = _micros(datetime(number, 1, 1, tzinfo=UTC))
    end = _micros(datetime(number + 1, 1, 1, tzinfo=UTC))
    starts, ends, worked, total = [], [], [], 0
    for opens, closes in _spans(hours, begin, end):
        total += closes - opens
        starts.append(opens)
        ends.append(closes)
        worked.append(total)
    return _Year(starts, ends, worked)


def _spans(hours: Hours, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Lays the week along the wall clock, stretch by stretch of one UTC offset each."""
    for since, until, offset in _stretches(ZoneInfo(hours.zone), begin, end):
        for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in hours.of_day(day):
                first = max(since, midnight + opens * MINUTE)
                last = min(until, midnight + closes * MINUTE)
                if first < last:
                    yield first, last


def _stretches(zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(since, until, offset): the parts of the time from `begin` to `end` with one UTC offset."""
    since, days = begin, [*range(begin, end, DAY), end]
    offsets = [_offset(zone, day) for day in days]
    for (day, after), (old, new) in zip(pairwise(days), pairwise(offsets), strict=True):
        if old != new:
            change = _change(zone, day, after)
            yield since, change, old
            since = change
    yield since, end, offsets[-1]


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The second at which the offset changes, by bisection; no zone does so twice a day."""
    old = _offset(zone, before)
    while after - before > SECOND:
        middle = (before + after) // (2 * SECOND) * SECOND
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, at: int) -> int:
    shift = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    assert shift is not None  # noqa: S101  (a ZoneInfo always has one for an instant)
    return shift // timedelta(microseconds=1)


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
