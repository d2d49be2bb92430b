"""The planner on published instances: a part of `make bench-engine` that is quick."""

import numpy as np
import pytest

from bench.engine.instances import Published, published, sizes
from bench.engine.judging import judge
from bench.engine.methods import FIELD, GRID, LIST, RULES, planner


@pytest.fixture(scope="module")
def every() -> list[Published]:
    return [instance for size in sizes() for instance in published(size)]


def test_the_rules_are_as_near_as_was_measured(every: list[Published]) -> None:
    problems, best = [one.problem for one in every], [one.best for one in every]
    results = {name: judge(name, RULES[name], problems, best)[0] for name in (FIELD, LIST, GRID)}
    assert len(every) == 250
    assert results[LIST].median <= 3.0
    assert results[LIST].ratio <= 1.03
    assert results[GRID].median <= 0.7
    assert results[GRID].ratio <= 1.008
    assert results[GRID].zeros == 36
    assert (results[GRID].costs < results[FIELD].costs).all()
    assert all(result.below_best == 0 for result in results.values())


def test_thirty_kicks_reach_the_best_known(every: list[Published]) -> None:
    some = every[:125:5]
    problems, best = [one.problem for one in some], [one.best for one in some]
    result, _ = judge("30 kicks", planner(30), problems, best)
    assert result.at_best >= 24
    assert result.below_best == 0
    assert np.mean(result.gaps) <= 0.02
