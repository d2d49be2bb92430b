"""A new plan stays near the old one, near the cheapest cost."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.effort import tries
from tests.planning.engine.problems import QUICK, problems
from upnext.planning.engine.planner import plan_order
from upnext.planning.engine.problem import Problem, build_problem
from upnext.planning.engine.replanning import disruption, replan


@settings(max_examples=tries(15, 200))
@given(problems(), st.randoms(use_true_random=False), st.integers(0, 14))
def test_at_most_one_percent_for_less_disruption(
    problem: Problem, random: Random, known: int
) -> None:
    old = list(range(len(problem)))
    random.shuffle(old)
    again = replan(problem, old[:known], QUICK)
    cheapest = plan_order(problem, QUICK)
    assert sorted(again.order.tolist()) == list(range(len(problem)))
    assert problem.keeps_precedence(again.order)
    assert again.cost == problem.cost(again.order)
    assert again.least_cost <= cheapest.cost
    assert again.cost <= 1.01 * cheapest.cost * (1 + 1e-6)
    assert again.moved == disruption(old[:known], again.order) <= again.moved_by_cheapest


def test_nothing_moves_while_nothing_changes() -> None:
    random = np.random.default_rng(4)
    problem = build_problem(
        random.uniform(5, 90, 40), random.uniform(1, 9, 40), random.uniform(0, 1_500, 40)
    )
    old = plan_order(problem).order.tolist()
    again = replan(problem, old)
    assert again.order.tolist() == old
    assert again.moved == 0


def test_a_new_task_moves_few() -> None:
    random = np.random.default_rng(9)
    minutes, weight = random.uniform(5, 90, 40), random.uniform(1, 9, 40)
    due = random.uniform(0, 1_500, 40)
    old = plan_order(build_problem(minutes[:-1], weight[:-1], due[:-1])).order.tolist()
    again = replan(build_problem(minutes, weight, due), old)
    assert again.moved <= again.moved_by_cheapest
    assert again.moved <= 3
    assert again.cost <= 1.01 * again.least_cost


def test_disruption_counts_what_has_to_move() -> None:
    assert disruption([0, 1, 2, 3], np.array([0, 1, 2, 3])) == 0
    assert disruption([0, 1, 2, 3], np.array([3, 0, 4, 1, 2])) == 1
    assert disruption([0, 1, 2, 3], np.array([3, 2, 1, 0])) == 3
    assert disruption([], np.array([0])) == 0
