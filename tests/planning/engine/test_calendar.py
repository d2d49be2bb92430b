"""The work clock against a person counting minutes on the wall."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import (
    AROUND_THE_CLOCK,
    OFFICE_HOURS,
    WeekHours,
    WorkCalendar,
    build_calendar,
    from_micros,
    to_micros,
)

MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]
# Days on which the zone's clock changes; Kathmandu's never does, but is 5:45 ahead.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
]


def counted(zone: ZoneInfo, week: WeekHours, busy: Sequence[Span], span: Span) -> int:
    """Brute force: look at the wall clock once a minute."""
    minutes, moment = 0, span[0]
    hours = week if any(week) else AROUND_THE_CLOCK
    while moment < span[1]:
        local = moment.astimezone(zone)
        at = local.hour * 60 + local.minute
        working = any(start <= at < end for start, end in hours[local.weekday()])
        minutes += working and not any(start <= moment < end for start, end in busy)
        moment += MINUTE
    return minutes


def minutes_between(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    return float(calendar.tau(to_micros(end), to_micros(start)))


@pytest.mark.parametrize(("name", "day"), CHANGES)
@settings(deadline=None, max_examples=12)
@given(week=worlds.weeks, data=st.data())
def test_tau_counts_the_wall_clock_minutes(
    name: str, day: date, week: WeekHours, data: st.DataObject
) -> None:
    zone, noon = ZoneInfo(name), datetime.combine(day, time(12), tzinfo=UTC)
    minute = st.integers(-2_000, 2_000).map(lambda offset: noon + offset * MINUTE)
    busy = data.draw(st.lists(st.tuples(minute, minute), max_size=3))
    start, end = sorted(data.draw(st.tuples(minute, minute)))
    calendar = build_calendar(zone, week, noon, busy)
    expected = counted(zone, week, busy, (start, end))
    assert minutes_between(calendar, start, end) == pytest.approx(expected, abs=1e-6)
    assert minutes_between(calendar, end, start) == pytest.approx(-expected, abs=1e-6)


@worlds.properties
@given(worlds.calendars, st.lists(worlds.instants, min_size=3, max_size=3))
def test_tau_is_monotone_and_additive(calendar: WorkCalendar, instants: list[datetime]) -> None:
    first, second, third = sorted(instants)
    there, on = (minutes_between(calendar, *leg) for leg in pairwise((first, second, third)))
    whole = minutes_between(calendar, first, third)
    assert there >= 0
    assert on >= 0
    assert whole == pytest.approx(there + on, rel=1e-12, abs=1e-6)
    assert whole <= (third - first) / MINUTE * (1 + 1e-12) + 1e-6


@worlds.properties
@given(worlds.calendars, st.integers(-50_000, 50_000))
def test_instant_after_is_the_earliest_inverse(calendar: WorkCalendar, minutes: int) -> None:
    now = to_micros(worlds.NOW)
    instant = calendar.instant_after(minutes, now)
    assert float(calendar.tau(instant, now)) == pytest.approx(minutes, abs=1e-4)
    assert float(calendar.tau(instant - 1_000_000, now)) < minutes - 1e-6


def test_a_deadline_in_the_far_future_of_a_lazy_week_still_has_an_instant() -> None:
    calendar = worlds.calendar("Asia/Kathmandu", "sparse")
    now = to_micros(worlds.NOW)
    assert from_micros(calendar.instant_after(2**24, now)).year == 9999
    assert from_micros(calendar.instant_after(-(2**24), now)).year == 1


@pytest.mark.parametrize(("name", "day"), CHANGES)
def test_a_day_has_as_many_minutes_as_its_clock_runs(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    start = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    calendar = build_calendar(zone, AROUND_THE_CLOCK, start)
    assert minutes_between(calendar, start, end) == (end - start) / MINUTE


def test_friday_evening_to_monday_noon_is_three_hours() -> None:
    calendar = build_calendar(ZoneInfo("Europe/Berlin"), OFFICE_HOURS, worlds.NOW)
    friday, monday = datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2026, 3, 30, 10, tzinfo=UTC)
    assert minutes_between(calendar, friday, monday) == 180


def test_beyond_the_horizon_the_clock_runs_at_the_weekly_pace() -> None:
    calendar = build_calendar(ZoneInfo("Europe/Berlin"), OFFICE_HOURS, worlds.NOW)
    start = datetime(2040, 1, 2, tzinfo=UTC)
    assert minutes_between(calendar, start, start + timedelta(weeks=1)) == pytest.approx(2_400)
    past = datetime(2001, 1, 2, tzinfo=UTC)
    assert minutes_between(calendar, past, past + timedelta(days=1)) == pytest.approx(2_400 / 7)


def test_standing_tells_the_block_and_the_next_start() -> None:
    zone = ZoneInfo("Europe/Berlin")
    meeting = (datetime(2026, 3, 27, 9, tzinfo=UTC), datetime(2026, 3, 27, 10, tzinfo=UTC))
    calendar = build_calendar(zone, OFFICE_HOURS, worlds.NOW, [meeting])

    morning = calendar.standing(to_micros(datetime(2026, 3, 27, 8, 20, tzinfo=UTC)))
    assert (morning.working, morning.minutes_left) == (True, 40)
    assert morning.next_start == meeting[1]

    evening = calendar.standing(to_micros(datetime(2026, 3, 27, 16, tzinfo=UTC)))
    assert (evening.working, evening.minutes_left) == (False, None)
    # Summer time has begun by Monday: nine o'clock is an hour earlier in UTC.
    assert evening.next_start == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_around_the_clock_has_no_end_in_sight() -> None:
    calendar = build_calendar(ZoneInfo("Asia/Kathmandu"), AROUND_THE_CLOCK, worlds.NOW)
    standing = calendar.standing(to_micros(worlds.NOW))
    assert standing == type(standing)(working=True, minutes_left=None, next_start=None)


def test_a_week_without_hours_counts_every_hour() -> None:
    calendar = build_calendar(ZoneInfo("Europe/Berlin"), ((),) * 7, worlds.NOW)
    assert minutes_between(calendar, worlds.NOW, worlds.NOW + timedelta(days=1)) == 1_440


def test_a_horizon_full_of_meetings_is_no_work_time_at_all() -> None:
    decade = (worlds.NOW - timedelta(days=3_650), worlds.NOW + timedelta(days=3_650))
    calendar = build_calendar(ZoneInfo("Europe/Berlin"), OFFICE_HOURS, worlds.NOW, [decade])
    assert minutes_between(calendar, worlds.NOW, worlds.NOW + timedelta(days=100)) == 0
    assert calendar.standing(to_micros(worlds.NOW)).next_start is None


@pytest.mark.parametrize(
    "week", [((),) * 6, (((60, 60),), *((),) * 6), (((-1, 60),), *((),) * 6), (((0, 1_441),),) * 7]
)
def test_impossible_hours_are_refused(week: WeekHours) -> None:
    with pytest.raises(ValueError, match="working hours"):
        build_calendar(ZoneInfo("Europe/Berlin"), week, worlds.NOW)


def test_an_array_is_read_like_its_members() -> None:
    now = to_micros(worlds.NOW)
    instants = now + np.arange(-50, 50) * 7_919_000_000
    one_by_one = [float(worlds.OFFICE.tau(int(instant), now)) for instant in instants]
    assert worlds.OFFICE.tau(instants, now).tolist() == one_by_one
