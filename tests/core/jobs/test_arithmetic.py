"""The pure parts: which times fire, when a retry comes, how much to claim."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.core.jobs.firing import GRACE, MOST_CAUGHT_UP, firing
from upnext.core.jobs.models import Misfire
from upnext.core.jobs.pace import MOST, Pace
from upnext.core.jobs.retries import FIRST_SECONDS, LONGEST_SECONDS, backoff

DUE = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _after(minutes: float) -> datetime:
    return DUE + MINUTE * minutes


def test_in_time_all_rules_fire_the_one() -> None:
    for misfire in Misfire:
        assert firing(DUE, MINUTE, misfire, _after(0.5)) == ((DUE,), _after(1))
        assert firing(DUE, None, misfire, _after(0.5)) == ((DUE,), None)


def test_after_a_pause_each_rule_does_its_own() -> None:
    now = _after(3.5)
    assert firing(DUE, MINUTE, Misfire.FIRE_ONCE, now) == ((_after(3),), _after(4))
    assert firing(DUE, MINUTE, Misfire.SKIP, now) == ((_after(3),), _after(4))
    caught_up = tuple(_after(n) for n in range(4))
    assert firing(DUE, MINUTE, Misfire.CATCH_UP, now) == (caught_up, _after(4))


def test_skip_skips_what_is_missed() -> None:
    hour, now = MINUTE * 60, _after(130)
    assert firing(DUE, hour, Misfire.SKIP, now) == ((), _after(180))
    assert firing(DUE, hour, Misfire.FIRE_ONCE, now) == ((_after(120),), _after(180))
    assert firing(DUE, None, Misfire.SKIP, now) == ((), None)
    assert firing(DUE, None, Misfire.FIRE_ONCE, now) == ((DUE,), None)


def test_catching_up_has_an_end() -> None:
    times, next_at = firing(DUE, MINUTE, Misfire.CATCH_UP, _after(5_000.2))
    assert times == tuple(_after(n) for n in range(5_000 - MOST_CAUGHT_UP + 1, 5_001))
    assert next_at == _after(5_001)


@given(
    every=st.integers(1, 10**6),
    late=st.timedeltas(timedelta(), timedelta(days=4_000)),
    misfire=st.sampled_from(Misfire),
)
def test_the_next_time_is_the_first_of_the_grid_to_come(
    every: int, late: timedelta, misfire: Misfire
) -> None:
    step, now = timedelta(seconds=every), DUE + late
    times, next_at = firing(DUE, step, misfire, now)
    assert next_at is not None
    assert next_at - step <= now < next_at
    assert all((one - DUE) % step == timedelta() and DUE <= one <= now for one in times)
    assert list(times) == sorted(set(times))
    assert len(times) <= MOST_CAUGHT_UP
    assert times or (misfire is Misfire.SKIP and now - (next_at - step) > GRACE)


@pytest.mark.parametrize("attempts", [1, 2, 5, 9, 30, 2_000])
def test_retries_spread_over_a_span_that_doubles(attempts: int) -> None:
    span = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(attempts - 1, 30))
    delays = [backoff(attempts).total_seconds() for _ in range(2_000)]
    assert 0 <= min(delays) < span * 0.02
    assert span * 0.98 < max(delays) <= span
    assert abs(sum(delays) / len(delays) / span - 0.5) < 0.05


def test_slow_jobs_are_claimed_as_slots_get_free() -> None:
    pace = Pace(4)
    assert pace.room(0) == 4
    pace.took(2.0)
    assert [pace.room(held) for held in range(5)] == [4, 3, 2, 1, 0]


def test_quick_jobs_are_claimed_in_large_batches() -> None:
    pace = Pace(4)
    pace.took(0.0001)
    assert pace.room(0) == MOST
    assert pace.room(MOST // 2) == MOST // 2
    assert pace.room(MOST // 2 + 1) == 0
    for _ in range(50):
        pace.took(1.0)
    assert pace.room(0) == 4
