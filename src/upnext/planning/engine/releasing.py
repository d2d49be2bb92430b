"""Orders in which tasks wait for their release: sampled moves, judged by exact list scheduling.

With releases a move does not shift the tasks behind it by one common amount, since waiting absorbs
it; so no table answers for all moves. Instead a batch of random insertions and swaps is scheduled
exactly, all at once, and the best is taken, with others that touch different stretches if that is
cheaper still: a sampled dynasearch, with moves on the level, and a kick where it stands still. The
number of batches is fixed.
"""

from random import Random
from typing import Final, NamedTuple

import numpy as np

from upnext.planning.engine.columns import Flags, Floats, Integers
from upnext.planning.engine.dynasearch import kick
from upnext.planning.engine.moves import insertions, limits
from upnext.planning.engine.problem import TOLERANCE, Problem

BATCH: Final = 128
TOGETHER: Final = 24
"""Of the moves of a batch, so many of the best may be made at once."""
PATIENCE: Final = 20
"""Batches without a better cost, after which the order is kicked."""
KICK: Final = 3
SWAPS: Final = 0.4
"""The share of swaps among the moves; the others are insertions."""


def sample_moves(problem: Problem, start: Integers, batches: int, seed: int = 0) -> Integers:
    """The best order found from `start`, which keeps precedence."""
    random, stream = Random(seed), np.random.default_rng(seed)  # noqa: S311 - not a secret
    best = current = start
    best_cost = current_cost = problem.cost(start)
    stale = 0
    for _ in range(batches if len(problem) > 1 else 0):
        if best_cost <= 0:
            break
        tried, cost = _best_of_batch(problem, current, stream)
        stale += 1
        if cost <= current_cost:
            current, current_cost = tried, cost
        if cost < best_cost * (1 - TOLERANCE):
            best, best_cost, stale = tried, cost, 0
        if stale and stale % PATIENCE == 0:
            current = kick(problem, best, KICK, random)
            current_cost = problem.cost(current)
    return best


class _Batch(NamedTuple):
    """Moves of one order."""

    places: Integers
    """(BATCH, n): from which place the task at each place comes."""
    first: Integers
    """(BATCH,): where the stretch that it touches begins, and where it ends."""
    last: Integers


def _best_of_batch(
    problem: Problem, order: Integers, stream: np.random.Generator
) -> tuple[Integers, float]:
    batch = _sampled(problem, order, stream)
    costs = problem.costs(order[batch.places])
    combined = order[_combined(batch, costs, problem.cost(order))]
    costs = problem.costs(combined)
    best = int(costs.argmin())
    return combined[best], float(costs[best])


def _combined(batch: _Batch, costs: Floats, cost: float) -> Integers:
    """The best move; it and the next best on another stretch; and so on while they improve.

    Their gains need not add up, so each such set is judged.
    """
    best, *others = np.argsort(costs, kind="stable")[:TOGETHER].tolist()
    places, sets = batch.places[best], [batch.places[best]]
    touched = [(batch.first[best], batch.last[best])]
    for move in others:
        first, last = batch.first[move], batch.last[move]
        if costs[move] >= cost:
            break
        if all(last < begin or end < first for begin, end in touched):
            places = places.copy()
            places[first : last + 1] = batch.places[move, first : last + 1]
            sets.append(places)
            touched.append((first, last))
    return np.array(sets)


def _sampled(problem: Problem, order: Integers, stream: np.random.Generator) -> _Batch:
    size = len(order)
    source = stream.integers(size, size=BATCH)
    # Short moves are as likely as long ones: the logarithm of the distance is uniform.
    reach = np.exp(stream.random(BATCH) * np.log(size)).astype(np.int64)
    reach *= stream.choice((-1, 1), BATCH)
    earliest, latest = limits(problem, order)
    target = np.clip(source + reach, earliest[source], latest[source])
    places = insertions(source, target, size)
    swap = (stream.random(BATCH) < SWAPS) & _may_yield(source, target, earliest, latest)
    rows = np.nonzero(swap)[0]
    places[rows] = np.arange(size)
    places[rows, source[rows]], places[rows, target[rows]] = target[rows], source[rows]
    return _Batch(places, np.minimum(source, target), np.maximum(source, target))


def _may_yield(source: Integers, target: Integers, earliest: Integers, latest: Integers) -> Flags:
    """May the task at the target come to the source's place, by its own dependencies?"""
    return np.asarray((source >= earliest[target]) & (source <= latest[target]))
