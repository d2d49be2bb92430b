"""When a job that went wrong is tried again."""

import random
from datetime import timedelta

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 3_600.0


def backoff(attempts: int) -> timedelta:
    """Exponential with full jitter: anything from nothing up to 5 s after the first attempt, 10 s
    after the second, and an hour at most. So a herd that fell together does not come back so."""
    longest = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts - 1, 20))
    return timedelta(seconds=random.uniform(0, longest))  # noqa: S311  (spreads, hides nothing)
