"""Random scheduling problems, and the least cost of small ones by trying every order."""

from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from upnext.planning.engine.planner import Effort
from upnext.planning.engine.problem import Problem, build_problem

QUICK = Effort(kicks=6, batches=25)
MINUTES = st.one_of(st.integers(1, 40).map(lambda five: 5.0 * five), st.floats(0.5, 600))
WEIGHTS = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0])


@st.composite
def problems(draw: st.DrawFn, most: int = 14, *, releases: bool = True) -> Problem:
    """Any number of tasks, with dependencies, deadlines in the past and releases or none."""
    size = draw(st.integers(1, most))

    def column(each: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(each, min_size=size, max_size=size))

    minutes = column(MINUTES)
    work = sum(minutes)
    deadline = column(st.floats(-work, 1.5 * work))
    wanted = releases and draw(st.booleans())
    release = column(st.one_of(st.just(0.0), st.floats(0, work))) if wanted else None
    row = st.integers(0, size - 1)
    edges = draw(st.lists(st.tuples(row, row), max_size=size))
    return build_problem(minutes, column(WEIGHTS), deadline, release, edges)


def least_cost(problem: Problem) -> float:
    """Of every order that keeps precedence."""
    orders = np.array(list(permutations(range(len(problem)))), dtype=np.int64)
    places = np.argsort(orders, axis=1)
    kept = np.ones(len(orders), dtype=np.bool_)
    for row, after in problem.precedence.successors.items():
        for other in after:
            kept &= places[:, row] < places[:, other]
    return float(problem.costs(orders[kept]).min())
