"""Words of time counted out, also where clocks change and months end early."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from upnext.tasks.filtering import FIELDS, FilterError, parse
from upnext.tasks.filtering.dates import Span, span
from upnext.tasks.filtering.tree import Comparison, When

SATURDAY = "2026-11-21T08:00Z"
BERLIN, CAIRO, HAVANA, APIA = "Europe/Berlin", "Africa/Cairo", "America/Havana", "Pacific/Apia"

# Words, now, zone > from, to ("" for a moment); all in UTC.
SPANS: list[tuple[str, str, str, str, str]] = [
    ("now", SATURDAY, BERLIN, "2026-11-21T08:00", ""),
    ("now+90m", SATURDAY, BERLIN, "2026-11-21T09:30", ""),
    ("now-1d+2h", SATURDAY, BERLIN, "2026-11-20T10:00", ""),
    ("today", SATURDAY, BERLIN, "2026-11-20T23:00", "2026-11-21T23:00"),
    ("today", "2026-11-21T23:30Z", BERLIN, "2026-11-21T23:00", "2026-11-22T23:00"),
    ("today", SATURDAY, "Pacific/Kiritimati", "2026-11-20T10:00", "2026-11-21T10:00"),
    ("yesterday", SATURDAY, "UTC", "2026-11-20T00:00", "2026-11-21T00:00"),
    ("tomorrow+1w", SATURDAY, "UTC", "2026-11-29T00:00", "2026-11-30T00:00"),
    ("today+17h", SATURDAY, BERLIN, "2026-11-21T16:00", ""),
    ("saturday", SATURDAY, "UTC", "2026-11-28T00:00", "2026-11-29T00:00"),
    ("next sunday", SATURDAY, "UTC", "2026-11-22T00:00", "2026-11-23T00:00"),
    ("last saturday", SATURDAY, "UTC", "2026-11-14T00:00", "2026-11-15T00:00"),
    ("last friday", SATURDAY, "UTC", "2026-11-20T00:00", "2026-11-21T00:00"),
    ("this week", SATURDAY, "UTC", "2026-11-16T00:00", "2026-11-23T00:00"),
    ("next week+1w", SATURDAY, "UTC", "2026-11-30T00:00", "2026-12-07T00:00"),
    ("last month", SATURDAY, "UTC", "2026-10-01T00:00", "2026-11-01T00:00"),
    ("next month+1mo", SATURDAY, "UTC", "2027-01-01T00:00", "2027-02-01T00:00"),
    ("this year", SATURDAY, "UTC", "2026-01-01T00:00", "2027-01-01T00:00"),
    ("start of week", SATURDAY, "UTC", "2026-11-16T00:00", "2026-11-17T00:00"),
    ("end of week", SATURDAY, "UTC", "2026-11-22T00:00", "2026-11-23T00:00"),
    ("end of month", SATURDAY, "UTC", "2026-11-30T00:00", "2026-12-01T00:00"),
    ("end of next year", SATURDAY, "UTC", "2027-12-31T00:00", "2028-01-01T00:00"),
    ("start of last month", SATURDAY, "UTC", "2026-10-01T00:00", "2026-10-02T00:00"),
    # Months end early.
    ("2026-01-30+1mo", SATURDAY, "UTC", "2026-02-28T00:00", "2026-03-01T00:00"),
    ("2026-01-31+1mo", SATURDAY, "UTC", "2026-02-28T00:00", "2026-03-01T00:00"),
    ("2024-02-29+1y", SATURDAY, "UTC", "2025-02-28T00:00", "2025-03-01T00:00"),
    ("2026-03-31-1mo", SATURDAY, "UTC", "2026-02-28T00:00", "2026-03-01T00:00"),
    ("2026-12-15+1mo", SATURDAY, "UTC", "2027-01-15T00:00", "2027-01-16T00:00"),
    # Clocks change: a day of 23 hours, one of 25, the same time of the next day.
    ("2026-03-29", SATURDAY, BERLIN, "2026-03-28T23:00", "2026-03-29T22:00"),
    ("2026-10-25", SATURDAY, BERLIN, "2026-10-24T22:00", "2026-10-25T23:00"),
    ("now+1d", "2026-10-24T10:00Z", BERLIN, "2026-10-25T11:00", ""),
    ("now+24h", "2026-10-24T10:00Z", BERLIN, "2026-10-25T10:00", ""),
    ("2026-03-29T02:30", SATURDAY, BERLIN, "2026-03-29T01:30", ""),
    # A day that begins at one, and one that has two midnights.
    ("2026-04-24", SATURDAY, CAIRO, "2026-04-23T22:00", "2026-04-24T21:00"),
    ("2026-11-01", SATURDAY, HAVANA, "2026-11-01T04:00", "2026-11-02T05:00"),
    # A day that never was.
    ("2011-12-30", SATURDAY, APIA, "2011-12-30T10:00", "2011-12-30T10:00"),
    # Moments with a zone of their own, and without.
    ("2026-12-01T17:00:00Z", SATURDAY, BERLIN, "2026-12-01T17:00", ""),
    ("2026-12-01T17:00+05:30", SATURDAY, BERLIN, "2026-12-01T11:30", ""),
    ("2026-12-01T17:00", SATURDAY, BERLIN, "2026-12-01T16:00", ""),
    # Days with a time.
    ("2026-12-01 09:30", SATURDAY, BERLIN, "2026-12-01T08:30", ""),
    ("tomorrow 17:00", SATURDAY, BERLIN, "2026-11-22T16:00", ""),
    ("tomorrow 17:00", "2026-10-24T10:00Z", BERLIN, "2026-10-25T16:00", ""),
    ("friday 17:00+1w", SATURDAY, "UTC", "2026-12-04T17:00", ""),
    ("end of month 0:00", SATURDAY, "UTC", "2026-11-30T00:00", ""),
    ("today 09:00+2h", SATURDAY, "UTC", "2026-11-21T11:00", ""),
]  # fmt: skip


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def counted(words: str, now: str = SATURDAY, zone: str = "UTC") -> Span:
    node = parse(f"due = {words}", FIELDS)
    assert isinstance(node, Comparison)
    assert isinstance(node.values[0], When)
    return span(node.values[0], instant(now), ZoneInfo(zone))


@pytest.mark.parametrize(("words", "now", "zone", "start", "end"), SPANS)
def test_words_counted_out(words: str, now: str, zone: str, start: str, end: str) -> None:
    assert counted(words, now, zone) == Span(instant(start), instant(end) if end else None)


@pytest.mark.parametrize(
    "words",
    ["1969-12-31", "9999-12-31", "today-100y", "today+9999y", "now-60y", "now+9999w+9999y"],
)
def test_times_that_no_task_can_have(words: str) -> None:
    with pytest.raises(FilterError, match="outside of the years 1970 to 9999"):
        counted(words)
