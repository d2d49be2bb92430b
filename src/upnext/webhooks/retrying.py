"""Pure: when an event is tried again, when an endpoint rests, and when it is given up."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Before each attempt; those of Standard Webhooks, some 75 hours together.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
JITTER = 0.2
LONGEST_ASKED = timedelta(hours=24)
# Not one success for so long: nobody is there any more.
GIVEN_UP_AFTER = timedelta(days=3)
GONE = 410
# With so many failures in a row, the endpoint rests as a whole: events wait without being tried.
FAILURES_TO_REST = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
# What says that the receiver as a whole has too much to do.
OVERLOADED = frozenset({429, 503})


def next_attempt(
    attempts: int, now: datetime, *, asked: timedelta | None, chance: float | None = None
) -> datetime | None:
    """After `attempts` that failed; None: it was the last. Up to a fifth later than the table has
    it, so that what failed together does not come back together. `asked`: what the receiver
    said in Retry-After; never sooner than that."""
    if attempts >= len(DELAYS):
        return None
    share = random.random() if chance is None else chance  # noqa: S311  (spreads, hides nothing)
    delay = DELAYS[attempts] * (1 + JITTER * share)
    return now + max(delay, asked or timedelta())


def rest(failures: int) -> timedelta | None:
    """How long an endpoint rests after so many failures in a row."""
    if failures < FAILURES_TO_REST:
        return None
    doubled = min(failures - FAILURES_TO_REST, 10)
    return min(LONGEST_REST, FIRST_REST * (1 << doubled))


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Seconds or a date of HTTP; anything else, and what has passed, is None."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        wait = timedelta(seconds=min(int(said[:9]), int(LONGEST_ASKED.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(wait, LONGEST_ASKED) if wait > timedelta() else None
