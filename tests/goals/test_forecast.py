"""What holds of every forecast."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.goals.forecast import (
    FARTHEST,
    WEEK,
    WEEKS,
    Forecast,
    Outlook,
    Unknown,
    forecast,
    known_weeks,
    last_weeks,
    outlook,
)

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAYS = ("earliest", "likely", "latest")
weeks = st.lists(st.integers(0, 3_000), min_size=1, max_size=WEEKS)
work = st.integers(1, 50_000)


def ends(found: Forecast | Unknown) -> list[date]:
    """Too far is after everything."""
    if isinstance(found, Forecast):
        return [getattr(found, name) for name in DAYS]
    assert found is Unknown.TOO_FAR
    return [date.max] * 3


@given(work, weeks)
def test_the_range_lies_around_the_likely_day(remaining: int, done: list[int]) -> None:
    found = forecast(remaining, done, NOW)
    if not any(done):
        assert found is Unknown.NO_PACE
        return
    assert ends(found) == sorted(ends(found))
    assert ends(found)[0] >= NOW.date()
    assert forecast(remaining, done, NOW) == found


@given(work, st.integers(0, 5_000), weeks.filter(any))
def test_more_work_is_never_done_earlier(remaining: int, more: int, done: list[int]) -> None:
    before = ends(forecast(remaining, done, NOW))
    after = ends(forecast(remaining + more, done, NOW))
    assert all(one <= other for one, other in zip(before, after, strict=True))


@given(work, weeks.filter(any), st.data())
def test_a_better_week_is_never_a_loss(
    remaining: int, done: list[int], data: st.DataObject
) -> None:
    better = [week + data.draw(st.integers(0, 500)) for week in done]
    before = ends(forecast(remaining, done, NOW))
    after = ends(forecast(remaining, better, NOW))
    assert all(one >= other for one, other in zip(before, after, strict=True))


@given(st.integers(1, 5_000), st.integers(1, 40))
def test_an_even_pace_gives_one_day(pace: int, count: int) -> None:
    found = forecast(pace * count, [pace] * WEEKS, NOW)
    day = (NOW + count * WEEK).date()
    assert ends(found) == [day] * 3
    assert isinstance(found, Forecast)
    assert found.minutes_per_week == pace


@given(work, st.integers(1, 3))
def test_few_weeks_always_leave_a_range(remaining: int, count: int) -> None:
    found = forecast(60 * 20 + remaining % 600, [60] * count, NOW)
    earliest, _, latest = ends(found)
    assert earliest < latest


def test_the_near_and_the_far_agree() -> None:
    """What is found after a year of drawing goes on from what was drawn for it."""
    days = [ends(forecast(minutes, [100, 0], NOW))[2] for minutes in range(1_000, 6_000, 50)]
    assert days == sorted(days)
    assert days[-1] > NOW.date() + timedelta(weeks=52)


def test_why_there_is_none() -> None:
    assert forecast(0, [60], NOW) is Unknown.NOTHING_LEFT
    assert forecast(10, [], NOW) is Unknown.NO_PACE
    assert forecast(10, [0] * 8, NOW) is Unknown.NO_PACE
    assert forecast(FARTHEST * 60 * 2, [60] * 8, NOW) is Unknown.TOO_FAR


def test_a_new_goal_has_no_idle_past() -> None:
    done = [0, 0, 0, 0, 0, 0, 0, 90]
    assert known_weeks(done, NOW - timedelta(days=3), NOW) == [90]
    assert known_weeks(done, NOW - timedelta(days=7, minutes=1), NOW) == [0, 90]
    assert known_weeks(done, NOW - timedelta(days=400), NOW) == done
    assert known_weeks([0, 5, 0, 0, 0, 0, 0, 0], NOW, NOW) == [5, 0, 0, 0, 0, 0, 0]
    assert known_weeks([0] * 8, NOW, NOW) == [0]


def test_the_weeks_meet() -> None:
    spans = last_weeks(NOW)
    assert len(spans) == WEEKS
    assert spans[-1][1] == NOW
    assert all(one[1] == other[0] for one, other in itertools.pairwise(spans))


TODAY = NOW.date()
FOUND = Forecast(
    earliest=TODAY + timedelta(days=10),
    likely=TODAY + timedelta(days=20),
    latest=TODAY + timedelta(days=30),
    minutes_per_week=60,
)


@pytest.mark.parametrize(
    ("days", "found", "wanted"),
    [
        (30, FOUND, Outlook.ON_TRACK),
        (29, FOUND, Outlook.AT_RISK),
        (10, FOUND, Outlook.AT_RISK),
        (9, FOUND, Outlook.LATE),
        (-1, FOUND, Outlook.LATE),
        (None, FOUND, None),
        (5, Unknown.NO_PACE, None),
        (0, Unknown.NO_PACE, None),
        (-1, Unknown.NO_PACE, Outlook.LATE),
        (-1, Unknown.NO_TASKS, Outlook.LATE),
        (5, Unknown.TOO_FAR, Outlook.LATE),
        (-1, Unknown.NOTHING_LEFT, Outlook.ON_TRACK),
        (-1, Unknown.CLOSED, None),
    ],
)
def test_how_it_stands_against_its_target(
    days: int | None, found: Forecast | Unknown, wanted: Outlook | None
) -> None:
    target = None if days is None else TODAY + timedelta(days=days)
    assert outlook(target, TODAY, found) is wanted


@given(work, weeks.filter(any), st.integers(-10, 400))
def test_the_chance_agrees_with_the_range(remaining: int, done: list[int], ahead: int) -> None:
    target = NOW.date() + timedelta(days=ahead)
    found = forecast(remaining, done, NOW, target)
    if not isinstance(found, Forecast):
        return
    assert found.chance is not None
    assert (found.chance > 0.1) == (found.earliest <= target)
    assert (found.chance > 0.5) == (found.likely <= target)
    assert (found.chance > 0.9) == (found.latest <= target)
    later = forecast(remaining, done, NOW, target + timedelta(days=7))
    assert isinstance(later, Forecast)
    assert later.chance is not None
    assert later.chance >= found.chance


def test_without_a_target_there_is_no_chance() -> None:
    found = forecast(100, [50, 60, 70, 80], NOW)
    assert isinstance(found, Forecast)
    assert found.chance is None
