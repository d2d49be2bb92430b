"""What ran on which database: the table at the end of a run, and what counts as a failure in CI."""

from collections.abc import Iterable, Mapping

import pytest

from tests.kit.databases import DIALECTS
from tests.kit.servers import Servers

OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed")
NONE = "no database"


def mark(items: Iterable[pytest.Item]) -> None:
    """Write the dialect into each test's properties: they travel from the workers."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            dialect = item.callspec.params.get("dialect")
            if isinstance(dialect, str):
                item.user_properties.append(("dialect", dialect))


def count(stats: Mapping[str, list[object]]) -> dict[str, dict[str, int]]:
    table = {row: dict.fromkeys(OUTCOMES, 0) for row in (*DIALECTS, NONE)}
    for outcome in OUTCOMES:
        for report in stats.get(outcome, []):
            properties = getattr(report, "user_properties", ())  # a broken module has none
            table[str(dict(properties).get("dialect", NONE))][outcome] += 1
    return table


def lines(table: Mapping[str, Mapping[str, int]], servers: Servers) -> list[str]:
    shown = [o for o in OUTCOMES if o != "xfailed" or any(row[o] for row in table.values())]
    head = f"{'database':<14}" + "".join(f"{outcome:>9}" for outcome in shown)
    body = [
        f"{name:<14}" + "".join(f"{row[outcome]:>9}" for outcome in shown) + _label(name, servers)
        for name, row in table.items()
        if name == NONE or any(row.values())
    ]
    return [head, *body]


def _label(name: str, servers: Servers) -> str:
    label = servers.labels.get(name)
    return f"   {label}" if label else ""


def used(items: Iterable[pytest.Item]) -> set[str]:
    """The servers that these tests need."""
    names = {
        str(value) for item in items for key, value in item.user_properties if key == "dialect"
    }
    redis = any("redis_url" in getattr(item, "fixturenames", ()) for item in items)
    return names | ({"redis"} if redis else set())
