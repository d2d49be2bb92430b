"""Keys that sort by the time they were made."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from upnext.core.ids import new_id


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
