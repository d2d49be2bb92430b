"""The planner's promises, and its moves counted one by one."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.engine.exact import least_cost as least_by_sets
from tests.kit.effort import tries
from tests.planning.engine.problems import QUICK, least_cost, problems
from upnext.planning.engine.dispatching import best_of_rules, orders_by_rules
from upnext.planning.engine.dynasearch import dynasearch
from upnext.planning.engine.moves import Neighbourhood, front_costs
from upnext.planning.engine.planner import Effort, plan_order
from upnext.planning.engine.problem import Problem, build_problem
from upnext.planning.engine.releasing import sample_moves

few = settings(max_examples=tries(20, 200))


@few
@given(problems(), st.integers(0, 5))
def test_the_plan_is_a_permutation_no_worse_than_any_rule(problem: Problem, seed: int) -> None:
    effort = Effort(kicks=QUICK.kicks, batches=QUICK.batches, seed=seed)
    plan = plan_order(problem, effort)
    assert sorted(plan.order.tolist()) == list(range(len(problem)))
    assert problem.keeps_precedence(plan.order)
    assert plan.cost == problem.cost(plan.order)
    assert plan.cost <= plan.cost_by_rules == problem.costs(orders_by_rules(problem)).min()
    begins = problem.ends(plan.order) - problem.minutes[plan.order]
    assert (begins >= problem.release[plan.order] - 1e-6).all()
    assert plan_order(problem, effort).order.tolist() == plan.order.tolist()


def _missed_by_a_search() -> Problem:
    edges = [(1, 0), (3, 4), (0, 5)]
    weight, release = [0.25] * 4 + [0.5] * 2, [0.0, 0.0, 0.0, 6.0, 0.0, 0.0]
    return build_problem([5.0, 9.0, *[5.0] * 4], weight, [0.0] * 6, release, edges)


@settings(max_examples=tries(15, 200))
@given(problems(most=6))
@example(_missed_by_a_search())
def test_small_problems_are_solved(problem: Problem) -> None:
    least = least_cost(problem)
    assert math.isclose(least, least_by_sets(problem), rel_tol=1e-9, abs_tol=1e-6)
    plan = plan_order(problem)
    assert problem.keeps_precedence(plan.order)
    assert math.isclose(plan.cost, least, rel_tol=1e-8, abs_tol=1e-6)


@settings(max_examples=tries(15, 200))
@given(problems(most=6))
def test_searches_come_close(problem: Problem) -> None:
    """What is done for more tasks than can be tried in every order."""
    start = best_of_rules(problem)
    found = dynasearch(problem, start, 30, 0)
    if problem.has_releases:
        found = sample_moves(problem, start, 240, 0)
    least = least_cost(problem)
    assert least * (1 - 1e-9) - 1e-6 <= problem.cost(found) <= least * 1.1 + 1e-6


@few
@given(problems(most=9, releases=False))
def test_each_move_changes_the_cost_by_what_the_table_says(problem: Problem) -> None:
    order = orders_by_rules(problem)[-1]
    neighbourhood, cost = Neighbourhood(problem), problem.cost(order)
    moves = neighbourhood.moves(order)
    pairs = zip(neighbourhood.first.tolist(), neighbourhood.second.tolist(), strict=True)
    for number, (i, j) in enumerate(pairs):
        told = [float(kind[number]) for kind in moves]
        for moved, change in zip(_moved(order.tolist(), i, j), told, strict=True):
            assert problem.keeps_precedence(moved) == math.isfinite(change)
            if math.isfinite(change):
                assert problem.cost(moved) - cost == pytest.approx(change, abs=1e-5)


def _moved(order: list[int], i: int, j: int) -> list[list[int]]:
    behind, before, swapped = order[:], order[:], order[:]
    behind.insert(j, behind.pop(i))
    before.insert(i, before.pop(j))
    swapped[i], swapped[j] = swapped[j], swapped[i]
    return [behind, before, swapped]


@few
@given(problems(most=9))
def test_doing_a_task_first_costs_what_is_said(problem: Problem) -> None:
    order = plan_order(problem, QUICK).order
    costs, cost = front_costs(problem, order), problem.cost(order)
    for place, row in enumerate(order.tolist()):
        if row in problem.precedence.predecessors:
            assert costs[row] == math.inf
            continue
        rest = order.tolist()
        first = [rest.pop(place), *rest]
        assert costs[row] == pytest.approx(problem.cost(first) - cost, abs=1e-5)


def test_no_task_and_one_task() -> None:
    empty = plan_order(build_problem([], [], []))
    assert empty.order.tolist() == []
    assert empty.cost == 0
    assert plan_order(build_problem([30], [2], [0])).cost == 60
    assert plan_order(build_problem([30], [2], [0], [15])).cost == 90


def test_a_plan_without_lateness_is_the_order_of_the_list() -> None:
    """The search only replaces the list's rule for something cheaper."""
    problem = build_problem([30, 60, 5], [1, 2, 8], [9_000, 8_000, 7_000])
    plan = plan_order(problem)
    assert plan.cost == 0
    assert plan.order.tolist() == orders_by_rules(problem)[0].tolist()


def test_waiting_for_what_is_urgent_can_be_cheaper_than_beginning_something() -> None:
    problem = build_problem([200, 10], [1, 16], [0, 20], [0, 5])
    assert plan_order(problem).order.tolist() == [1, 0]


def test_durations_of_many_lengths_are_searched_without_swaps() -> None:
    random = np.random.default_rng(2)
    minutes = random.uniform(1, 10_000, 90)
    problem = build_problem(
        minutes, random.uniform(0.5, 16, 90), random.uniform(0, minutes.sum(), 90)
    )
    start = orders_by_rules(problem)[-1]
    found = dynasearch(problem, start, kicks=0)
    assert np.isinf(Neighbourhood(problem).moves(start).swapped).all()
    assert problem.cost(found) < problem.cost(start)


def test_a_long_chain_of_dependencies_has_one_order() -> None:
    size = 60
    edges = [(row, row - 1) for row in range(1, size)]
    problem = build_problem([15] * size, [1] * size, [100] * size, edges=edges)
    assert plan_order(problem, QUICK).order.tolist() == list(range(size))[::-1]
