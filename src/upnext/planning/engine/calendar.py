"""The work clock: it runs during free working time and stands still otherwise.

A deadline on Monday noon is three hours away on Friday at five, if work starts at nine. Every
duration the engine compares is read off this clock, in work minutes.

Working hours are wall-clock times in the person's zone. An instant is working time if the local
weekday and time it shows fall inside an interval, so a repeated hour in autumn counts twice and a
skipped one in spring not at all. Busy times are instants and are cut out.

The clock is exact inside a horizon around the day it was built for. Further out it runs at the
week's average pace and ignores busy times. It never runs backwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from upnext.planning.engine.instants import (
    DAY,
    FIRST,
    LAST,
    MINUTE,
    SECOND,
    from_micros,
    to_micros,
)
from upnext.planning.engine.intervals import Integers, Intervals, union

WeekHours = Sequence[Sequence[tuple[int, int]]]
"""Seven days from Monday, each a list of (start, end) in minutes of the local day, 0 to 1,440."""

Minutes = npt.NDArray[np.float64]

OFFICE_HOURS: Final[WeekHours] = (*(((540, 1_020),) for _ in range(5)), (), ())
AROUND_THE_CLOCK: Final[WeekHours] = tuple(((0, 1_440),) for _ in range(7))
DAYS_BEHIND: Final = 200
DAYS_AHEAD: Final = 400
WEEK_MINUTES: Final = 7 * 1_440
EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday; Monday is 0."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instant stands in the working day."""

    working: bool
    minutes_left: float | None
    """Clock minutes to the end of the current block; None outside one, or with no end known."""
    next_start: datetime | None
    """When the next block begins, if one is known."""


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """A person's free working time; build it with `build_calendar`.

    It depends on the day only, not on the minute, so one calendar serves a whole day.
    """

    free: Intervals
    worked: Integers
    """Microseconds of free time before each interval; one more entry than intervals."""
    horizon: tuple[int, int]
    pace: float
    """Share of the week that is working time."""

    def read(self, micros: npt.ArrayLike) -> Minutes:
        """The clock's reading at each instant, in work minutes since the horizon's start."""
        instants = np.asarray(micros, dtype=np.int64)
        begin, end = self.horizon
        inside = np.minimum(np.maximum(instants, begin), end)
        block = self.free.starts.searchsorted(inside, side="right")
        # Of the block before; before the first, the last one's is as good as any.
        ends = self.free.ends
        last_end = np.where(block > 0, ends[block - 1], begin) if len(ends) else begin
        worked = self.worked[block] - np.maximum(0, last_end - inside)
        return np.asarray((worked + self.pace * (instants - inside)) / MINUTE)

    def reading(self, instant: int) -> float:
        """The same for one instant, without arrays."""
        begin, end = self.horizon
        inside = min(end, max(begin, instant))
        block = int(self.free.starts.searchsorted(inside, side="right"))
        last_end = int(self.free.ends[block - 1]) if block else begin
        worked = int(self.worked[block]) - max(0, last_end - inside)
        return (worked + self.pace * (instant - inside)) / MINUTE

    def tau(self, micros: npt.ArrayLike, now: int) -> Minutes:
        """Work minutes from `now` to each instant; negative if the instant is past."""
        return np.asarray(self.read(micros) - self.reading(now))

    def instant_after(self, minutes: float, now: int) -> int:
        """The earliest instant that lies this many work minutes from `now` (the inverse of tau).

        At most the last instant of the Gregorian calendar: ten minutes a week go a long way.
        """
        goal = (self.reading(now) + minutes) * MINUTE
        begin, end = self.horizon
        if goal <= 0:
            return max(to_micros(FIRST), begin + int(goal / self.pace))
        if goal > self.worked[-1]:
            return min(to_micros(LAST), end + int((goal - float(self.worked[-1])) / self.pace))
        block = int(np.searchsorted(self.worked[1:], goal, side="left"))
        return int(self.free.starts[block] + goal - self.worked[block])

    def instants_after(self, minutes: Minutes, now: int) -> Integers:
        """The same for many, all of them above 0; of any shape."""
        goals = (self.reading(now) + minutes) * MINUTE
        block = np.searchsorted(self.worked[1:], goals, side="left")
        inside = np.minimum(block, len(self.free.starts) - 1)
        found = self.free.starts[inside] + goals - self.worked[inside]
        beyond = self.horizon[1] + (goals - float(self.worked[-1])) / self.pace
        found = np.where(goals > self.worked[-1], np.minimum(beyond, to_micros(LAST)), found)
        return np.asarray(found, dtype=np.int64)

    def standing(self, now: int) -> Standing:
        """Is `now` working time, how long is this block, when does the next one begin?"""
        index = int(np.searchsorted(self.free.starts, now, side="right"))
        starts, ends = self.free.starts, self.free.ends
        following = from_micros(int(starts[index])) if index < len(starts) else None
        if index == 0 or now >= ends[index - 1]:
            return Standing(working=False, minutes_left=None, next_start=following)
        end = int(ends[index - 1])
        left = None if end == self.horizon[1] else (end - now) / MINUTE
        return Standing(working=True, minutes_left=left, next_start=following)


def build_calendar(
    zone: tzinfo,
    week: WeekHours,
    around: datetime,
    busy: Sequence[tuple[datetime, datetime]] = (),
) -> WorkCalendar:
    """The work clock of a person in `zone`, exact 200 days before and 400 after `around`.

    A week without any working hours says nothing about when its owner works, so every hour
    counts. ValueError if `week` has not seven days or a time is not in 0..1,440.
    """
    day = to_micros(around) // DAY
    horizon = ((day - DAYS_BEHIND) * DAY, (day + DAYS_AHEAD) * DAY)
    hours = _checked(week)
    engaged = Intervals.of([(to_micros(start), to_micros(end)) for start, end in busy])
    free = _working_time(zone, hours, horizon).minus(engaged)
    worked = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(free.lengths)))
    weekly = sum(int(day_hours.lengths.sum()) for day_hours in hours)
    return WorkCalendar(free, worked, horizon, weekly / WEEK_MINUTES)


def _checked(week: WeekHours) -> list[Intervals]:
    if len(week) != len(AROUND_THE_CLOCK):
        raise ValueError("working hours need seven days, Monday first")
    for start, end in (pair for day in week for pair in day):
        if not 0 <= start < end <= DAY // MINUTE:
            raise ValueError(f"working hours {start}..{end} are not a span of one day's minutes")
    return [Intervals.of(day) for day in (week if any(week) else AROUND_THE_CLOCK)]


def _working_time(zone: tzinfo, hours: list[Intervals], horizon: tuple[int, int]) -> Intervals:
    """Lay the week along the wall clock, then cut it into pieces of one UTC offset each."""
    wall = _wall_hours(hours, horizon)
    starts, ends = [], []
    for begin, end, offset in _offsets(zone, horizon):
        starts.append(np.clip(wall.starts - offset, begin, end))
        ends.append(np.clip(wall.ends - offset, begin, end))
    all_starts, all_ends = np.concatenate(starts), np.concatenate(ends)
    real = all_starts < all_ends
    return union(all_starts[real], all_ends[real])


def _wall_hours(hours: list[Intervals], horizon: tuple[int, int]) -> Intervals:
    """The working hours of all days that the horizon can touch, as if the wall clock were UTC."""
    days = np.arange(horizon[0] // DAY - 1, horizon[1] // DAY + 2)
    starts, ends = [], []
    for weekday, spans in enumerate(hours):
        midnights = days[(days + EPOCH_WEEKDAY) % 7 == weekday] * DAY
        starts.append(np.add.outer(midnights, spans.starts * MINUTE).ravel())
        ends.append(np.add.outer(midnights, spans.ends * MINUTE).ravel())
    return union(np.concatenate(starts), np.concatenate(ends))


def _offsets(zone: tzinfo, horizon: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """(begin, end, offset) in microseconds: the stretches between changes of the UTC offset."""
    begin, days = horizon[0], range(horizon[0], horizon[1] + 1, DAY)
    offsets = [_offset(zone, midnight) for midnight in days]
    for day, (old, new) in zip(days, pairwise(offsets), strict=False):
        if old != new:
            change = _change(zone, day, day + DAY)
            yield begin, change, old
            begin = change
    yield begin, horizon[1], offsets[-1]


def _change(zone: tzinfo, before: int, after: int) -> int:
    """The second at which the offset changes, by bisection; one change a day is the most."""
    old = _offset(zone, before)
    while after - before > SECOND:
        middle = (before + after) // (2 * SECOND) * SECOND
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: tzinfo, micros: int) -> int:
    shift = datetime.fromtimestamp(micros // SECOND, tz=UTC).astimezone(zone).utcoffset()
    if shift is None:
        raise ValueError(f"{zone} has no UTC offset")
    return (shift.days * 86_400 + shift.seconds) * SECOND
