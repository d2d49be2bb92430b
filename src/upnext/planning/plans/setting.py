"""From a person's open tasks to the problem that the engine solves. Pure arithmetic.

Planned are the best hundred by score, and whatever open tasks of the person these wait for. A task
that waits for somebody else cannot be planned, and neither can what waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np

from upnext.planning.clocks import WorkClock
from upnext.planning.engine import (
    Block,
    Columns,
    Problem,
    Request,
    Status,
    WorkCalendar,
    Workload,
    build_problem,
    columns_of_rows,
    from_micros,
    to_micros,
)
from upnext.planning.engine.columns import Flags, Floats, Integers
from upnext.planning.engine.instants import DAY, MINUTE, NEVER
from upnext.planning.engine.precedence import Precedence
from upnext.planning.engine.ranking import best_rows
from upnext.planning.engine.scoring import Scores, basis_of, score_tasks
from upnext.planning.keys import edges_of, row_of
from upnext.planning.plans.durations import durations

MOST: Final = 100
"""So many of the best tasks are planned, and what they wait for."""
ROUND: Final = 5 * MINUTE
REACH: Final = 14 * DAY
"""How far ahead blocks are laid; a longer view lays them further."""
LONG: Final = 120
"""A task of more minutes is worked on in several sittings,"""
LEAST: Final = 30
"""none of them shorter than this;"""
SMALLEST: Final = 15
"""a task for which no stretch of free time is long enough may be split down to this."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a person put a task; instants in microseconds."""

    task_id: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Everything that a plan is made of. `tasks` are rows of `queries.FACTS` with `offered` (Any:
    a row's columns have no static types)."""

    tasks: Sequence[Any]
    clock: WorkClock
    pins: Sequence[Pin] = ()
    releases: Mapping[UUID, int]
    """When occurrences of series were due before: not to be begun earlier."""
    reach: int = REACH
    """Microseconds from the beginning, at least."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A task that waits for somebody else."""

    task_id: UUID
    minutes: float


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The tasks to be planned, by row: `order` in the plan is of the rows `todo`."""

    tasks: Sequence[Any]
    """As in `Given`, in the order of rows."""
    minutes: Floats
    p80_factor: Floats
    weight: Floats
    deadline: Floats
    """In work minutes from the beginning."""
    real: Flags
    """Whether the deadline is the person's own."""
    work: Workload
    todo: Integers
    """The rows of the problem, in its order: those whose minutes are not all pinned."""
    left: Floats
    """What is not pinned of each task's minutes."""
    edges: Sequence[tuple[int, int]]
    pins: tuple[Block, ...]
    given_pins: Sequence[Pin]
    """Also those of tasks that are not planned."""
    calendar: WorkCalendar
    """Without busy times and pins."""
    anchor: int
    """When the plan begins."""
    reach: int
    stuck: tuple[Stuck, ...]

    @property
    def ids(self) -> list[UUID]:
        return [task.id for task in self.tasks]

    def problem(self) -> Problem:
        """Of the rows `todo`. What follows a pinned task may not begin before the pin's end."""
        todo = self.todo
        place = {row: number for number, row in enumerate(todo.tolist())}
        inside = [(place[a], place[b]) for a, b in self.edges if a in place and b in place]
        after = self._after_pins()
        release = np.maximum(self.work.release, after)[todo]
        begin = np.maximum(0.0, self.calendar.tau(release, self.anchor))
        return build_problem(self.left[todo], self.weight[todo], self.deadline[todo], begin, inside)

    def _after_pins(self) -> Integers:
        """When the last pin ends that each task has to wait for."""
        found = np.full(len(self.tasks), self.anchor, dtype=np.int64)
        ends: dict[int, int] = {}
        for pin in self.pins:
            ends[pin.row] = max(pin.end, ends.get(pin.row, 0))
        for before, after in self.edges:
            found[after] = max(int(found[after]), ends.get(before, 0))
        return found

    def late(self, row: int, end: int) -> float:
        """Work minutes between a task's deadline and an instant, 0 if that is not after it."""
        at = float(self.calendar.tau(end, self.anchor))
        return max(0.0, at - float(self.deadline[row]))


def beginning(now: datetime) -> int:
    """Blocks begin at full five minutes."""
    return -(-to_micros(now) // ROUND) * ROUND


def setting_of(given: Given, anchor: int) -> Setting:
    """The problem as it stands at that instant."""
    taken = [(from_micros(pin.start), from_micros(pin.end)) for pin in given.pins]
    calendar = given.clock.calendar_at(from_micros(anchor), taken)
    learned = given.clock.learned
    rows = [row_of(task, learned, offered=task.offered) for task in given.tasks]
    columns = columns_of_rows(rows, edges_of(given.tasks))
    request = Request(now=from_micros(anchor))
    scores = score_tasks(basis_of(columns, calendar, given.clock.parameters), request)
    chosen, stuck = _chosen(columns, scores)
    tasks = [given.tasks[row] for row in chosen]
    lengths = durations(tasks, scores.work.minutes[chosen], learned)
    pins = _blocks(given.pins, tasks)
    minutes = np.maximum(0, lengths.minutes - _pinned(pins, len(tasks)))
    todo = np.flatnonzero(minutes > 0)
    release = _releases(given, tasks, anchor)
    edges = _edges(tasks)
    return Setting(
        tasks=tasks,
        minutes=lengths.minutes,
        p80_factor=lengths.p80_factor,
        weight=_weights(scores, given.clock)[chosen],
        deadline=scores.work.deadline[chosen],
        real=~scores.work.virtual[chosen],
        work=Workload(
            minutes=lengths.minutes,
            release=release,
            min_block=_min_blocks(minutes, calendar, anchor),
            precedence=_precedence(len(tasks), edges),
        ),
        todo=todo,
        pins=pins,
        given_pins=given.pins,
        calendar=calendar,
        anchor=anchor,
        reach=given.reach,
        stuck=tuple(Stuck(columns.ids[row], float(scores.work.minutes[row])) for row in stuck),
        left=minutes,
        edges=edges,
    )


def _chosen(columns: Columns, scores: Scores) -> tuple[list[int], list[int]]:
    """The rows to plan, and those of the best which wait for somebody else."""
    mine = columns.offered & (columns.status != Status.CLOSED)
    wanted = best_rows(scores.score, mine, columns, MOST)
    stuck = _stuck(columns, mine)
    before = columns.precedence.predecessors
    chosen = dict.fromkeys(row for row in wanted if row not in stuck)
    waiting = list(chosen)
    while waiting:
        for row in before.get(waiting.pop(), ()):
            if row not in chosen:
                chosen[row] = None
                waiting.append(row)
    return list(chosen), [row for row in wanted if row in stuck]


def _stuck(columns: Columns, mine: Flags) -> set[int]:
    precedence = columns.precedence
    found = set(precedence.outsiders)
    waiting = [*found, *np.flatnonzero(~mine).tolist()]
    while waiting:
        for row in precedence.successors.get(waiting.pop(), ()):
            if row not in found:
                found.add(row)
                waiting.append(row)
    return found


def _blocks(pins: Sequence[Pin], tasks: Sequence[Any]) -> tuple[Block, ...]:
    """Those of tasks that are planned."""
    place = {task.id: row for row, task in enumerate(tasks)}
    found = [
        Block(place[pin.task_id], pin.start, pin.end, pinned=True)
        for pin in pins
        if pin.task_id in place
    ]
    return tuple(sorted(found, key=lambda block: (block.start, block.row)))


def _pinned(pins: Sequence[Block], size: int) -> Floats:
    """The minutes of each task that are pinned."""
    found = np.zeros(size)
    for pin in pins:
        found[pin.row] += (pin.end - pin.start) / MINUTE
    return found


def _releases(given: Given, tasks: Sequence[Any], anchor: int) -> Integers:
    """When each task may be begun: its start, or when its series was due the last time."""
    starts = [
        given.releases.get(task.id, anchor) if task.start_key >= NEVER else task.start_key
        for task in tasks
    ]
    return np.maximum(np.array(starts, dtype=np.int64), anchor)


def _edges(tasks: Sequence[Any]) -> list[tuple[int, int]]:
    place = {task.id: row for row, task in enumerate(tasks)}
    return [(place[a], place[b]) for a, b in edges_of(tasks) if a in place and b in place]


def _precedence(size: int, edges: Sequence[tuple[int, int]]) -> Precedence:
    one = np.ones(size)
    return build_problem(one, one, one, edges=edges).precedence


def _weights(scores: Scores, clock: WorkClock) -> Floats:
    """What a minute late costs, by priority and goal; less if nobody set the deadline."""
    work, parameters = scores.work, clock.parameters
    weight = np.array(parameters.weights, dtype=np.float64)[work.priority - 1]
    weight = weight * np.clip(work.goal_weight, *parameters.goal_bounds)
    return np.asarray(np.where(work.virtual, weight * parameters.virtual_factor, weight))


def _min_blocks(minutes: Floats, calendar: WorkCalendar, anchor: int) -> Floats:
    """The smallest sitting of each task; 0 for those that stay whole."""
    room = calendar.free.within(anchor, anchor + REACH).lengths
    longest = float(room.max()) / MINUTE if len(room) else 0.0
    least = np.where(minutes > LONG, float(LEAST), 0.0)
    return np.where(minutes > longest, float(SMALLEST), least)
