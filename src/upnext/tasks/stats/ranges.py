"""Which days a range has, in a time zone whose clocks are put forward and back."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from upnext.core.errors import invalid_field
from upnext.core.types import micros
from upnext.tasks.recurrence.zones import instant_of, wall_of
from upnext.tasks.stats.schemas import Interval, StatsQuery

USUAL = timedelta(days=30)
MOST_POINTS = 1_000
SHORTEST: Mapping[Interval, int] = {"day": 1, "week": 7, "month": 28}
"""Days of an interval."""

# Up to so many days are shown one by one, and up to so many by the week.
DAYS, WEEKS = 92, 732
ONE_DAY = timedelta(days=1)
SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
# Clocks stay as they are for longer than this.
PROBE = timedelta(days=10)
EPOCH = date(1970, 1, 1)


class Range(NamedTuple):
    """From `since` on and before `until`, where given; the throughput has `first` to `last`."""

    since: datetime | None
    until: datetime | None
    first: date
    last: date
    interval: Interval
    zone: ZoneInfo

    @property
    def charted(self) -> tuple[datetime, datetime]:
        """The moments between which the throughput counts."""
        begins = _midnight(self.first, self.zone)
        ends = _midnight(self.last + ONE_DAY, self.zone)
        return max(self.since or begins, begins), min(self.until or ends, ends)


def range_of(asked: StatsQuery, zone: ZoneInfo, now: datetime) -> Range:
    """Raises Invalid for one that ends before it begins, or is too long to be shown."""
    since, until = _begin(asked.from_, zone), _end(asked.to, zone)
    if since and until and since >= until:
        raise invalid_field("?to", "The range ends before it begins. Give a later `to`.", "range")
    last = wall_of(until - MICROSECOND if until else max(now, since or now), zone).date()
    first = wall_of(since, zone).date() if since else last - USUAL + ONE_DAY
    found = _fitting((last - first).days, asked.interval)
    points = (last - first).days // SHORTEST[found] + 1
    if points > MOST_POINTS:
        detail = (
            f"That would be some {points:,} points; at most {MOST_POINTS:,} are told. Ask for less."
        )
        raise invalid_field("?from", detail, "range_too_long")
    return Range(since, until, first, last, found, zone)


def _begin(edge: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    return edge if edge is None or isinstance(edge, datetime) else _midnight(edge, zone)


def _end(edge: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    return edge if edge is None or isinstance(edge, datetime) else _midnight(edge + ONE_DAY, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001  (a wall time)


def _fitting(days: int, asked: Interval | None) -> Interval:
    if asked is not None:
        return asked
    return "day" if days <= DAYS else "week" if days <= WEEKS else "month"


def starts(first: date, last: date, interval: Interval) -> Iterator[date]:
    """The first day of each interval that has one of the days."""
    day = start_of(first, interval)
    while day <= last:
        yield day
        day = _next(day, interval)


def start_of(day: date, interval: Interval) -> date:
    """Weeks begin on Mondays."""
    if interval == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if interval == "week" else day


def _next(day: date, interval: Interval) -> date:
    if interval == "month":
        return (day + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if interval == "week" else 1)


Distances = tuple[tuple[int, ...], tuple[int, ...]]
"""Seconds since 1970 at which the distance from UTC changes; the distances before and after."""


@lru_cache(maxsize=1_000)
def distances(zone: ZoneInfo, begins: datetime, ends: datetime) -> Distances:
    shifts, found, at = [], [_distance(zone, begins)], begins
    while at < ends:
        then = min(at + PROBE, ends)
        if _distance(zone, then) != found[-1]:
            shifts.append(_shift(zone, at, then))
            found.append(_distance(zone, then))
        at = then
    return tuple(shifts), tuple(found)


def _shift(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    """The second of the change between the two."""
    low, high = seconds_of(before), seconds_of(after) + 1
    old = _distance(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        same = _distance(zone, datetime.fromtimestamp(middle, UTC)) == old
        low, high = (middle, high) if same else (low, middle)
    return high


def _distance(zone: ZoneInfo, at: datetime) -> int:
    distance = at.astimezone(zone).utcoffset()
    return int(distance.total_seconds()) if distance else 0


def seconds_of(at: datetime) -> int:
    """Whole ones since 1970."""
    return micros(at) // 1_000_000


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)
