"""Which database a test runs on, where not all of them tell it apart.

What databases do differently is tested on each: the folders of `EACH`, and what is marked `each`
(many at once, pinned numbers of statements, orders). Every other test runs on one of them, always
the same, and every database runs its share. `--everywhere` runs all on all, as the nightly run
does, and so does a run that names its databases.
"""

from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

import pytest

EACH = ("tests/core/", "tests/search/", "tests/tasks/filtering/", "tests/backups/", "tests/kit/")
MARKS = ("each", "spread")


def elsewhere(items: Iterable[pytest.Item], dialects: list[str]) -> set[pytest.Item]:
    """The tests that belong to another of the `dialects` than the one they are here for. None is
    left out: what only some of these can run belongs to one of those."""
    spread = [one for one in items if isinstance(one, pytest.Function) and not _on_each(one)]
    able: dict[str, set[object]] = defaultdict(set)
    for item in spread:
        able[_test_of(item)].add(item.callspec.params["dialect"])
    tables: dict[str, dict[str, int]] = defaultdict(dict)
    others: set[pytest.Item] = set()
    for item in spread:
        dialect = item.callspec.params["dialect"]
        # Without the dialect, the ids of one case are the same on each.
        case = item.callspec.id.replace(str(dialect), "")
        test = _test_of(item)
        table = tables[test]
        # The cases of a table go round; where it begins, and where a single test runs, is drawn.
        place = crc32(test.encode()) + table.setdefault(case, len(table))
        candidates = [name for name in dialects if name in able[test]]
        if candidates[place % len(candidates)] != dialect:
            others.add(item)
    return others


def _test_of(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _on_each(item: pytest.Function) -> bool:
    if not hasattr(item, "callspec") or "dialect" not in item.callspec.params:
        return True
    for mark in item.iter_markers():  # the nearest first
        if mark.name in MARKS:
            return mark.name == "each"
    return item.nodeid.startswith(EACH)
