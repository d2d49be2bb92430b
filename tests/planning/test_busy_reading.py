"""What calendars say about busy times: table-driven, without a network."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.kit.effort import cpu_below
from upnext.planning.busy.merging import merged
from upnext.planning.busy.reading import MOST, NoCalendar, View, busy_spans

BERLIN = ZoneInfo("Europe/Berlin")
VIEW = View(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 13, tzinfo=UTC), BERLIN)


def read(*lines: str) -> list[str]:
    """Start and end of each, as a wall in UTC; events are given by their lines, between dashes."""
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    text += "\r\n".join(lines).replace("---", "END:VEVENT\r\nBEGIN:VEVENT")
    text += "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    spans = busy_spans(text.encode(), VIEW)
    return [f"{one.start:%m-%d %H:%M}-{one.end:%H:%M}" for one in spans]


NINE = "DTSTART;TZID=Europe/Berlin:20260309T090000"
TEN = "DTEND;TZID=Europe/Berlin:20260309T100000"


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        ((NINE, TEN), ["03-09 08:00-09:00"]),
        (("DTSTART:20260309T090000Z", "DURATION:PT90M"), ["03-09 09:00-10:30"]),
        (("DTSTART:20260309T090000", "DTEND:20260309T093000"), ["03-09 08:00-08:30"]),
        (("DTSTART;VALUE=DATE:20260309",), ["03-08 23:00-23:00"]),
        ((NINE, TEN, "STATUS:CANCELLED"), []),
        ((NINE, TEN, "TRANSP:TRANSPARENT"), []),
        ((NINE,), []),
        (("DTSTART:20250309T090000Z", "DTEND:20250309T100000Z"), []),
        (("SUMMARY:no time", "---", "UID:2", NINE, TEN), ["03-09 08:00-09:00"]),
        (
            (NINE, TEN, "RRULE:FREQ=WEEKLY;COUNT=4"),
            # Summer time begins on the 29th: nine o'clock is an hour earlier from then on.
            ["03-09 08:00-09:00", "03-16 08:00-09:00", "03-23 08:00-09:00", "03-30 07:00-08:00"],
        ),
        (
            (NINE, TEN, "RRULE:FREQ=DAILY;UNTIL=20260312T230000Z",
             "EXDATE;TZID=Europe/Berlin:20260310T090000"),
            ["03-09 08:00-09:00", "03-11 08:00-09:00", "03-12 08:00-09:00"],
        ),
        (
            (NINE, TEN, "RRULE:FREQ=DAILY;COUNT=2", "---", "UID:1",
             "RECURRENCE-ID;TZID=Europe/Berlin:20260310T090000",
             "DTSTART:20260310T150000Z", "DTEND:20260310T160000Z"),
            ["03-09 08:00-09:00", "03-10 15:00-16:00"],
        ),
        (
            (NINE, TEN, "RDATE;TZID=Europe/Berlin:20260313T090000"),
            ["03-09 08:00-09:00", "03-13 08:00-09:00"],
        ),
        (
            ("DTSTART:20160104T090000Z", "DTEND:20160104T093000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU",
             "EXDATE:20260317T090000Z,20260324T090000Z,20260331T090000Z,20260407T090000Z"),
            ["03-03 09:00-09:30", "03-10 09:00-09:30"],
        ),
        ((NINE, TEN, "RRULE:FREQ=NEVER"), []),
    ],
)  # fmt: skip
def test_events(lines: tuple[str, ...], spans: list[str]) -> None:
    assert read(*lines) == spans


def test_hostile_rules_cost_little() -> None:
    with cpu_below(5):
        every_second = read(NINE, "DURATION:PT1S", "RRULE:FREQ=SECONDLY")
        read(NINE, TEN, "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")
        assert len(every_second) == MOST


@pytest.mark.parametrize("text", [b"", b"<html></html>", b"\xff\xfe", b"BEGIN:VCALENDAR"])
def test_what_is_no_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(NoCalendar):
        busy_spans(text, VIEW)


def test_busy_times_are_merged_to_whole_minutes() -> None:
    start = datetime(1970, 1, 1, 1, tzinfo=UTC)
    half = timedelta(seconds=30)
    hour = timedelta(hours=1)
    spans = [(start + half, start + hour), (start + hour, start + hour + half), (start, start)]
    assert merged(spans) == [(60, 121)]
