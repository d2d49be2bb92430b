"""Figures of a method over many problems, beside the best that is known of each."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.problem import Problem

Method = Callable[[Problem], Integers]
SLACK = 1e-6
"""Costs of whole numbers that differ by less are the same."""


@dataclass(frozen=True)
class Result:
    """One method over m problems."""

    name: str
    costs: Floats
    best: Floats
    cpu_ms: Floats

    @property
    def gaps(self) -> Floats:
        """In percent, where the best is not 0."""
        possible = self.best > 0
        return np.asarray(100 * (self.costs[possible] / self.best[possible] - 1))

    @property
    def mean(self) -> float:
        return float(self.gaps.mean()) if len(self.gaps) else 0.0

    @property
    def median(self) -> float:
        return float(np.median(self.gaps)) if len(self.gaps) else 0.0

    @property
    def worst(self) -> float:
        return float(self.gaps.max(initial=0))

    @property
    def ratio(self) -> float:
        """The sum of all costs by the sum of the best."""
        return float(self.costs.sum() / self.best.sum())

    @property
    def zeros(self) -> int:
        """How often cost 0 was reached where it can be."""
        return int((self.costs[self.best <= 0] <= SLACK).sum())

    @property
    def at_best(self) -> int:
        return int((self.costs <= self.best + SLACK).sum())

    @property
    def below_best(self) -> int:
        """A cost below the known best is an error of whoever counted."""
        return int((self.costs < self.best - SLACK).sum())

    def row(self, first: str = "") -> str:
        possible = int((self.best <= 0).sum())
        return (
            f"{self.name:<32} {self.mean:>10.3f} {self.median:>8.3f} {self.worst:>10.2f}"
            f" {self.ratio:>8.4f} {self.zeros:>3}/{possible:<3}"
            f" {self.at_best:>4}/{len(self.best):<4}"
            f" {first:>9} {np.mean(self.cpu_ms):>7.2f} {np.max(self.cpu_ms):>7.1f}"
        )


HEADER = (
    f"{'':<32} {'mean %':>10} {'median %':>8} {'worst %':>10} {'sum x':>8} {'zeros':>7}"
    f" {'at best':>9} {'first':>9} {'CPU ms':>7} {'most':>7}"
)


def judge(
    name: str, method: Method, problems: Sequence[Problem], best: Sequence[float] | Floats
) -> tuple[Result, list[Integers]]:
    """Run it; RuntimeError for an order that is no permutation or breaks precedence."""
    orders, spent = [], []
    for problem in problems:
        start = time.process_time()
        order = method(problem)
        spent.append(1e3 * (time.process_time() - start))
        _check(name, problem, order)
        orders.append(order)
    costs = [problem.cost(order) for problem, order in zip(problems, orders, strict=True)]
    return Result(
        name, np.array(costs), np.asarray(best, dtype=np.float64), np.array(spent)
    ), orders


def _check(name: str, problem: Problem, order: Integers) -> None:
    if sorted(order.tolist()) != list(range(len(problem))):
        raise RuntimeError(f"{name}: not a permutation")
    if not problem.keeps_precedence(order):
        raise RuntimeError(f"{name}: precedence broken")
