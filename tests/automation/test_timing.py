"""When schedules come: by hand where clocks are changed, and against an oracle over five years."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest

from upnext.automation.schedules.timing import (
    Timing,
    TimingError,
    firing,
    read_cron,
    read_rule,
    stored_as,
    timing_of,
    upcoming,
)
from upnext.core.jobs.models import Misfire


def wall(text: str) -> datetime:
    """What clocks show, without a zone."""
    return datetime.fromisoformat(text)


START, END = wall("2026-01-01"), wall("2031-01-01")
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # by half an hour
    "Africa/Casablanca",  # around each Ramadan
    "America/Santiago",  # at midnight
    "Asia/Kathmandu",  # never, but a quarter of an hour beside everybody
)


def cron(text: str, zone: str) -> Timing:
    return Timing(zone=ZoneInfo(zone), start=START, cron=read_cron(text))


def rule(text: str, zone: str, start: datetime = START) -> Timing:
    return Timing(zone=ZoneInfo(zone), start=start, rule=read_rule(text))


def local(timing: Timing, after: str, count: int = 3) -> list[str]:
    """Wall times with their offset, from a wall time on."""
    begin = datetime.fromisoformat(after).replace(tzinfo=timing.zone).astimezone(UTC)
    found = islice(upcoming(timing, begin), count)
    return [f"{at.astimezone(timing.zone):%m-%d %H:%M %z}" for at in found]


# The oracle: walks through the minutes of a day one by one, in UTC, and looks at the clock.


@cache
def _minutes(day: date, zone: ZoneInfo) -> dict[time, datetime]:
    """Each time that clocks show on this day, and the instant of the first time round."""
    at = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    shown: dict[time, datetime] = {}
    for _ in range(40 * 60):
        wall = at.astimezone(zone)
        if wall.date() == day:
            shown.setdefault(wall.time(), at)
        at += timedelta(minutes=1)
    return shown


def oracle(day: date, wanted: list[time], zone: ZoneInfo) -> set[datetime]:
    """On one day: the first minute, from each wanted time on, that clocks really show."""
    shown = _minutes(day, zone)
    following = min(_minutes(day + timedelta(days=1), zone).values())
    later = [min((at for wall, at in shown.items() if wall >= one), default=None) for one in wanted]
    return {following if at is None else at for at in later}


@cache
def changes(zone: ZoneInfo) -> set[date]:
    """Days around which clocks are changed; of all others noon stands for the whole day."""
    found, day = set(), START.date()
    while day < END.date():
        noon = datetime.combine(day, time(12), zone)
        if noon.utcoffset() != (noon + timedelta(days=1)).utcoffset():
            found |= {day, day + timedelta(days=1)}
        day += timedelta(days=1)
    return found


DAILY = {
    "30 2 * * *": [time(2, 30)],
    "15 0 * * *": [time(0, 15)],
    # On Sundays, when clocks are changed.
    "0,45 1,2,3 * * 0": [time(h, m) for h in (1, 2, 3) for m in (0, 45)],
}
SUNDAY = 6


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", DAILY)
def test_five_years_as_the_oracle_says(zone: str, text: str) -> None:
    timing = cron(text, zone)
    end = END.replace(tzinfo=timing.zone).astimezone(UTC)
    begin = START.replace(tzinfo=timing.zone).astimezone(UTC) - timedelta(seconds=1)
    found = list(takewhile(lambda at: at < end, upcoming(timing, begin)))
    special = changes(timing.zone)
    by_day: dict[date, set[datetime]] = {}
    for at in found:
        by_day.setdefault(at.astimezone(timing.zone).date(), set()).add(at)
    wanted = DAILY[text]
    day = START.date()
    while day < END.date():
        if text.endswith("0") and day.weekday() != SUNDAY:
            expected = set()
        elif day in special:
            expected = oracle(day, wanted, timing.zone)
        else:
            expected = {datetime.combine(day, one, timing.zone).astimezone(UTC) for one in wanted}
        assert by_day.pop(day, set()) == expected, day
        day += timedelta(days=1)
    assert by_day == {}
    assert found == sorted(set(found))


@pytest.mark.parametrize("zone", ZONES)
def test_a_rule_comes_when_the_same_cron_does(zone: str) -> None:
    by_cron = upcoming(cron("30 2 * * *", zone), datetime(2026, 1, 1, tzinfo=UTC))
    by_rule = upcoming(
        rule("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0", zone), datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert list(islice(by_cron, 400)) == list(islice(by_rule, 400))


def test_every_quarter_of_an_hour_goes_on_while_clocks_are_put_back() -> None:
    timing = cron("*/15 * * * *", "Europe/Berlin")
    begin = datetime(2026, 10, 25, 0, tzinfo=UTC)
    found = list(islice(upcoming(timing, begin), 12))
    assert found == [begin + timedelta(minutes=15 * n) for n in range(1, 13)]
    # Also from within the hour that comes twice, either time round.
    for minutes in (5, 50, 70, 115):
        after = begin + timedelta(minutes=minutes)
        first = next(upcoming(timing, after))
        assert first == begin + timedelta(minutes=15 * (minutes // 15 + 1))


def test_a_gap_comes_at_its_end_and_an_overlap_once() -> None:
    new_york = cron("30 2 * * *", "America/New_York")
    assert local(new_york, "2026-03-07T12:00") == [
        "03-08 03:00 -0400",
        "03-09 02:30 -0400",
        "03-10 02:30 -0400",
    ]
    half = cron("30 1 * * *", "America/New_York")
    assert local(half, "2026-10-31T12:00", 2) == ["11-01 01:30 -0400", "11-02 01:30 -0500"]
    howe = cron("10 2 * * *", "Australia/Lord_Howe")
    assert local(howe, "2026-10-03T12:00", 2) == ["10-04 02:30 +1100", "10-05 02:10 +1100"]


def test_rules_count_from_their_start() -> None:
    every_other = rule("FREQ=WEEKLY;INTERVAL=2", "Europe/Berlin", wall("2026-03-02T09:00"))
    assert local(every_other, "2026-03-01T00:00") == [
        "03-02 09:00 +0100",
        "03-16 09:00 +0100",
        "03-30 09:00 +0200",
    ]
    thrice = rule("FREQ=DAILY;COUNT=3", "UTC", wall("2026-03-02T09:00"))
    assert len(local(thrice, "2026-03-01T00:00", 10)) == 3
    assert len(local(thrice, "2026-03-03T10:00", 10)) == 1


@pytest.mark.parametrize(
    "text", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 30 2 *", "x", "@sometimes"]
)
def test_what_is_no_cron_expression_is_refused(text: str) -> None:
    with pytest.raises(TimingError):
        read_cron(text)


@pytest.mark.parametrize("text", ["FREQ=SECONDLY", "FREQ=MINUTELY;BYSECOND=0,30", "DAILY"])
def test_what_is_no_rule_for_a_schedule_is_refused(text: str) -> None:
    with pytest.raises(TimingError):
        read_rule(text)


def test_a_timing_comes_back_as_it_was_kept() -> None:
    for timing in (
        cron("@daily", "Europe/Berlin"),
        rule("FREQ=DAILY;COUNT=3", "UTC"),
        Timing(zone=ZoneInfo("UTC"), start=START, at=datetime(2026, 5, 1, tzinfo=UTC)),
    ):
        assert timing_of(stored_as(timing), timing.zone.key) == timing


DUE = datetime(2026, 5, 4, 9, tzinfo=UTC)
MINUTELY = cron("* * * * *", "UTC")


def test_in_time_every_way_of_misfiring_fires_the_one() -> None:
    for misfire in Misfire:
        now = DUE + timedelta(seconds=20)
        assert firing(MINUTELY, DUE, misfire, now) == ((DUE,), DUE + timedelta(minutes=1))


def test_after_an_outage_each_way_does_its_own() -> None:
    now = DUE + timedelta(days=300, seconds=5)
    last = DUE + timedelta(days=300)
    once = firing(MINUTELY, DUE, Misfire.FIRE_ONCE, now)
    assert once == ((last,), last + timedelta(minutes=1))
    caught_up = firing(MINUTELY, DUE, Misfire.CATCH_UP, now).times
    assert caught_up == tuple(last - timedelta(minutes=n) for n in range(9, -1, -1))
    daily = cron("0 9 * * *", "UTC")
    three = firing(daily, DUE, Misfire.CATCH_UP, DUE + timedelta(days=2, hours=5))
    assert three.times == tuple(DUE + timedelta(days=n) for n in range(3))
    missed = firing(daily, DUE, Misfire.SKIP, DUE + timedelta(days=2, hours=5))
    assert missed == ((), DUE + timedelta(days=3))


def test_a_single_time_fires_once_in_its_life() -> None:
    once = Timing(zone=ZoneInfo("UTC"), start=START, at=DUE)
    assert firing(once, DUE, Misfire.FIRE_ONCE, DUE + timedelta(days=9)) == ((DUE,), None)
    assert firing(once, DUE, Misfire.SKIP, DUE + timedelta(days=9)) == ((), None)
