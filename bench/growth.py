"""What each request costs when the instance has a hundred times as many tasks of others."""

import asyncio
from collections.abc import Sequence

from bench.fleet import Store
from bench.instance import Target
from bench.report import Check
from bench.rounds import CONNECTIONS, Measurement, Samples
from bench.scenarios import Scenario
from bench.seeding import Seeder, analyze
from upnext.core.db import Database

PEOPLE, TASKS_EACH = 990, 1_000
BUDGET = 1.5
ROUNDS = 3


def grow(store: Store) -> None:
    asyncio.run(_grow(store))


async def _grow(store: Store) -> None:
    db = Database(store.url, pool_size=1)
    await Seeder(db, seed=PEOPLE).strangers(PEOPLE, TASKS_EACH)
    await analyze(db, store)
    await db.dispose()


def compare(
    measurement: Measurement, server: Target, scenarios: Sequence[Scenario]
) -> tuple[list[Check], list[str]]:
    """Against what was measured before, in the same run."""
    before, measurement.samples = measurement.samples, Samples()
    every = [(server, scenario, scenario.request) for scenario in scenarios]
    measurement.warm(every)
    for _ in measurement.rounds(every, ROUNDS):
        pass
    after, measurement.samples = measurement.samples, before
    checks = []
    for scenario in scenarios:
        for connections in CONNECTIONS:
            small = before.summary(server.name, scenario.name, connections)
            large = after.summary(server.name, scenario.name, connections)
            if small and large:
                what = f"{scenario.name}, {connections} conn.: CPU at 1,000,000 tasks"
                checks.append(Check(what, large.total / small.total, BUDGET, "x at 10,000"))
    failures = sum(
        summary.failures
        for scenario in scenarios
        for connections in CONNECTIONS
        if (summary := after.summary(server.name, scenario.name, connections))
    )
    return checks, [f"Growth: {PEOPLE * TASKS_EACH} more tasks, {failures} failed requests."]
