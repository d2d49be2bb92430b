"""Time blocks: the order of a plan, laid into free time.

Free time is walked from its beginning. Each block is the first task of the order that is released,
waits for nothing, and fits; a task that can be split may fill what room there is, so gaps that are
too small for one task go to a later one. But no task is begun that would still be running when an
earlier one of the order is released: the order has weighed that already.

Instants and lengths are whole microseconds, so that minutes are conserved exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.instants import MINUTE
from upnext.planning.engine.intervals import Intervals
from upnext.planning.engine.precedence import Precedence

FOREVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Block:
    """A sitting: one task from one instant to another."""

    row: int
    start: int
    end: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class BlockRules:
    """Minutes."""

    gap: int = 5
    """A pause behind each block."""
    max_block: int = 120
    """The longest sitting of a task that can be split; at least two of its smallest."""


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """What is to be laid out; each array is (n,)."""

    minutes: Floats
    release: Integers
    """Instants; anything in the past for none."""
    min_block: Floats
    """The smallest useful sitting in minutes; 0 if the task cannot be split."""
    precedence: Precedence


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the work went."""

    blocks: tuple[Block, ...]
    """By start; they do not overlap, but pins may."""
    left: Integers
    """(n,) microseconds of each task for which there was no room."""
    ends: Integers
    """(n,) when each task ends, FOREVER if it does not."""


DEFAULT_RULES = BlockRules()


def lay_out(
    order: Sequence[int],
    work: Workload,
    free: Intervals,
    pins: Sequence[Block] = (),
    rules: BlockRules = DEFAULT_RULES,
) -> Layout:
    """Blocks for the rows of `order` inside `free`, around the pins.

    Pins are kept as they are, inside free time or not, and count for their task's minutes. Tasks
    that are not in the order are not laid out, and what waits for one is not begun.
    """
    desk = _Desk(order, work, pins, rules)
    gap = rules.gap * MINUTE
    taken = Intervals.of([(pin.start - gap, pin.end + gap) for pin in pins])
    room = free.minus(taken)
    for start, end in zip(room.starts.tolist(), room.ends.tolist(), strict=True):
        desk.fill(start, end)
    return desk.layout()


class _Desk:
    """The state of the walk."""

    def __init__(
        self, order: Sequence[int], work: Workload, pins: Sequence[Block], rules: BlockRules
    ) -> None:
        self._gap = rules.gap * MINUTE
        self._release: list[int] = work.release.tolist()
        self._predecessors = work.precedence.predecessors
        self._left = _micros(work.minutes)
        self._least = _micros(work.min_block)
        self._most = [max(rules.max_block * MINUTE, 2 * least) for least in self._least]
        self._blocks = list(pins)
        self._last_end = [0] * len(self._left)
        for pin in pins:
            self._left[pin.row] = max(0, self._left[pin.row] - (pin.end - pin.start))
            self._last_end[pin.row] = max(self._last_end[pin.row], pin.end)
        self._queue = [row for row in order if self._left[row]]

    def fill(self, t: int, end: int) -> None:
        """Lay blocks into one stretch of free time."""
        while t < end and self._queue:
            row, length = self._first_fitting(t, end)
            if row is None:
                t = self._next_chance(t)
                continue
            self._blocks.append(Block(row, t, t + length))
            self._left[row] -= length
            self._last_end[row] = max(self._last_end[row], t + length)
            if not self._left[row]:
                self._queue.remove(row)
            t += length + self._gap

    def _first_fitting(self, t: int, end: int) -> tuple[int | None, int]:
        """The first task of the order for this instant, and how long to sit at it."""
        for row in self._queue:
            possible = max(self._release[row], self._ready(row))
            if possible > t:
                # Whoever comes later in the order must be done by then.
                end = min(end, possible)
                continue
            length = self._sitting(row, end - t)
            if length:
                return row, length
        return None, 0

    def _sitting(self, row: int, room: int) -> int:
        """How long a block of this task can be here; 0 if it does not fit.

        No piece is shorter than the smallest sitting, and neither is what remains.
        """
        left, least = self._left[row], self._least[row]
        if not least:
            return left if left <= room else 0
        length = min(left, room, self._most[row])
        if length == left:
            return length
        length = min(length, left - least)
        return length if length >= least else 0

    def _ready(self, row: int) -> int:
        """When the last task that this one waits for ends."""
        before = self._predecessors.get(row, ())
        return max((self._end(other) for other in before), default=0)

    def _end(self, row: int) -> int:
        return FOREVER if self._left[row] else self._last_end[row]

    def _next_chance(self, t: int) -> int:
        """When the next task of the order becomes possible."""
        chances = (max(self._release[row], self._ready(row)) for row in self._queue)
        return min((chance for chance in chances if chance > t), default=FOREVER)

    def layout(self) -> Layout:
        rows = range(len(self._left))
        return Layout(
            blocks=tuple(sorted(self._blocks, key=lambda block: (block.start, block.row))),
            left=np.array(self._left, dtype=np.int64),
            ends=np.array([self._end(row) for row in rows], dtype=np.int64),
        )


def _micros(minutes: Floats) -> list[int]:
    return [round(each * MINUTE) for each in minutes.tolist()]
