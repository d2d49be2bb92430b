"""The order of work, judged by other people's problems.

The engine's own index is used as a dispatching rule on the OR-Library's instances of the
single-machine total weighted tardiness problem (`tests/data/orlib/README.txt`), 125 of 40 tasks
and 125 of 100, whose best known costs are published. Run with `--log-cli-level=INFO` to read the
figures; `docs/engine.md` repeats them.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest

from upnext.planning.engine import Parameters
from upnext.planning.engine.chain import merge_chains
from upnext.planning.engine.columns import Flags, Floats
from upnext.planning.engine.index import ln_index, mean_minutes
from upnext.planning.engine.precedence import Edge, build_precedence

DATA = Path(__file__).parents[2] / "data" / "orlib"
BEST = {40: "wtopt40.txt", 100: "wtbest100b.txt"}
DEFAULTS = Parameters()
Costs = npt.NDArray[np.float64]
Rule = Callable[[float, Flags], Floats]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Instance:
    """n tasks that all can start at 0, on one machine."""

    minutes: Floats
    weight: Floats
    due: Floats
    best: float

    @property
    def rate(self) -> float:
        return 1 / (DEFAULTS.look_ahead * mean_minutes(self.minutes, DEFAULTS))

    def cost(self, order: list[int]) -> float:
        """The total weighted tardiness of doing the tasks in this order."""
        finished = np.cumsum(self.minutes[order])
        return float(np.sum(self.weight[order] * np.maximum(0, finished - self.due[order])))

    def index(self, t: float) -> Floats:
        slack = self.due - self.minutes - t
        return ln_index(np.log(self.weight), self.minutes, slack, self.rate)

    def level(self) -> npt.NDArray[np.int64]:
        """Weights 1 to 10 as the four priorities that people get to choose from."""
        return np.searchsorted([2, 5, 8], self.weight, side="left")


def instances(size: int) -> Iterator[Instance]:
    numbers = np.array((DATA / f"wt{size}.txt").read_text().split(), dtype=np.float64)
    best = [float(cost) for cost in (DATA / BEST[size]).read_text().split()]
    for (minutes, weight, due), cost in zip(numbers.reshape(-1, 3, size), best, strict=True):
        yield Instance(minutes, weight, due, cost)


def dispatch(instance: Instance, index: Rule, edges: frozenset[tuple[int, int]]) -> list[int]:
    """Whenever a task ends, start the one of the highest index among those that wait for none."""
    size, t = len(instance.minutes), 0.0
    waiting, order = np.ones(size, dtype=np.bool_), list[int]()
    for _ in range(size):
        ready = waiting.copy()
        ready[[after for before, after in edges if waiting[before]]] = False
        chosen = int(np.argmax(np.where(ready, index(t, waiting), -np.inf)))
        order.append(chosen)
        waiting[chosen] = False
        t += float(instance.minutes[chosen])
    return order


def own_index(instance: Instance) -> Rule:
    return lambda t, _: instance.index(t)


def by_the_engine(instance: Instance) -> float:
    return instance.cost(dispatch(instance, own_index(instance), frozenset()))


def by_priority_then_deadline(instance: Instance) -> float:
    """What task lists do: sort by priority, then by due date."""
    return instance.cost(np.lexsort((instance.due, -instance.level())).tolist())


@pytest.fixture(scope="module")
def published() -> tuple[Costs, Costs, Costs]:
    """Costs of all 250 instances: the engine's, the field's, the best known."""
    every = [instance for size in BEST for instance in instances(size)]
    ours = np.array([by_the_engine(instance) for instance in every])
    field = np.array([by_priority_then_deadline(instance) for instance in every])
    return ours, field, np.array([instance.best for instance in every])


def test_no_cost_is_below_the_best_known(published: tuple[Costs, Costs, Costs]) -> None:
    ours, field, best = published
    assert (ours >= best).all()
    assert (field >= best).all()


def test_better_than_priority_then_deadline_on_every_instance(
    published: tuple[Costs, Costs, Costs],
) -> None:
    ours, field, _ = published
    assert len(ours) == 250
    assert (ours < field).all()


def test_close_to_the_best_known(published: tuple[Costs, Costs, Costs]) -> None:
    ours, field, best = published
    possible = best > 0
    gaps, field_gaps = ((cost[possible] / best[possible] - 1) for cost in (ours, field))
    ratio, field_ratio = ours.sum() / best.sum(), field.sum() / best.sum()
    log.info("engine: median gap %.2f %%, cost / best %.3f", 100 * np.median(gaps), ratio)
    log.info(
        "field: median gap %.1f %%, cost / best %.2f", 100 * np.median(field_gaps), field_ratio
    )
    zeros = [int((cost[~possible] == 0).sum()) for cost in (ours, field, best)]
    log.info("cost 0 reached by engine, field, best known: %d, %d, %d", *zeros)
    assert np.median(gaps) <= 0.030
    assert ratio <= 1.03


def dependencies(size: int, random: np.random.Generator) -> frozenset[tuple[int, int]]:
    """About one successor for every two tasks, near them in a random line."""
    line = random.permutation(size)
    return frozenset(
        (int(line[place]), int(line[random.integers(place + 1, min(size, place + 12))]))
        for place in range(size - 1)
        for _ in range(random.poisson(0.5))
    )


def merged_index(instance: Instance, edges: frozenset[tuple[int, int]]) -> Rule:
    names = [UUID(int=row) for row in range(len(instance.minutes))]
    named: list[Edge] = [(names[before], names[after]) for before, after in sorted(edges)]

    def index(t: float, waiting: Flags) -> Floats:
        precedence = build_precedence(names, (~waiting).tolist(), named)
        return np.array(merge_chains(instance.index(t), instance.minutes, precedence).ln_index)

    return index


def test_chain_merge_pays_where_tasks_wait_for_each_other() -> None:
    """Own index only costs about a fifth more than what the chain merge finds."""
    random = np.random.default_rng(5)
    own = merged = 0.0
    for instance in instances(40):
        edges = dependencies(40, random)
        own += instance.cost(dispatch(instance, own_index(instance), edges))
        merged += instance.cost(dispatch(instance, merged_index(instance, edges), edges))
    log.info("dependencies: own index / chain merge %.3f", own / merged)
    assert own / merged >= 1.15
