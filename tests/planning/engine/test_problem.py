"""What an order costs, by arrays and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given

from tests.planning.engine.problems import problems
from upnext.planning.engine.problem import Problem, build_problem


@given(problems())
def test_ends_are_those_of_doing_one_after_the_other(problem: Problem) -> None:
    order = np.arange(len(problem))[::-1]
    t = cost = 0.0
    for row, end in zip(order, problem.ends(order), strict=True):
        t = max(t, float(problem.release[row])) + float(problem.minutes[row])
        cost += float(problem.weight[row]) * max(0.0, t - float(problem.deadline[row]))
        assert math.isclose(end, t, rel_tol=1e-9)
    assert math.isclose(problem.cost(order), cost, rel_tol=1e-9, abs_tol=1e-6)
    assert t <= problem.horizon * (1 + 1e-9)


def test_many_orders_are_judged_at_once() -> None:
    problem = build_problem([10, 20], [1, 2], [10, 10])
    assert problem.costs(np.array([[0, 1], [1, 0]])).tolist() == [40, 20 + 20]


def test_precedence_is_recognised() -> None:
    problem = build_problem([10, 20, 5], [1, 1, 1], [0, 0, 0], edges=[(2, 0)])
    assert problem.keeps_precedence([2, 1, 0])
    assert not problem.keeps_precedence([0, 1, 2])


@pytest.mark.parametrize(
    ("minutes", "weight", "deadline", "release"),
    [
        ([0], [1], [1], [0]),
        ([1], [0], [1], [0]),
        ([1], [1], [1], [-1]),
        ([1], [1], [math.nan], [0]),
        ([1], [1], [math.inf], [0]),
        ([1, 2], [1, 2], [1], [0, 0]),
    ],
)
def test_what_is_no_problem_is_refused(
    minutes: list[float], weight: list[float], deadline: list[float], release: list[float]
) -> None:
    with pytest.raises(ValueError, match="durations"):
        build_problem(minutes, weight, deadline, release)
