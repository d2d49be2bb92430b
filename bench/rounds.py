"""Runs every scenario in turn, several times over, so that the machine's noise falls on all."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from uuid import UUID

from sqlalchemy import delete

from bench.fleet import Store
from bench.instance import Target
from bench.load import Generator, Request, Run, probe
from bench.processes import cpu_seconds, settle
from bench.scenarios import Scenario
from upnext.core.db import Database
from upnext.tasks.models import Task

CONNECTIONS = (1, 32)
WARM_SECONDS = 1
LONGEST_SECONDS = 16
"""Of a run that is made longer because nothing was answered in it."""
VACUUM = "VACUUM task, task_tag, rank_key"

Key = tuple[str, str, int]
"""Target, scenario, connections."""


@dataclass(frozen=True)
class Sample:
    """CPU milliseconds per request, of the target's processes and of the database's."""

    run: Run
    app: float
    database: float

    @property
    def total(self) -> float:
        return self.app + self.database


@dataclass(frozen=True)
class Summary:
    """Medians over the rounds; refused and broken requests of all of them."""

    app: float
    database: float
    total: float
    per_second: float
    p50: float
    p99: float
    bytes: float
    generator_ms: float
    generator_share: float
    failures: int
    rounds: int


@dataclass
class Samples:
    taken: dict[Key, list[Sample]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: Key, sample: Sample) -> None:
        self.taken[key].append(sample)

    def summary(self, target: str, scenario: str, connections: int) -> Summary | None:
        samples = self.taken.get((target, scenario, connections))
        if not samples:
            return None

        def of(figure: Callable[[Sample], float]) -> float:
            return median(figure(sample) for sample in samples)

        return Summary(
            app=of(lambda s: s.app),
            database=of(lambda s: s.database),
            total=of(lambda s: s.total),
            per_second=of(lambda s: s.run.per_second),
            p50=of(lambda s: s.run.p50),
            p99=of(lambda s: s.run.p99),
            bytes=of(lambda s: s.run.bytes / max(1, s.run.requests)),
            generator_ms=of(lambda s: 1000 * s.run.generator / max(1, s.run.requests)),
            generator_share=max(s.run.generator / s.run.seconds for s in samples),
            failures=sum(s.run.refused + s.run.broken for s in samples),
            rounds=len(samples),
        )


@dataclass
class Measurement:
    store: Store
    generator: Generator
    workspace_id: UUID
    since: datetime
    seconds: int
    samples: Samples = field(default_factory=Samples)

    def sample(
        self, target: Target, request: Request, connections: int, seconds: int | None = None
    ) -> Sample:
        """What the run left to be done, such as sealing its changes, is charged to it.

        Some requests take longer than a short run: then a longer one is made.
        """
        seconds = seconds or self.seconds
        own, database = [target.child.pid], self.store.pids
        before = cpu_seconds(own), cpu_seconds(database)
        run = self.generator.run(target.base, request, connections=connections, seconds=seconds)
        settle(own + database)
        if not run.requests and 4 * seconds <= LONGEST_SECONDS:
            return self.sample(target, request, connections, 4 * seconds)
        # Each connection had one more request under way when the time was over.
        answered = max(1, run.requests + connections)
        app, data = (
            1000 * (cpu_seconds(pids) - first) / answered
            for pids, first in zip((own, database), before, strict=True)
        )
        return Sample(run, app, data)

    def warm(self, pairs: Sequence[tuple[Target, Scenario, Request]]) -> None:
        """Asserts each answer by hand, and fills pools and statement caches."""
        for number, (target, scenario, request) in enumerate(pairs):
            probe(target.base, request, number)
            self.sample(target, request, max(CONNECTIONS), WARM_SECONDS)
            self.tidy(scenario)

    def rounds(
        self, pairs: Sequence[tuple[Target, Scenario, Request]], count: int
    ) -> Iterator[int]:
        for number in range(count):
            for target, scenario, request in pairs if number % 2 == 0 else pairs[::-1]:
                for connections in CONNECTIONS:
                    key = (target.name, scenario.name, connections)
                    self.samples.add(key, self.sample(target, request, connections))
                    self.tidy(scenario)
            yield number + 1

    def tidy(self, scenario: Scenario) -> None:
        """Takes what a run added out again: each run meets as many tasks as the first."""
        if scenario.adds:
            asyncio.run(self._remove_added())
            settle(self.store.pids)

    async def _remove_added(self) -> None:
        db = Database(self.store.url, pool_size=1)
        added = delete(Task).where(
            Task.workspace_id == self.workspace_id, Task.created_at >= self.since
        )
        async with db.writer.begin() as connection:
            await connection.execute(added)
        if self.store.dialect == "postgresql":
            plain = db.writer.execution_options(isolation_level="AUTOCOMMIT")
            async with plain.connect() as connection:
                await connection.exec_driver_sql(VACUUM)
        await db.dispose()


def pairs(
    server: Target, limit: Target | None, scenarios: Sequence[Scenario]
) -> list[tuple[Target, Scenario, Request]]:
    """Each request to the server, beside its twin; twins that several share appear once."""
    found: list[tuple[Target, Scenario, Request]] = []
    twins: set[str] = set()
    for scenario in scenarios:
        found.append((server, scenario, scenario.request))
        twin = scenario.limit
        if limit is not None and twin is not None and twin.path not in twins:
            twins.add(twin.path)
            found.append((limit, scenario, twin))
    return found
