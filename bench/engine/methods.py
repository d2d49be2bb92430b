"""The methods that are compared: what task lists do, each rule, and the planner."""

from collections.abc import Callable

import numpy as np

from bench.engine.judging import Method
from upnext.planning.engine.columns import Integers
from upnext.planning.engine.dispatching import (
    LOOK_AHEADS,
    Index,
    atc,
    dispatch,
    edd,
    orders_by_rules,
    wmdd,
    wspt,
)
from upnext.planning.engine.planner import Effort, plan_order
from upnext.planning.engine.problem import Problem

FIELD = "priority, then deadline"
LIST = "ATC k=2 (the list)"
GRID = "ATC of 13 k, WMDD"
REPLANNED = "ATC of 13 k, WMDD, EDD, WSPT"


def rule(index: Callable[[Problem], Index]) -> Method:
    return lambda problem: np.asarray(dispatch(problem, index(problem))[0])


def field_index(problem: Problem) -> Index:
    """What task lists do: four levels, then the due date."""
    level = np.searchsorted([2, 5, 8], problem.weight, side="left")
    places = np.empty(len(problem))
    places[np.lexsort((problem.deadline, -level))] = np.arange(len(problem))
    return lambda _: -places[None]


def best_of_grid(problem: Problem) -> Integers:
    """Without EDD and WSPT, which the planner tries too."""
    orders = orders_by_rules(problem)[: len(LOOK_AHEADS) + 1]
    return np.asarray(orders[int(problem.costs(orders).argmin())])


def planner(kicks: int) -> Method:
    return lambda problem: plan_order(problem, Effort(kicks=kicks)).order


def own_index_only(problem: Problem) -> Integers:
    return np.asarray(dispatch(problem, atc(problem, merge=False))[0])


RULES: dict[str, Method] = {
    FIELD: rule(field_index),
    "EDD": rule(edd),
    "WSPT": rule(wspt),
    "WMDD": rule(wmdd),
    LIST: rule(atc),
    GRID: best_of_grid,
}
PLANNERS: dict[str, Method] = {f"planner, {kicks} kicks": planner(kicks) for kicks in (0, 30, 100)}
