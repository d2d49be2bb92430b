"""How long something was: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from upnext.core.errors import Invalid
from upnext.timetracking.spans import LONGEST, end_of_timer, minutes_of, span

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(1, 1), (29, 1), (89, 1), (91, 2), (3_600, 60), (3_629, 60)]
)
def test_minutes_are_rounded_and_never_none(seconds: int, minutes: int) -> None:
    assert minutes_of(NOW, NOW + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("begin", "end", "minutes", "found"),
    [
        (None, None, 30, (NOW - HOUR / 2, NOW)),
        (NOW - HOUR, None, 30, (NOW - HOUR, NOW - HOUR / 2)),
        (None, NOW - HOUR, 30, (NOW - HOUR * 1.5, NOW - HOUR)),
        (NOW - HOUR, NOW, None, (NOW - HOUR, NOW)),
    ],
)
def test_two_of_three_say_it(
    begin: datetime | None,
    end: datetime | None,
    minutes: int | None,
    found: tuple[datetime, datetime],
) -> None:
    assert span(begin, end, minutes, NOW) == found


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        (None, None, None),
        (NOW, None, None),
        (None, NOW, None),
        (NOW - HOUR, NOW, 60),
        (NOW, NOW - HOUR, None),
        (NOW - HOUR, NOW + HOUR, None),
        (NOW, None, 60),
        (NOW - LONGEST - HOUR, NOW, None),
    ],
)
def test_what_cannot_have_been_is_refused(
    begin: datetime | None, end: datetime | None, minutes: int | None
) -> None:
    with pytest.raises(Invalid):
        span(begin, end, minutes, NOW)


def test_a_forgotten_timer_is_a_week_at_most() -> None:
    assert end_of_timer(NOW, NOW + HOUR) == NOW + HOUR
    assert end_of_timer(NOW, NOW + LONGEST * 3) == NOW + LONGEST
    assert end_of_timer(NOW, NOW - HOUR) == NOW
