"""Where clocks are put forward and back: no occurrence is lost, none comes twice."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.repeats import Pattern, Standing, upcoming
from upnext.tasks.recurrence.rules import Basis
from upnext.tasks.recurrence.zones import instant_of, wall_of

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "America/Sao_Paulo",
]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Zone, what the rule wants, the instant at which it fires, and what clocks show then.
CHANGES = [
    ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00", "2026-03-29T03:00"),
    ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T03:00"),
    ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T03:00"),
    ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T02:30"),
    ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", "2026-03-08T03:00"),
    ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T01:30"),
    # Half an hour only.
    ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "2026-10-04T02:30"),
    ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-05T01:45"),
    # Back for Ramadan and forward after it.
    ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30", "2026-02-15T02:30"),
    ("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:00", "2026-03-22T03:00"),
    ("Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00", "2026-03-29T02:30"),
    # Midnight itself was left out there.
    ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00", "2018-11-04T01:00"),
    ("America/Sao_Paulo", "2018-11-04T00:59:59", "2018-11-04T03:00", "2018-11-04T01:00"),
    ("America/Sao_Paulo", "2019-02-16T23:30", "2019-02-17T01:30", "2019-02-16T23:30"),
]


@pytest.mark.parametrize(("zone", "wanted", "instant", "shown"), CHANGES)
def test_when_clocks_change(zone: str, wanted: str, instant: str, shown: str) -> None:
    found = instant_of(wall(wanted), ZoneInfo(zone))
    assert found == wall(instant).replace(tzinfo=UTC)
    assert wall_of(found, ZoneInfo(zone)) == wall(shown)


def dates(zone: str, rrule: str, start: str, limit: int) -> list[datetime]:
    """What comes after the first one, as instants."""
    where = ZoneInfo(zone)
    pattern = Pattern(rule=parse(rrule), basis=Basis.DUE, zone=where)
    due = instant_of(wall(start), where)
    at = Standing(start=wall(start), planned=due, due=due, number=1)
    return list(upcoming(pattern, at, due, limit))


@pytest.mark.parametrize("zone", ZONES)
def test_daily_through_a_year_keeps_its_wall_time(zone: str) -> None:
    year = "2018" if zone == "America/Sao_Paulo" else "2026"
    found = dates(zone, "FREQ=DAILY", f"{year}-01-01T02:30:00", 364)
    assert len({wall_of(each, ZoneInfo(zone)).date() for each in found}) == 364
    clocks = {wall_of(each, ZoneInfo(zone)).strftime("%H:%M") for each in found}
    late = {"Europe/Berlin": "03:00", "America/New_York": "03:00", "Africa/Casablanca": "03:00"}
    assert clocks == {"02:30"} | ({late[zone]} if zone in late else set())
    assert all(earlier < later for earlier, later in pairwise(found))


@pytest.mark.parametrize("zone", ZONES)
def test_hourly_through_a_year_comes_once_each(zone: str) -> None:
    year = 2018 if zone == "America/Sao_Paulo" else 2026
    where = ZoneInfo(zone)
    pattern = Pattern(rule=parse("FREQ=HOURLY"), basis=Basis.DUE, zone=where)
    due = now = datetime(year, 1, 1, tzinfo=UTC)
    at = Standing(start=wall_of(due, where), planned=due, due=due, number=1)
    found = list(upcoming(pattern, at, now, 24 * 360))
    steps = {later - earlier for earlier, later in pairwise(found)}
    hour = timedelta(hours=1)
    # Through an hour that is shown twice it goes once, and in Lord Howe that is half an hour.
    assert steps <= {hour, 2 * hour, hour / 2, hour * 1.5}
    assert sum(step != hour for step in (b - a for a, b in pairwise(found))) <= 4


def test_from_within_the_hour_that_comes_twice() -> None:
    where = ZoneInfo("Europe/Berlin")
    pattern = Pattern(rule=parse("FREQ=HOURLY"), basis=Basis.DUE, zone=where)
    second_time_round = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    at = Standing(start=wall("2026-10-25T00:30:00"), planned=second_time_round, due=None, number=3)
    found = list(islice(upcoming(pattern, at, second_time_round, 2), 2))
    assert found == [
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 3, 30, tzinfo=UTC),
    ]


WALLS = st.datetimes(min_value=wall("1995-01-01"), max_value=wall("2037-12-31"))


@given(zone=st.sampled_from(ZONES), one=WALLS, two=WALLS)
def test_a_later_wall_time_is_no_earlier_instant(zone: str, one: datetime, two: datetime) -> None:
    where = ZoneInfo(zone)
    first, second = sorted((one.replace(microsecond=0), two.replace(microsecond=0)))
    assert instant_of(first, where) <= instant_of(second, where)


@given(zone=st.sampled_from(ZONES), when=WALLS)
def test_there_and_back(zone: str, when: datetime) -> None:
    where = ZoneInfo(zone)
    when = when.replace(microsecond=0)
    back = wall_of(instant_of(when, where), where)
    # Only what clocks leave out comes back later, and by at most an hour.
    assert when <= back <= when + timedelta(hours=1)
    assert wall_of(instant_of(back, where), where) == back
