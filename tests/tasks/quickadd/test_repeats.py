"""How often, by itself: what other parts of the program read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from upnext.tasks.quickadd import read_repeat


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("every 2nd tuesday", "en", ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "due")),
        ("Every  Month", "en", ("FREQ=MONTHLY", "due")),
        ("every 3 days after done", "en", ("FREQ=DAILY;INTERVAL=3", "completion")),
        ("every! week", "en", ("FREQ=WEEKLY", "completion")),
        ("weekly", "en", ("FREQ=WEEKLY", "due")),
        ("every 2 quarters", "en", ("FREQ=MONTHLY;INTERVAL=6", "due")),
        ("every day 3 times", "en", ("FREQ=DAILY;COUNT=3", "due")),
        ("jeden 2. Dienstag", "de", ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "due")),
        ("alle 3 Tage nach Erledigung", "de", ("FREQ=DAILY;INTERVAL=3", "completion")),
        ("jährlich", "de", ("FREQ=YEARLY", "due")),
        ("every day until friday", "en", None),
        ("every day or so", "en", None),
        ("pay every day", "en", None),
        ("every feb 30", "en", None),
        ("every 0 days", "en", None),
        ("jeden Tag", "en", None),
        ("", "en", None),
    ],
)
def test_words_as_rules(text: str, language: str, expected: tuple[str, str] | None) -> None:
    assert read_repeat(text, language) == expected


def test_an_end_needs_a_now() -> None:
    now, zone = datetime(2026, 12, 1, tzinfo=UTC), ZoneInfo("America/New_York")
    found = read_repeat("every day until friday", now=now, zone=zone)
    assert found == ("FREQ=DAILY;UNTIL=20261205T045900Z", "due")
