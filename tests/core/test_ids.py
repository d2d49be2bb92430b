"""Keys that sort by the time they were made."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from upnext.core.ids import id_at, new_id


def test_they_rise_within_a_process_and_are_uuid7() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert all(a < b and a.bytes < b.bytes for a, b in pairwise(ids))
    assert {(one.version, one.variant) for one in ids} == {(7, ids[0].variant)}
    assert abs((ids[0].int >> 80) - time.time() * 1000) < 5_000


def test_threads_never_share_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        parts = pool.map(lambda _: [new_id() for _ in range(2_000)], range(8))
        made = [one for part in parts for one in part]
    assert len(set(made)) == len(made)


def test_an_id_of_the_past_sorts_where_it_was_made() -> None:
    at = datetime(2026, 1, 1, 9, 0, 0, 999_999, tzinfo=UTC)
    ids = [id_at(at - timedelta(microseconds=1)), *(id_at(at, nth) for nth in range(20))]
    ids += [id_at(at + timedelta(microseconds=1)), new_id()]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
    assert len({id_at(at) for _ in range(100)}) == 100
