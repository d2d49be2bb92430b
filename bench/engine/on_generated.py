"""Dependencies, releases, and durations that are not what was thought, from seeds."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.engine.exact import least_cost
from bench.engine.gates import Gates
from bench.engine.instances import (
    Published,
    published,
    random_problems,
    with_dependencies,
    with_releases,
)
from bench.engine.judging import HEADER, Method, judge
from bench.engine.methods import FIELD, GRID, LIST, REPLANNED, RULES, own_index_only, planner
from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.dispatching import best_of_rules
from upnext.planning.engine.planner import Effort, plan_order
from upnext.planning.engine.problem import Problem

LONG = Effort(kicks=300, batches=4_000, seed=99)
OWN = "ATC k=2, no chain merge"
PLANNER = "planner"
SIGMA = 0.6
METHODS: dict[str, Method] = {
    FIELD: RULES[FIELD],
    OWN: own_index_only,
    LIST: RULES[LIST],
    GRID: RULES[GRID],
    PLANNER: planner(30),
}


def run(gates: Gates) -> None:
    _exactly(gates)
    instances = published(40)
    forty = [instance.problem for instance in instances]
    random = np.random.default_rng(5)
    waiting = [with_dependencies(problem, random) for problem in forty]
    ratios = _against_long_search("40 tasks with dependencies (seed 5)", waiting)
    gates.at_most("dependencies, ATC k=2 with chain merge: sum x", ratios[LIST], 1.05)
    gates.at_least("dependencies, ATC k=2 without: sum x", ratios[OWN], 1.25)
    gates.at_most("dependencies, planner: sum x", ratios[PLANNER], 1.002)
    later = [with_releases(problem, random) for problem in forty[::5]]
    ratios = _against_long_search("40 tasks with releases", later)
    gates.at_most("releases, planner: sum x", ratios[PLANNER], 1.01)
    both = [with_releases(problem, random) for problem in waiting[::5]]
    ratios = _against_long_search("40 tasks with dependencies and releases", both)
    gates.at_most("dependencies and releases, planner: sum x", ratios[PLANNER], 1.01)
    _noisy(gates, instances)


def _exactly(gates: Gates) -> None:
    """Ten tasks, where branch and bound knows the least cost."""
    random = np.random.default_rng(8)
    plain = list(random_problems(10, 40, seed=8))
    waiting = [with_dependencies(problem, random) for problem in plain]
    kinds = {
        "plain": plain,
        "with dependencies": waiting,
        "with releases": [with_releases(problem, random) for problem in plain],
        "with both": [with_releases(problem, random) for problem in waiting],
    }
    for kind, problems in kinds.items():
        print(f"\n{len(problems)} problems of 10 tasks {kind}, against the least cost\n{HEADER}")
        best, below = [least_cost(problem) for problem in problems], 0
        for name, method in METHODS.items():
            result, _ = judge(name, method, problems, best)
            print(result.row("-"), flush=True)
            below += result.below_best
        gates.at_most(f"{kind}: costs below the least", below, 0)
        gates.at_least(f"{kind}, planner: at the least cost", result.at_best, 39)


def _against_long_search(title: str, problems: list[Problem]) -> dict[str, float]:
    """Sum x of each method; the reference is the cheapest that anything here found."""
    print(f"\n{len(problems)} problems of {title}, against a long search\n{HEADER}")
    results = [judge(name, method, problems, [])[0] for name, method in METHODS.items()]
    long, _ = judge("long search", lambda one: plan_order(one, LONG).order, problems, [])
    best = np.min([result.costs for result in (*results, long)], axis=0)
    results = [replace(result, best=best) for result in (*results, long)]
    for result in results:
        print(result.row("-"), flush=True)
    return {result.name: result.ratio for result in results}


def _noisy(gates: Gates, instances: list[Published]) -> None:
    """Estimates are log-normal around what a task takes; the next one is chosen anew each time.

    The reference, the best known cost, knows what the tasks take.
    """
    print(f"\n{len(instances)} published of 40 tasks, estimates off by sigma {SIGMA}, re-planned")
    random = np.random.default_rng(6)
    real = [instance.problem for instance in instances]
    best = sum(instance.best for instance in instances)
    noise = [np.exp(SIGMA * random.standard_normal(len(one))) for one in real]
    thought = [
        replace(one, minutes=one.minutes * off) for one, off in zip(real, noise, strict=True)
    ]
    methods = {FIELD: RULES[FIELD], LIST: RULES[LIST], REPLANNED: best_of_rules}
    for name, method in methods.items():
        pairs = zip(thought, real, strict=True)
        ratio = sum(_lived(method, estimated, one) for estimated, one in pairs) / best
        print(f"{name:<32} sum x {ratio:.3f}", flush=True)
        if name == REPLANNED:
            gates.at_most("noisy estimates, re-planned: sum x", ratio, 1.20)


def _lived(choose: Callable[[Problem], Integers], thought: Problem, real: Problem) -> float:
    """What it costs to do the first task of a plan, and then to plan anew."""
    rows, t, order = np.arange(len(thought)), 0.0, list[int]()
    while len(rows):
        first = int(choose(_rest(thought, rows, t))[0])
        order.append(int(rows[first]))
        t += float(real.minutes[rows[first]])
        rows = np.delete(rows, first)
    return real.cost(order)


def _rest(problem: Problem, rows: Integers, t: float) -> Problem:
    due: Floats = problem.deadline[rows] - t
    return Problem(problem.minutes[rows], problem.weight[rows], due, problem.release[rows])
