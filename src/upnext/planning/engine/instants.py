"""Instants as integer microseconds since 1970 UTC: exact, ordered, and one numpy column."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""Between these, an instant can be shown in any zone."""
MICROSECOND: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 1_440 * MINUTE

NEVER: Final = 2**62
"""Stands for "no such instant" in an integer column (it lies in the year 2255)."""


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970 UTC of an aware datetime."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime."""
    return EPOCH + timedelta(microseconds=micros)
