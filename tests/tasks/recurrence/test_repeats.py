"""The next due date: from the last one or from the completion, to the end, and in bounded time."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.effort import cpu_below, tries
from tests.tasks.recurrence.rules import FREQS, random_rule
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.repeats import Pattern, Standing, next_due, upcoming
from upnext.tasks.recurrence.rules import Basis, RuleError
from upnext.tasks.recurrence.zones import wall_of

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 6, 2, 9, tzinfo=BERLIN)
DONE, DUE = Basis.COMPLETION, Basis.DUE


def at(due: datetime | None, *, moved: datetime | None = None, number: int = 1) -> Standing:
    start = wall_of(due, BERLIN) if due else None
    return Standing(start=start, planned=due, due=moved or due, number=number)


def following(
    rrule: str,
    basis: Basis,
    now: datetime,
    due: datetime | None = TUESDAY,
    moved: datetime | None = None,
) -> str | None:
    """What comes after the one of Tuesday that is done `now`, in Berlin's time."""
    pattern = Pattern(rule=parse(rrule), basis=basis, zone=BERLIN)
    found = next_due(pattern, at(due, moved=moved), now)
    return None if found is None else found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def june(day: int, hour: int = 14) -> datetime:
    return datetime(2026, 6, day, hour, 37, tzinfo=BERLIN)


FROM_DUE = [
    ("FREQ=DAILY", june(2), "2026-06-03 09:00"),
    ("FREQ=DAILY", june(1), "2026-06-03 09:00"),
    ("FREQ=DAILY", june(20), "2026-06-21 09:00"),
    ("FREQ=DAILY;INTERVAL=3", june(7), "2026-06-08 09:00"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", june(2), "2026-06-16 09:00"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", june(17), "2026-06-30 09:00"),
    ("FREQ=MONTHLY", june(2), "2026-07-02 09:00"),
    ("FREQ=MONTHLY;BYDAY=-1FR", june(2), "2026-06-26 09:00"),
    ("FREQ=DAILY;UNTIL=20260603", june(2), "2026-06-03 09:00"),
    ("FREQ=DAILY;UNTIL=20260602", june(2), None),
    ("FREQ=DAILY;UNTIL=20260603T070000Z", june(2), "2026-06-03 09:00"),
    ("FREQ=DAILY;UNTIL=20260603T065959Z", june(2), None),
    ("FREQ=HOURLY;INTERVAL=4", june(2), "2026-06-02 17:00"),
]


@pytest.mark.parametrize(("rrule", "now", "expected"), FROM_DUE)
def test_from_the_due_date(rrule: str, now: datetime, expected: str | None) -> None:
    assert following(rrule, DUE, now) == expected


FROM_COMPLETION = [
    ("FREQ=DAILY;INTERVAL=3", june(2), "2026-06-05 09:00"),
    ("FREQ=DAILY;INTERVAL=3", june(20), "2026-06-23 09:00"),
    # Early: from the day that it was done, not from the day that it was due.
    ("FREQ=DAILY;INTERVAL=3", june(1), "2026-06-04 09:00"),
    ("FREQ=WEEKLY", june(4), "2026-06-11 09:00"),
    ("FREQ=WEEKLY;BYDAY=TU", june(4), "2026-06-09 09:00"),
    # Early: this Tuesday is the one that was done.
    ("FREQ=WEEKLY;BYDAY=TU", june(1), "2026-06-09 09:00"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", june(4), "2026-06-16 09:00"),
    ("FREQ=MONTHLY", june(30), "2026-07-30 09:00"),
    ("FREQ=MONTHLY;BYMONTHDAY=15", june(16), "2026-07-15 09:00"),
    ("FREQ=YEARLY", june(2), "2027-06-02 09:00"),
    ("FREQ=DAILY;BYHOUR=9,18;BYMINUTE=0", june(2), "2026-06-02 18:00"),
    ("FREQ=HOURLY;INTERVAL=3", june(2), "2026-06-02 17:37"),
    ("FREQ=DAILY;UNTIL=20260603", june(3), None),
    ("FREQ=MONTHLY;UNTIL=20260701", june(3), None),
]


@pytest.mark.parametrize(("rrule", "now", "expected"), FROM_COMPLETION)
def test_from_completion(rrule: str, now: datetime, expected: str | None) -> None:
    assert following(rrule, DONE, now) == expected


def test_a_month_after_the_31st_is_the_last_of_the_month() -> None:
    done = datetime(2026, 1, 31, 12, tzinfo=BERLIN)
    assert following("FREQ=MONTHLY", DONE, done, done) == "2026-02-28 12:00"
    assert following("FREQ=MONTHLY;INTERVAL=13", DONE, done, None) == "2027-02-28 12:00"


def test_a_moved_date_does_not_move_the_rest() -> None:
    assert following("FREQ=WEEKLY", DUE, june(1), moved=june(1)) == "2026-06-09 09:00"
    assert following("FREQ=WEEKLY", DUE, june(4), moved=june(5)) == "2026-06-09 09:00"
    assert following("FREQ=WEEKLY", DUE, june(4), moved=june(10)) == "2026-06-16 09:00"


def test_count_counts_what_there_was() -> None:
    pattern = Pattern(rule=parse("FREQ=DAILY;COUNT=5"), basis=DUE, zone=BERLIN)
    assert len(list(upcoming(pattern, at(TUESDAY), june(2), 100))) == 4
    assert len(list(upcoming(pattern, at(TUESDAY, number=4), june(20), 100))) == 1
    assert next_due(pattern, at(TUESDAY, number=5), june(2)) is None


def test_exdates_are_left_out() -> None:
    off = frozenset(TUESDAY + timedelta(days=days) for days in range(1, 400))
    for basis in Basis:
        pattern = Pattern(rule=parse("FREQ=DAILY"), basis=basis, zone=BERLIN, exdates=off)
        found = next_due(pattern, at(TUESDAY), TUESDAY)
        assert found is not None
        assert found.astimezone(BERLIN).date() == TUESDAY.date() + timedelta(days=400)


# Bombs

NEVER = [
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12",
    "FREQ=HOURLY;INTERVAL=2;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22",
    "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3,5,7,9",
    "FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;INTERVAL=1000;BYDAY=MO;BYMONTH=2;BYSETPOS=300",
]
HEAVY = [
    "FREQ=SECONDLY",
    "FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=1,2,3,4,5,6,7,8,9,10,11,12,13;"
    "BYSECOND=1,2,3,4,5,6,7,8,9;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1,-2,-3,366",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
    "FREQ=MONTHLY;INTERVAL=999;BYMONTHDAY=31;BYDAY=FR",
    "FREQ=DAILY;INTERVAL=1000;BYMONTHDAY=13;BYDAY=FR",
]
START = datetime(2026, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("rrule", [*NEVER, *HEAVY])
def test_no_rule_takes_long(rrule: str, basis: Basis) -> None:
    pattern = Pattern(rule=parse(rrule), basis=basis, zone=BERLIN)
    with cpu_below(1.5):
        found = list(upcoming(pattern, at(START + timedelta(hours=1)), START, 20))
    assert rrule in HEAVY or basis == Basis.COMPLETION or not found


def test_a_text_of_any_length_is_refused_at_once() -> None:
    with cpu_below(0.1), pytest.raises(RuleError):
        parse("FREQ=DAILY;BYMONTHDAY=" + ",".join(["31"] * 1_000_000))


# What holds for every rule


@given(
    st.randoms(use_true_random=False),
    st.sampled_from(list(Basis)),
    st.integers(0, 400 * 86_400),
    st.integers(-40 * 86_400, 400 * 86_400),
)
@settings(deadline=None, max_examples=tries(60, 500))
def test_the_next_one_is_later_and_fits(
    random: Random, basis: Basis, seconds: int, lateness: int
) -> None:
    pattern = Pattern(rule=parse(random_rule(random, FREQS)), basis=basis, zone=BERLIN)
    due = START + timedelta(seconds=seconds)
    now = due + timedelta(seconds=lateness)
    found = list(upcoming(pattern, at(due), now, 4))
    assert found == sorted(set(found))
    for each in found:
        assert each > now
        assert basis == Basis.COMPLETION or each > due
        assert not pattern.rule.months or pattern.rule.is_plain or _month(each) in _months(pattern)


def _month(instant: datetime) -> int:
    return instant.astimezone(BERLIN).month


def _months(pattern: Pattern) -> tuple[int, ...]:
    return pattern.rule.months
