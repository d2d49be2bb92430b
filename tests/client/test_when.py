"""Human dates: what they mean in a person's zone, and how moments are told."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.client import when

BERLIN = ZoneInfo("Europe/Berlin")
# A Saturday, 14:30 in Berlin.
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


def local(text: str, zone: ZoneInfo = BERLIN) -> str:
    return when.parse(text, now=NOW, zone=zone).astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "Sat 2026-11-21 23:59"),
        ("Tomorrow", "Sun 2026-11-22 23:59"),
        ("tomorrow 9:05", "Sun 2026-11-22 09:05"),
        ("yesterday", "Fri 2026-11-20 23:59"),
        ("sun", "Sun 2026-11-22 23:59"),
        ("fri 17:00", "Fri 2026-11-27 17:00"),
        ("Friday 5pm", "Fri 2026-11-27 17:00"),
        ("thur 12am", "Thu 2026-11-26 00:00"),
        # A weekday never means today: for that there is “today”.
        ("saturday", "Sat 2026-11-28 23:59"),
        ("+3d", "Tue 2026-11-24 23:59"),
        ("+3d 17:00", "Tue 2026-11-24 17:00"),
        ("+1w", "Sat 2026-11-28 23:59"),
        ("+2h", "Sat 2026-11-21 16:30"),
        ("+90m", "Sat 2026-11-21 16:00"),
        ("17:00", "Sat 2026-11-21 17:00"),
        ("9am", "Sun 2026-11-22 09:00"),
        ("2026-12-04", "Fri 2026-12-04 23:59"),
        ("2026-12-04 17:00", "Fri 2026-12-04 17:00"),
        ("2026-12-04T17:00", "Fri 2026-12-04 17:00"),
        ("2026-12-04t17:00:30z", "Fri 2026-12-04 18:00"),
        ("2026-12-04T17:00+05:30", "Fri 2026-12-04 12:30"),
        ("  fri   17:00 ", "Fri 2026-11-27 17:00"),
    ],
)
def test_forms(text: str, meant: str) -> None:
    assert local(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "fr", "fri 25:00", "fri 17", "17", "2026-13-01", "2026-02-30", "04/12/2026"),
        *("+3x", "tomorrow at noon", "+9999w 9:00 x", "fri 17:00 18:00", "0000-01-01", "13pm x"),
    ],
)
def test_what_is_no_date_says_what_is(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date; write 2026-12-04"):
        when.parse(text, now=NOW, zone=BERLIN)


def test_the_day_is_that_of_the_person() -> None:
    # 13:30 UTC on the 21st is already the 22nd on Kiritimati.
    assert local("today", ZoneInfo("Pacific/Kiritimati")) == "Sun 2026-11-22 23:59"


def test_an_hour_that_the_clock_skips_moves_forward() -> None:
    before = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    moment = when.parse("2027-03-28 02:30", now=before, zone=BERLIN)
    assert moment.astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_a_day_for_a_start_is_its_beginning() -> None:
    moment = when.parse("mon", now=NOW, zone=BERLIN, clock=when.DAY_START)
    assert when.wire(moment) == "2026-11-22T23:00:00Z"


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        assert when.parse(text, now=NOW, zone=BERLIN).tzinfo is UTC


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("today", "today"),
        ("tomorrow", "tomorrow"),
        ("tomorrow 17:00", "tomorrow 17:00"),
        ("+3h", "today 17:30 (in 3 h)"),
        ("+20m", "today 14:50 (in 20 min)"),
        ("today 11:30", "today 11:30 (3 h ago)"),
        ("mon 17:00", "Mon 17:00 (in 2 days)"),
        ("fri", "Fri (in 6 days)"),
        ("sat", "28 Nov (in 7 days)"),
        ("yesterday 17:00", "yesterday 17:00"),
        ("2026-11-18", "18 Nov (3 days ago)"),
        ("2027-01-02 08:00", "2 Jan 2027 08:00 (in 42 days)"),
    ],
)
def test_moments_are_told_as_people_do(typed: str, told: str) -> None:
    moment = when.parse(typed, now=NOW, zone=BERLIN)
    assert when.show(moment, now=NOW, zone=BERLIN) == told
