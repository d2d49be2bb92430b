"""Each rule, by hand and by what holds for all of them."""

import numpy as np
import pytest
from hypothesis import given

from tests.planning.engine.problems import problems
from upnext.planning.engine.chain import merge_chains
from upnext.planning.engine.dispatching import (
    Index,
    atc,
    best_of_rules,
    dispatch,
    edd,
    orders_by_rules,
    wmdd,
    wspt,
)
from upnext.planning.engine.merging import TIMES, ChainTable
from upnext.planning.engine.problem import Problem, build_problem


def order_of(problem: Problem, index: Index) -> list[int]:
    orders = dispatch(problem, index)
    assert orders.shape == (1, len(problem))
    return [int(row) for row in orders[0]]


def test_edd_takes_the_earliest_deadline() -> None:
    problem = build_problem([10, 10, 10], [1, 9, 1], [30, 20, 10])
    assert order_of(problem, edd(problem)) == [2, 1, 0]


def test_wspt_takes_the_greatest_weight_per_minute() -> None:
    problem = build_problem([10, 10, 40], [1, 2, 9], [0, 0, 0])
    assert order_of(problem, wspt(problem)) == [2, 1, 0]


def test_wmdd_takes_the_least_time_left_per_weight() -> None:
    # At 0: 100/1, 50/1, and 60/2 with a deadline long past. At 60: 40 and max(50, -10).
    problem = build_problem([10, 50, 60], [1, 1, 2], [100, 50, -300])
    assert order_of(problem, wmdd(problem)) == [2, 0, 1]


def test_atc_weighs_slack_against_worth() -> None:
    # The second is worth more, but has so much slack that the first goes before it.
    problem = build_problem([30, 30], [1, 2], [30, 600])
    assert order_of(problem, atc(problem)) == [0, 1]
    assert order_of(problem, atc(problem, [50.0])) == [1, 0]


def test_a_tie_goes_to_the_smaller_row() -> None:
    problem = build_problem([10] * 4, [1] * 4, [50] * 4)
    for rule in (edd, wspt, wmdd, atc):
        assert order_of(problem, rule(problem)) == [0, 1, 2, 3]


def test_a_signature_that_an_urgent_release_waits_for_goes_first() -> None:
    problem = build_problem([60, 10, 30], [2, 0.5, 16], [0, 5_000, 0], edges=[(1, 2)])
    assert order_of(problem, atc(problem)) == [1, 2, 0]
    assert order_of(problem, atc(problem, merge=False)) == [0, 1, 2]


def test_what_is_released_later_waits_and_nobody_waits_for_it() -> None:
    problem = build_problem([30, 30, 30], [8, 1, 8], [0, 0, 0], [50, 0, 10])
    assert order_of(problem, atc(problem)) == [1, 2, 0]


def test_idle_until_the_first_release() -> None:
    problem = build_problem([10, 10], [1, 1], [0, 0], [40, 25])
    assert order_of(problem, atc(problem)) == [1, 0]


@given(problems())
def test_every_rule_gives_a_permutation_that_keeps_precedence(problem: Problem) -> None:
    orders = orders_by_rules(problem)
    for order in orders:
        assert sorted(order.tolist()) == list(range(len(problem)))
        assert problem.keeps_precedence(order)
    assert problem.cost(best_of_rules(problem)) == problem.costs(orders).min()


@given(problems())
def test_the_worker_never_waits_while_something_is_ready(problem: Problem) -> None:
    order = dispatch(problem, atc(problem))[0]
    ends = problem.ends(order)
    begins = ends - problem.minutes[order]
    for place, begin in enumerate(begins):
        free = float(ends[place - 1]) if place else 0.0
        if begin <= free + 1e-6:
            continue
        done = set(order[:place].tolist())
        for row in order[place:]:
            ready = done.issuperset(problem.precedence.predecessors.get(int(row), ()))
            assert not ready or problem.release[row] > free - 1e-6


@given(problems(most=10, releases=False))
def test_the_table_of_chains_is_the_chain_merge(problem: Problem) -> None:
    """Exactly so at its own times."""
    if not problem.precedence.order:
        return
    rate = 1 / (2 * float(problem.minutes.mean()))
    table = ChainTable.of(problem, np.array([[rate]]))
    for time in (0, 1, TIMES // 2, TIMES - 1):
        t = time * table.step
        slack = np.maximum(0, problem.deadline - problem.minutes - t)
        own = np.log(problem.weight / problem.minutes) - rate * slack
        merged = np.array(merge_chains(own, problem.minutes, problem.precedence).ln_index)
        read = own[None].copy()
        table.replace(read, np.array([[t]]))
        assert read[0] == pytest.approx(merged, abs=1e-6)
