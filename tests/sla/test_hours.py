"""Business time against somebody who looks at the clock on the wall once a minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from upnext.sla.hours import AROUND_THE_CLOCK, LATEST, PATIENCE, Hours, Week, add, elapsed

MINUTE = timedelta(minutes=1)
OFFICE: Week = (*(((540, 1_020),) for _ in range(5)), (), ())
# Six zones on days when their clocks change, and one whose never do.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Kathmandu", date(2025, 12, 31)),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def is_open(hours: Hours, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    spans = hours.week[local.weekday()] if local.date() not in hours.holidays else ()
    return any(opens <= minute < closes for opens, closes in spans)


def counted(hours: Hours, start: datetime, end: datetime) -> int:
    """Brute force: look at the wall clock once a minute."""
    found, moment = 0, start
    while moment < end:
        found += is_open(hours, moment)
        moment += MINUTE
    return found


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    marks = draw(st.lists(st.integers(0, 1_440), max_size=6, unique=True).map(sorted))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


def moments(first: str, last: str) -> st.SearchStrategy[datetime]:
    begin, end = at(f"{first}T00:00Z"), at(f"{last}T00:00Z")
    micros = st.integers(0, (end - begin) // timedelta(microseconds=1))
    return micros.map(lambda each: begin + timedelta(microseconds=each))


weeks = st.tuples(*(days() for _ in range(7))).filter(any)
around = st.integers(-3 * 1_440, 3 * 1_440)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@settings(max_examples=15)
@given(week=weeks, offset=around, length=st.integers(0, 2_500), off=st.sets(around, max_size=2))
def test_it_counts_what_the_wall_shows(
    zone: str, day: date, week: Week, offset: int, length: int, off: set[int]
) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    holidays = frozenset((noon + minutes(each)).date() for each in off)
    hours = Hours(zone, week, holidays)
    start = noon + minutes(offset)
    end = start + minutes(length)
    found = counted(hours, start, end)
    assert elapsed(hours, start, end) == minutes(found)
    if found:
        reached = add(hours, start, minutes(found))
        assert reached <= end
        # The last of the minutes that were counted is one that is open, and ends there.
        assert is_open(hours, reached - MINUTE)
        assert counted(hours, start, reached) == found


@given(
    zone=st.sampled_from(sorted({zone for zone, _ in CHANGES})),
    week=weeks,
    start=moments("2020-01-01", "2035-01-01"),
    amount=st.integers(1, 200_000),
)
@example(
    zone="Europe/Berlin",
    week=(((0, 1),), *[()] * 6),
    start=datetime(2026, 5, 4, tzinfo=UTC),
    amount=200_000,
)
def test_add_and_elapsed_are_opposites(zone: str, week: Week, start: datetime, amount: int) -> None:
    hours = Hours(zone, week)
    end = add(hours, start, minutes(amount))
    assert end > start
    if end == LATEST:
        # A few minutes a week, for over a century.
        later = start.replace(year=start.year + PATIENCE)
        assert elapsed(hours, start, later) < minutes(amount)
        return
    assert elapsed(hours, start, end) == minutes(amount)
    # The earliest such instant: a moment before, a moment is missing.
    assert elapsed(hours, start, end - timedelta(microseconds=1)) < minutes(amount)


@given(
    week=weeks,
    start=moments("2025-12-20", "2026-01-10"),
    first=st.integers(0, 20_000),
    second=st.integers(0, 20_000),
)
def test_time_adds_up(week: Week, start: datetime, first: int, second: int) -> None:
    hours = Hours("Europe/Berlin", week)
    middle, end = start + minutes(first), start + minutes(first + second)
    parts = elapsed(hours, start, middle) + elapsed(hours, middle, end)
    assert elapsed(hours, start, end) == parts
    assert elapsed(hours, end, start) == timedelta(0)


@given(
    start=moments("2020-01-01", "2035-01-01"),
    amount=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_around_the_clock_it_is_plain_addition(start: datetime, amount: timedelta) -> None:
    assert add(AROUND_THE_CLOCK, start, amount) == start + amount
    assert elapsed(AROUND_THE_CLOCK, start, start + amount) == amount


BERLIN = Hours("Europe/Berlin", OFFICE, frozenset({date(2026, 12, 25)}))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-12-23T16:00+01:00", 60, "2026-12-23T17:00+01:00"),  # not at nine the next day
        ("2026-12-23T16:00+01:00", 61, "2026-12-24T09:01+01:00"),
        ("2026-12-24T16:30+01:00", 60, "2026-12-28T09:30+01:00"),  # a holiday and a weekend
        ("2026-12-26T12:00+01:00", 1, "2026-12-28T09:01+01:00"),
        ("2026-03-27T16:00+01:00", 120, "2026-03-30T10:00+02:00"),  # the clock changed on Sunday
        ("2026-12-31T16:00+01:00", 120, "2027-01-01T10:00+01:00"),
    ],
)
def test_examples(start: str, amount: int, end: str) -> None:
    assert add(BERLIN, at(start), minutes(amount)) == at(end)
    assert elapsed(BERLIN, at(start), at(end)) == minutes(amount)


def test_a_night_shift_has_23_and_25_hours_when_the_clock_changes() -> None:
    always = Hours("Europe/Berlin", tuple(((0, 1_440),) for _ in range(7)))
    spring = at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")
    autumn = at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")
    assert elapsed(always, *spring) == timedelta(hours=23)
    assert elapsed(always, *autumn) == timedelta(hours=25)


def test_what_cannot_be_reached_is_at_the_end_of_time() -> None:
    rarely = Hours("UTC", (((0, 1),), *(() for _ in range(6))))
    assert add(rarely, at("2026-01-01T00:00Z"), timedelta(days=365)) == LATEST
    last = datetime(9999, 12, 31, 23, 58, tzinfo=UTC)
    assert add(BERLIN, last, minutes(5)) == LATEST
    assert elapsed(BERLIN, last, last + minutes(1)) == timedelta(0)
