"""The arithmetic of one stretch of time: what may be entered, and how many minutes it is."""

from datetime import datetime, timedelta
from typing import Final

from upnext.core.errors import invalid_field

LONGEST: Final = timedelta(minutes=10_080)
"""A week. A timer that was forgotten for longer ends after so much."""
SKEW: Final = timedelta(minutes=2)
"""How far ahead of the server's clock somebody's own may run."""
_MINUTE: Final = timedelta(minutes=1)


def minutes_of(started_at: datetime, ended_at: datetime) -> int:
    """Whole minutes, to the nearest, and at least one: what was begun counts."""
    return max(1, round((ended_at - started_at) / _MINUTE))


def end_of_timer(started_at: datetime, now: datetime) -> datetime:
    return max(started_at, min(now, started_at + LONGEST))


def span(
    started_at: datetime | None, ended_at: datetime | None, minutes: int | None, now: datetime
) -> tuple[datetime, datetime]:
    """From two of the three, or from `minutes` alone: then they end now. Raises Invalid."""
    if started_at and ended_at and minutes is not None:
        raise invalid_field("/minutes", "Give `ended_at` or `minutes`, not both.")
    if minutes is not None:
        length = timedelta(minutes=minutes)
        begin = started_at or (ended_at or now) - length
        return check(begin, begin + length, now)
    if started_at is None or ended_at is None:
        raise invalid_field("/minutes", "Say how long: `minutes`, or `started_at` and `ended_at`.")
    return check(started_at, ended_at, now)


def check(started_at: datetime, ended_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    if ended_at <= started_at:
        raise invalid_field("/ended_at", "It has to end after it began.")
    if ended_at - started_at > LONGEST:
        raise invalid_field("/ended_at", "One entry is a week at most. Enter several.")
    if ended_at > now + SKEW:
        raise invalid_field("/ended_at", "It would end in the future. Enter it when it is done.")
    return started_at, ended_at
