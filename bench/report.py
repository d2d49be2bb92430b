"""Figures beside their budgets: on the terminal, as Markdown and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import yardstick
from bench.rounds import CONNECTIONS, Samples, Summary
from bench.scenarios import Scenario

RESULTS = Path(__file__).with_name("results")
SHARE_OF_CPU = 0.6
P99_OVER_P50 = 20
BUSY = max(CONNECTIONS)


@dataclass(frozen=True)
class Check:
    """One figure that has a budget."""

    what: str
    value: float
    budget: float
    unit: str
    at_least: bool = False

    @property
    def passed(self) -> bool:
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    @property
    def verdict(self) -> str:
        return "pass" if self.passed else "**miss**"

    def cells(self) -> list[str]:
        sign = "≥" if self.at_least else "≤"
        bound = f"{sign} {self.budget:g} {self.unit}".rstrip()
        return [self.what, f"{self.value:.2f} {self.unit}".rstrip(), bound, self.verdict]


@dataclass
class Report:
    database: str
    label: str
    facts: dict[str, str]
    scenarios: Sequence[Scenario]
    samples: Samples
    notes: list[str] = field(default_factory=list)
    others: list[Check] = field(default_factory=list)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def checks(self) -> list[Check]:
        """One per scenario, of the worse of its ratios, then whatever else was measured."""
        found = [check for one in self.scenarios for check in self._of(one)]
        return found + self.others

    def failures(self) -> int:
        """Requests that were refused or lost: none may be."""
        summaries = (self._summary(one, c) for one in self.scenarios for c in CONNECTIONS)
        return sum(summary.failures for summary in summaries if summary)

    def ratio(self, scenario: Scenario, connections: int) -> float | None:
        ours, limit = self._summary(scenario, connections), self._limit(scenario, connections)
        return ours.total / limit.total if ours and limit else None

    def worth(self, connections: int) -> float | None:
        """What a millisecond of a budget is here, with as many connections: see bench/yardstick.
        None: it was not measured."""
        found = self.samples.summary("limit", yardstick.NAME, connections)
        return found.total / yardstick.THERE[self.database] if found else None

    def _of(self, scenario: Scenario) -> Iterable[Check]:
        budget = scenario.budget
        if budget.times:
            ratios = [self.ratio(scenario, connections) for connections in CONNECTIONS]
            worst = max((ratio for ratio in ratios if ratio), default=None)
            if worst is not None:
                yield Check(f"{scenario.name}: CPU", worst, budget.times, "x limit")
        elif budget.milliseconds:
            there = [
                ours.total / (self.worth(connections) or 1)
                for connections in CONNECTIONS
                if (ours := self._summary(scenario, connections))
            ]
            if there:
                unit = "ms there" if self.worth(BUSY) else "ms"
                yield Check(f"{scenario.name}: CPU", max(there), budget.milliseconds, unit)
        if busy := self._summary(scenario, BUSY):
            share = busy.per_second / allowed(busy)
            what = f"{scenario.name}: throughput of what CPU allows"
            yield Check(what, share, SHARE_OF_CPU, "", at_least=True)
            yield Check(f"{scenario.name}: p99 / p50", busy.p99 / busy.p50, P99_OVER_P50, "x")

    def _summary(self, scenario: Scenario, connections: int) -> Summary | None:
        return self.samples.summary("server", scenario.name, connections)

    def _limit(self, scenario: Scenario, connections: int) -> Summary | None:
        """Scenarios with the same twin share its figures, under the first one's name."""
        if scenario.limit is None:
            return None
        same = [
            one for one in self.scenarios if one.limit and one.limit.path == scenario.limit.path
        ]
        return self.samples.summary("limit", same[0].name, connections)

    # Writing

    def markdown(self) -> str:
        return "\n".join(
            [
                f"# {self.label}, {self.at:%Y-%m-%d %H:%M} UTC",
                "",
                *(f"- {name}: {value}" for name, value in self.facts.items()),
                *self._worth_told(),
                "",
                "## CPU per request, in milliseconds",
                "Server and database apart; medians of the rounds. The limit is a bare ASGI app "
                "with the bare driver and orjson on the same rows.",
                "",
                *self._cpu_table(),
                "",
                "## Speed",
                "Generator, servers and database share the machine; what CPU allows is its cores "
                "over the CPU of all three per request.",
                "",
                *self._speed_table(),
                "",
                "## Verdicts",
                "",
                *table(["", "measured", "budget", ""], [one.cells() for one in self.checks()]),
                "",
                *self.notes,
                "",
            ]
        )

    def _worth_told(self) -> Iterable[str]:
        worths = {each: worth for each in CONNECTIONS if (worth := self.worth(each))}
        if worths:
            there = yardstick.THERE[self.database]
            here = ", ".join(
                f"{worth * there:.2f} ({each} conn.)" for each, worth in worths.items()
            )
            by = ", ".join(f"{worth:.2f}" for worth in worths.values())
            yield (
                f"- yardstick: 50 rows in 16 kB by a bare app cost {here} ms here, and {there:.2f} "
                "where the budgets in milliseconds come from. Verdicts on those are of what was "
                f"measured / {by}: as it would be there"
            )

    def _cpu_table(self) -> list[str]:
        heads = ["scenario", "conn.", "app", "database", "limit app", "limit db", "ratio",
                 "budget", "kB"]  # fmt: skip
        rows = []
        for scenario in self.scenarios:
            for connections in CONNECTIONS:
                ours, limit = (
                    self._summary(scenario, connections),
                    self._limit(scenario, connections),
                )
                if ours is None:
                    continue
                ratio = self.ratio(scenario, connections)
                rows.append(
                    [
                        scenario.name,
                        str(connections),
                        f"{ours.app:.3f}",
                        f"{ours.database:.3f}",
                        f"{limit.app:.3f}" if limit else "",
                        f"{limit.database:.3f}" if limit else "",
                        f"{ratio:.2f}" if ratio else "",
                        str(scenario.budget),
                        _kilobytes(ours, limit),
                    ]
                )
        return table(heads, rows)

    def _speed_table(self) -> list[str]:
        heads = ["scenario", "conn.", "req/s", "p50 ms", "p99 ms", "of CPU", "limit req/s",
                 "limit p50", "limit p99", "generator", "failures"]  # fmt: skip
        rows = []
        for scenario in self.scenarios:
            for connections in CONNECTIONS:
                ours, limit = (
                    self._summary(scenario, connections),
                    self._limit(scenario, connections),
                )
                if ours is None:
                    continue
                rows.append(
                    [
                        scenario.name,
                        str(connections),
                        f"{ours.per_second:.0f}",
                        f"{ours.p50:.2f}",
                        f"{ours.p99:.2f}",
                        f"{100 * ours.per_second / allowed(ours):.0f} %",
                        f"{limit.per_second:.0f}" if limit else "",
                        f"{limit.p50:.2f}" if limit else "",
                        f"{limit.p99:.2f}" if limit else "",
                        f"{100 * ours.generator_share:.0f} %",
                        str(ours.failures),
                    ]
                )
        return table(heads, rows)

    def data(self) -> dict[str, Any]:
        return {
            "database": self.database,
            "at": self.at.isoformat(),
            "facts": self.facts,
            "worth": {each: self.worth(each) for each in CONNECTIONS},
            "checks": [asdict(one) | {"passed": one.passed} for one in self.checks()],
            "samples": [
                {
                    "target": target,
                    "scenario": scenario,
                    "connections": connections,
                    "median": asdict(summary),
                    "rounds": [asdict(sample) for sample in samples],
                }
                for (target, scenario, connections), samples in self.samples.taken.items()
                if (summary := self.samples.summary(target, scenario, connections))
            ],
        }

    def write(self, folder: Path = RESULTS) -> list[Path]:
        folder.mkdir(exist_ok=True)
        stem = folder / f"{self.at:%Y-%m-%d}-{self.database}"
        written = [stem.with_suffix(".md"), stem.with_suffix(".json")]
        written[0].write_text(self.markdown(), encoding="utf-8")
        written[1].write_text(json.dumps(self.data(), indent=1) + "\n", encoding="utf-8")
        return written


def allowed(summary: Summary) -> float:
    """Requests per second if nothing ever waited: the cores over the CPU that one costs."""
    return 1000 * cores() / (summary.total + summary.generator_ms)


def cores() -> int:
    return len(os.sched_getaffinity(0))


def machine() -> dict[str, str]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "machine": f"{cores()} cores, {model}, Linux {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
    }


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Markdown that also reads well on a terminal."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [f"{'-' * (width - (i > 0))}{':' * (i > 0)}" for i, width in enumerate(widths)]
    return [line(heads), line(rule), *(line(row) for row in rows)]


def _kilobytes(ours: Summary, limit: Summary | None) -> str:
    own = f"{ours.bytes / 1000:.1f}"
    return f"{own} / {limit.bytes / 1000:.1f}" if limit else own
