"""A person's work clock: their working hours, laid out around a day and read in work minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from upnext.planning.engine import Parameters, WorkCalendar, build_calendar, from_micros
from upnext.planning.engine.instants import MINUTE
from upnext.planning.learning import durations, weights
from upnext.planning.learning.durations import NOTHING, Learned
from upnext.planning.learning.weights import NO_TASTE, Taste

PARAMETERS: Final = Parameters()
DEFAULT_MEAN: Final = PARAMETERS.default_estimate
DEFAULT_ORIGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""For keys of a person without a profile; any day would do, if it is always the same."""
LONGEST_USE: Final = timedelta(days=30)
"""An origin older than this is renewed, so that the clock stays exact for a year ahead."""

Hours = tuple[tuple[tuple[int, int], ...], ...]
Busy = tuple[tuple[int, int], ...]
"""Minutes since 1970, from and to."""


Taken = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class WorkClock:
    """What turns a task's facts into one person's keys. Equal clocks give equal keys."""

    time_zone: str
    hours: Hours
    origin: datetime = DEFAULT_ORIGIN
    mean_minutes: float = DEFAULT_MEAN
    busy: Busy = ()
    """Times that are taken by something else than work on tasks."""
    learned: Learned = NOTHING
    taste: Taste = NO_TASTE

    @cached_property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def parameters(self) -> Parameters:
        """The mean is the person's and is kept, so that no change of one task moves all others."""
        return replace(
            PARAMETERS,
            mean_minutes=self.mean_minutes,
            correction=self.learned.correction,
            taste=self.taste.applied,
        )

    @cached_property
    def rate(self) -> float:
        """Lambda of the index: how much a work minute of slack takes off it."""
        lowest, highest = PARAMETERS.mean_bounds
        return 1 / (PARAMETERS.look_ahead * min(highest, max(lowest, self.mean_minutes)))

    @property
    def calendar(self) -> WorkCalendar:
        """The one that readings in stored keys refer to."""
        return _calendar(self.time_zone, self.hours, self.busy, self.origin)

    def calendar_at(self, now: datetime, taken: Taken = ()) -> WorkCalendar:
        """The one that is exact for the longest time around `now`; also without what is `taken`."""
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if taken:
            busy = [*_instants(self.busy), *taken]
            return build_calendar(self.zone, self.hours, around=day, busy=busy)
        return _calendar(self.time_zone, self.hours, self.busy, day)


def clock_of(row: Sequence[Any]) -> WorkClock:
    """From the columns of `queries.CLOCK`, of which those behind the second are None where a person
    has no profile. Any: JSON, written by `identity` and by `durations` and `weights` of learning.
    """
    time_zone, week, origin, mean_minutes, busy, learned, taste = row
    hours = tuple(tuple((start, end) for start, end in day) for day in week)
    return WorkClock(
        time_zone,
        hours,
        origin or DEFAULT_ORIGIN,
        mean_minutes or DEFAULT_MEAN,
        tuple((start, end) for start, end in busy or ()),
        durations.load(learned),
        weights.load(taste),
    )


@lru_cache(maxsize=256)
def _calendar(time_zone: str, hours: Hours, busy: Busy, day: datetime) -> WorkCalendar:
    """About 20 kB and a millisecond each; it depends on nothing else, so it is never stale."""
    return build_calendar(ZoneInfo(time_zone), hours, around=day, busy=_instants(busy))


def _instants(busy: Busy) -> list[tuple[datetime, datetime]]:
    return [(from_micros(a * MINUTE), from_micros(b * MINUTE)) for a, b in busy]
