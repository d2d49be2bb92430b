"""A8: how long whoever guesses has to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.identity.models import LoginThrottle
from upnext.identity.throttle import ACCOUNT, ADDRESS, PAIR, Attempt, remaining

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ATTEMPT = Attempt("jo@example.com", "10.0.0.1")


def _row(key: str, failures: int, ago: float = 0) -> LoginThrottle:
    return LoginThrottle(key=key, failures=failures, updated_at=NOW - timedelta(seconds=ago))


@pytest.mark.parametrize(
    ("failures", "seconds"), [(4, 0), (5, 5), (6, 10), (7, 20), (12, 640), (13, 900), (10**6, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert remaining(ATTEMPT, [_row(ATTEMPT.pair_key, failures)], NOW) == seconds


def test_the_wait_passes() -> None:
    rows = [_row(ATTEMPT.pair_key, 6, ago=3.5)]
    assert remaining(ATTEMPT, rows, NOW) == 7
    assert remaining(ATTEMPT, rows, NOW + timedelta(seconds=7)) == 0


def test_an_hour_later_all_is_forgotten() -> None:
    assert remaining(ATTEMPT, [_row(ATTEMPT.pair_key, 1_000, ago=3_600)], NOW) == 0


def test_an_account_under_attack_is_open_to_who_never_failed() -> None:
    rows = [_row(ATTEMPT.account_key, 10_000)]
    assert remaining(ATTEMPT, rows, NOW) == 0
    assert remaining(ATTEMPT, [*rows, _row(ATTEMPT.pair_key, 1)], NOW) == 60


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_nobody_waits_longer_than_the_longest(pair: int, account: int, address: int) -> None:
    rows = [
        _row(ATTEMPT.pair_key, pair),
        _row(ATTEMPT.account_key, account),
        _row(ATTEMPT.address_key, address),
    ]
    longest = max(brake.longest for brake in (PAIR, ACCOUNT, ADDRESS))
    assert 0 <= remaining(ATTEMPT, rows, NOW) <= longest


def test_keys_do_not_tell_the_account() -> None:
    other = Attempt("jo", "example.com10.0.0.1")
    assert len({*ATTEMPT.keys, *other.keys}) == 6
    assert not [key for key in ATTEMPT.keys if "jo@" in key or "10.0" in key]
    assert max(map(len, ATTEMPT.keys)) <= 100
