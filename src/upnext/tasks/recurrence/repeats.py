"""When what repeats is due next: from its due date, or from the moment it was done."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from upnext.tasks.recurrence.rules import Basis, Freq, Rule, last_wall
from upnext.tasks.recurrence.walls import HORIZON, LAST_YEAR, walls
from upnext.tasks.recurrence.zones import instant_of, wall_of

_MONTHS: Final = {Freq.MONTHLY: 1, Freq.YEARLY: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A rule with all it takes to apply it. `exdates` are instants that are left out."""

    rule: Rule
    basis: Basis
    zone: ZoneInfo
    exdates: frozenset[datetime] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a series stands: its wall start, when this occurrence is due by the rule, and really.

    `number` counts the occurrences from 1; those that were skipped count, those that were never
    made do not.
    """

    start: datetime | None
    planned: datetime | None
    due: datetime | None
    number: int


def next_due(pattern: Pattern, at: Standing, now: datetime) -> datetime | None:
    """The due date of the occurrence after the one that is done at `now`. None: it was the last."""
    return next(upcoming(pattern, at, now, 1), None)


def upcoming(pattern: Pattern, at: Standing, now: datetime, limit: int) -> Iterator[datetime]:
    """The next due dates, if this occurrence is done at `now` and each other when it is due."""
    count = pattern.rule.count
    left = limit if count is None else min(limit, count - at.number)
    found = _from_due if pattern.basis == Basis.DUE else _from_completion
    return islice(found(pattern, at, now), max(left, 0))


def _from_due(pattern: Pattern, at: Standing, now: datetime) -> Iterator[datetime]:
    """The rule's dates after the planned one that lie in the future: what was missed is missed."""
    after = max(moment for moment in (at.planned, at.due, now) if moment is not None)
    start = at.start or wall_of(after, pattern.zone)
    return _instants(pattern, start, after)


def _instants(pattern: Pattern, start: datetime, after: datetime) -> Iterator[datetime]:
    zone, last = pattern.zone, last_wall(pattern.rule, pattern.zone)
    for wall in walls(pattern.rule, start, wall_of(after, zone), last):
        instant = instant_of(wall, zone)
        # Two wall times of one gap are one instant; of an overlap the first time round counts.
        if instant > after and instant not in pattern.exdates:
            yield instant
        after = max(after, instant)


def _from_completion(pattern: Pattern, at: Standing, now: datetime) -> Iterator[datetime]:
    due, done = at.planned or at.due, now
    while True:
        following = _after_completion(pattern, due, done)
        if following is None or following - now > HORIZON:
            return
        yield following
        due = done = following


def _after_completion(pattern: Pattern, due: datetime | None, done: datetime) -> datetime | None:
    """The rule as if it began on the day of completion, at the clock time of the due date."""
    rule, zone = pattern.rule, pattern.zone
    finished = wall_of(done, zone).replace(microsecond=0)
    start = finished
    if due is not None and rule.freq < Freq.HOURLY:
        start = datetime.combine(start, wall_of(due, zone).time()).replace(microsecond=0)
    if rule.freq in _MONTHS and rule.is_plain:
        return next(_months_on(pattern, start), None)
    after = max(start, finished)
    if due is not None and rule.names_days:
        # Done early: the date that it was done for is not the next one.
        after = max(after, wall_of(due, zone))
    return next(_instants(pattern, start, max(instant_of(after, zone), done)), None)


def _months_on(pattern: Pattern, start: datetime) -> Iterator[datetime]:
    """The same day some months on, or the last of a month that has no such day."""
    rule, zone = pattern.rule, pattern.zone
    last = last_wall(rule, zone)
    month = start.year * 12 + start.month - 1
    while True:
        month += rule.interval * _MONTHS[rule.freq]
        year, place = divmod(month, 12)
        if year > LAST_YEAR:
            return
        length = calendar.monthrange(year, place + 1)[1]
        wall = start.replace(year=year, month=place + 1, day=min(start.day, length))
        if last is not None and wall > last:
            return
        if (instant := instant_of(wall, zone)) not in pattern.exdates:
            yield instant
