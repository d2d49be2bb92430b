"""Rules and planner on published instances without dependencies or releases."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from bench.engine.gates import AT_BEST_30, AT_BEST_100, CPU_MS_30, MEAN_30, Gates
from bench.engine.instances import Published, published, read, sizes
from bench.engine.judging import HEADER, SLACK, Result, judge
from bench.engine.methods import FIELD, GRID, LIST, PLANNERS, RULES
from upnext.planning.engine.columns import Integers
from upnext.planning.engine.planner import Effort, plan_order
from upnext.planning.engine.problem import Problem

FIRSTS = frozenset((40, 50))
"""Sizes small enough to ask whether the first task alone was right."""
Results = dict[str, Result]


def run(gates: Gates, folder: Path) -> None:
    _run(gates, {size: published(size, folder) for size in sizes(folder)})


def run_file(gates: Gates, file: Path, size: int, costs: Path | None) -> None:
    """One file of anybody's. Where no costs are known, the reference is a long search."""
    instances = read(file, size, costs)
    if costs is None:
        print(f"{len(instances)} problems without known costs: the best is that of a long search")
        instances = [_searched(instance) for instance in instances]
    _run(gates, {size: instances})


def _searched(instance: Published) -> Published:
    found = [plan_order(instance.problem, Effort(kicks=300, seed=seed)).cost for seed in range(2)]
    return replace(instance, best=min(found))


def _run(gates: Gates, by_file: dict[int, list[Published]]) -> None:
    by_size: dict[int, Results] = {}
    firsts: dict[str, list[bool]] = {}
    for size, instances in by_file.items():
        by_size[size] = _table(size, instances, firsts)
        _size_gates(gates, size, by_size[size])
    if by_size:
        _gates(gates, _together(by_size))
        _first_gates(gates, firsts)


def _table(size: int, instances: list[Published], firsts: dict[str, list[bool]]) -> Results:
    print(f"\n{len(instances)} published instances of {size} tasks\n{HEADER}")
    problems = [instance.problem for instance in instances]
    best, results = np.array([instance.best for instance in instances]), Results()
    opens = _Firsts(instances)
    for name, method in {**RULES, **PLANNERS}.items():
        result, orders = judge(name, method, problems, best)
        right = opens.judge(result, orders) if size in FIRSTS else []
        firsts.setdefault(name, []).extend(right)
        print(result.row(f"{sum(right)}/{len(right)}" if right else "-"), flush=True)
        results[name] = result
    return results


class _Firsts:
    """Is there a best order that begins with this task? Judged by a long search for the rest.

    The search may miss such an order, so what it says is a lower bound.
    """

    def __init__(self, instances: list[Published]) -> None:
        self._instances = instances
        self._optimal = cache(self._search)

    def judge(self, result: Result, orders: list[Integers]) -> list[bool]:
        return [
            bool(result.costs[place] <= result.best[place] + SLACK)
            or self._optimal(place, int(order[0]))
            for place, order in enumerate(orders)
        ]

    def _search(self, place: int, first: int) -> bool:
        problem, best = self._instances[place].problem, self._instances[place].best
        end, own = problem.minutes[first], problem.cost([first])
        rest = np.delete(np.arange(len(problem)), first)
        left = Problem(
            problem.minutes[rest],
            problem.weight[rest],
            problem.deadline[rest] - end,
            problem.release[rest],
        )
        return any(
            own + plan_order(left, Effort(kicks=60, seed=seed)).cost <= best + SLACK
            for seed in range(2)
        )


def _together(by_size: dict[int, Results]) -> Results:
    """The figures over all sizes, printed too."""
    print(f"\nall sizes\n{HEADER}")
    together = Results()
    for name, result in next(iter(by_size.values())).items():
        parts = [results[name] for results in by_size.values()]
        columns = (
            np.concatenate([getattr(part, field) for part in parts])
            for field in ("costs", "best", "cpu_ms")
        )
        costs, best, cpu = columns
        together[name] = replace(result, costs=costs, best=best, cpu_ms=cpu)
        print(together[name].row("-"))
    return together


def _size_gates(gates: Gates, size: int, results: Results) -> None:
    if size not in AT_BEST_30 or len(results[FIELD].best) != 125:
        return
    thirty, hundred = results["planner, 30 kicks"], results["planner, 100 kicks"]
    gates.at_least(f"{size} tasks, 30 kicks: at best known", thirty.at_best, AT_BEST_30[size])
    gates.at_most(f"{size} tasks, 30 kicks: mean gap in %", thirty.mean, MEAN_30[size])
    gates.at_most(f"{size} tasks, 30 kicks: CPU ms", float(thirty.cpu_ms.mean()), CPU_MS_30[size])
    gates.at_least(f"{size} tasks, 100 kicks: at best known", hundred.at_best, AT_BEST_100[size])
    gates.at_most(f"{size} tasks, 100 kicks: worst gap in %", hundred.worst, 1.1)


def _gates(gates: Gates, results: Results) -> None:
    atc, grid, field = results[LIST], results[GRID], results[FIELD]
    gates.at_most("ATC k=2: median gap in %", atc.median, 3.0)
    gates.at_most("ATC k=2: sum x", atc.ratio, 1.03)
    gates.at_most("13 k + WMDD: median gap in %", grid.median, 0.7)
    if len(grid.best) == 375:
        # Of all three sizes of the OR-Library: those of 50 tasks have the smallest gaps.
        gates.at_most("13 k + WMDD: mean gap in %", grid.mean, 5.0)
    gates.at_most("13 k + WMDD: sum x", grid.ratio, 1.008)
    gates.at_most("13 k + WMDD: missed zeros", int((grid.best <= 0).sum()) - grid.zeros, 0)
    for result in (atc, grid, results["planner, 30 kicks"]):
        worse = int((result.costs >= field.costs).sum())
        gates.at_most(f"{result.name}: not better than {FIELD}", worse, 0)
    gates.at_most("costs below the best known", sum(r.below_best for r in results.values()), 0)


def _first_gates(gates: Gates, firsts: dict[str, list[bool]]) -> None:
    if firsts[LIST]:
        for name, percent in ((LIST, 90), ("planner, 30 kicks", 98)):
            share = 100 * float(np.mean(firsts[name]))
            gates.at_least(f"{name}: first action optimal in %", share, percent)
