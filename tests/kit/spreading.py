"""Long tables of cases are spread over the databases: each case runs on one of them.

Every case runs, and every database runs its share of each table. `--everywhere` runs all on all, as
the nightly run does, and so does a run that names its databases.
"""

from collections import defaultdict
from collections.abc import Iterable

import pytest

MARK = "spread"


def elsewhere(items: Iterable[pytest.Item], dialects: list[str]) -> set[pytest.Item]:
    """The cases of marked tests that belong to another of the `dialects`."""
    tables: dict[str, dict[str, int]] = defaultdict(dict)
    others: set[pytest.Item] = set()
    for item in items:
        if not (isinstance(item, pytest.Function) and item.get_closest_marker(MARK)):
            continue
        dialect = item.callspec.params["dialect"]
        # Without the dialect, the ids of one case are the same on each.
        case = item.callspec.id.replace(str(dialect), "")
        table = tables[item.nodeid.partition("[")[0]]
        if dialects[table.setdefault(case, len(table)) % len(dialects)] != dialect:
            others.add(item)
    return others
