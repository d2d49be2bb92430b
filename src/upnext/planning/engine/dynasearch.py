"""Iterated dynasearch: of all moves that do not overlap, the best set at once, until none helps.

R. K. Congram, C. N. Potts and S. L. van de Velde, "An iterated dynasearch algorithm for the
single-machine total weighted tardiness scheduling problem", INFORMS Journal on Computing 14, 2002.
Moves between disjoint stretches of the order do not feel each other, so their changes add up, and
dynamic programming over the places finds the best set. From where no set helps, a few random moves
("kick") and another descent; a fixed number of kicks, so that the same input gives the same plan.
"""

from random import Random
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.moves import Neighbourhood
from upnext.planning.engine.problem import TOLERANCE, Problem

MOST_MOVES: Final = 600
"""Of more improving moves than these, only the best enter the dynamic programme."""
STALE: Final = 50
"""After so many kicks without a better cost, go on from the best order found."""
KICK: Final = 8
"""Random exchanges in a kick; fewer in short orders, and twice as many after a stale while."""
REACH: Final = 30
"""The furthest that a kick moves a task."""


def dynasearch(problem: Problem, start: Integers, kicks: int, seed: int = 0) -> Integers:
    """The best order found from `start`, which keeps precedence; releases are not looked at."""
    if problem.cost(start) <= 0:
        return start
    neighbourhood = Neighbourhood(problem)
    random = Random(seed)  # noqa: S311 - a search, not a secret
    best = current = descend(neighbourhood, start)
    best_cost = current_cost = problem.cost(current)
    stale = 0
    for _ in range(kicks):
        if best_cost <= 0:
            break
        strength = kick_strength(problem) * (1 if stale <= STALE else 2)
        tried = descend(neighbourhood, kick(problem, current, strength, random))
        cost = problem.cost(tried)
        stale += 1
        if cost <= current_cost:
            current, current_cost = tried, cost
        if cost < best_cost * (1 - TOLERANCE):
            best, best_cost, stale = tried, cost, 0
        if stale and stale % STALE == 0:
            current, current_cost = best, best_cost
    return best


def kick_strength(problem: Problem) -> int:
    """Twice as many exchanges where dependencies make most of them shorter."""
    free = min(KICK, max(2, len(problem) // 5))
    return 2 * free if problem.precedence.order else free


def descend(neighbourhood: Neighbourhood, order: Integers) -> Integers:
    """Apply best sets of disjoint moves until no move lowers the cost."""
    least = -TOLERANCE * max(1.0, neighbourhood.problem.cost(order))
    while True:
        behind, before, swapped = neighbourhood.moves(order)
        gains = np.minimum(np.minimum(behind, before), swapped)
        improving = np.nonzero(gains < least)[0]
        if not len(improving):
            return order
        if len(improving) > MOST_MOVES:
            best = np.argpartition(gains[improving], MOST_MOVES)[:MOST_MOVES]
            improving = improving[best]
        order = order.copy()
        for move in _best_set(neighbourhood, gains, improving):
            _apply(order, move, neighbourhood, (behind, before, swapped))


def _best_set(neighbourhood: Neighbourhood, gains: Floats, improving: Integers) -> list[int]:
    """The set of moves on disjoint stretches with the greatest gain, by dynamic programming.

    least[e] is the best change of cost by moves within the first e places; a move over i..j takes
    it from least[i] to least[j + 1].
    """
    improving = improving[np.argsort(neighbourhood.second[improving], kind="stable")]
    begins = neighbourhood.first[improving].tolist()
    ends = (neighbourhood.second[improving] + 1).tolist()
    changes = gains[improving].tolist()
    least = [0.0] * (len(neighbourhood.problem) + 1)
    chosen = [-1] * len(least)
    move, moves = 0, len(ends)
    for end in range(1, len(least)):
        least[end] = least[end - 1]
        while move < moves and ends[move] == end:
            change = least[begins[move]] + changes[move]
            if change < least[end]:
                least[end], chosen[end] = change, move
            move += 1
    return [int(improving[move]) for move in _trace(chosen, begins)]


def _trace(chosen: list[int], begins: list[int]) -> list[int]:
    found, end = [], len(chosen) - 1
    while end > 0:
        move = chosen[end]
        if move < 0:
            end -= 1
        else:
            found.append(move)
            end = begins[move]
    return found


def _apply(
    order: Integers, move: int, neighbourhood: Neighbourhood, kinds: tuple[Floats, Floats, Floats]
) -> None:
    i, j = int(neighbourhood.first[move]), int(neighbourhood.second[move])
    behind, before, swapped = (float(kind[move]) for kind in kinds)
    if swapped <= min(behind, before):
        order[[i, j]] = order[[j, i]]
    elif behind <= before:
        order[i : j + 1] = np.roll(order[i : j + 1], -1)
    else:
        order[i : j + 1] = np.roll(order[i : j + 1], 1)


def kick(problem: Problem, order: Integers, strength: int, random: Random) -> Integers:
    """A few random exchanges; where precedence forbids one, the task goes as near as it may."""
    kicked, size = order.tolist(), len(order)
    for _ in range(strength):
        first = random.randrange(size)
        second = first + random.randint(1, max(1, min(size, REACH) - 1))
        if second >= size:
            second = random.randrange(size)
        if problem.precedence.order:
            _exchange(kicked, min(first, second), max(first, second), problem)
        else:
            kicked[first], kicked[second] = kicked[second], kicked[first]
    return np.array(kicked, dtype=np.int64)


def _exchange(order: list[int], first: int, second: int, problem: Problem) -> None:
    """Swap two places if nothing between forbids it, else move the first as far as it may."""
    stretch = order[first : second + 1]
    after = problem.precedence.successors.get(order[first], ())
    latest = min((stretch.index(row) for row in after if row in stretch), default=len(stretch)) - 1
    before = problem.precedence.predecessors.get(order[second], ())
    if latest == len(stretch) - 1 and not any(row in stretch for row in before):
        order[first], order[second] = order[second], order[first]
    else:
        order.insert(first + latest, order.pop(first))
