"""What a plan means for the days that somebody looks at. Pure arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal
from uuid import UUID

import numpy as np

from upnext.planning.engine import quantile_ends, to_micros
from upnext.planning.engine.columns import Flags, Floats
from upnext.planning.engine.instants import MINUTE
from upnext.planning.plans.making import Plan, Planned
from upnext.planning.plans.setting import Setting

State = Literal["open", "tight", "full"]
LEAST: Final = 0.5
"""Minutes; less is rounding."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked about: whole days of a person's zone, which may have 23 or 25 hours."""

    first: date
    days: int
    zone: tzinfo

    def __iter__(self) -> Iterator[tuple[date, int, int]]:
        """Each day with the instants at which it begins and ends."""
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            yield day, self._midnight(day), self._midnight(day + timedelta(days=1))

    @property
    def start(self) -> int:
        return self._midnight(self.first)

    @property
    def end(self) -> int:
        return self._midnight(self.first + timedelta(days=self.days))

    def _midnight(self, day: date) -> int:
        return to_micros(datetime.combine(day, time(), self.zone))


@dataclass(frozen=True, slots=True)
class Broken:
    """A deadline of the person's own that the plan does not keep."""

    task_id: UUID
    due: int
    end: int
    late_minutes: float
    cost: float


@dataclass(frozen=True, slots=True)
class Unplaced:
    task_id: UUID
    missing_minutes: int
    waits: bool
    """For somebody else, so that nobody knows when it can be begun."""


@dataclass(frozen=True, slots=True)
class Load:
    """`p50` and `p80` are of what is planned for the day, of what would have to be done by its end
    but is planned for later, and on the last day of what finds no room at all."""

    day: date
    free_minutes: int
    p50_minutes: int
    p80_minutes: int
    state: State


def blocks_in(plan: Plan, window: Window) -> list[Planned]:
    return [one for one in plan.blocks if one.start < window.end and one.end > window.start]


def ends_of(plan: Plan) -> list[int]:
    """When each row ends: by its blocks, or beyond these by the order alone."""
    setting, problem = plan.setting, plan.setting.problem()
    place = {row: number for number, row in enumerate(setting.todo.tolist())}
    sequence = np.array([place[row] for row in plan.order.tolist()], dtype=np.int64)
    by_order = dict(zip(plan.order.tolist(), problem.ends(sequence).tolist(), strict=True))
    calendar, anchor, ends = setting.calendar, setting.anchor, plan.layout.ends.tolist()
    left = plan.layout.left.tolist()
    return [
        calendar.instant_after(by_order[row], anchor) if left[row] else ends[row]
        for row in range(len(ends))
    ]


def broken(plan: Plan, window: Window) -> list[Broken]:
    """The dearest first; of deadlines that lie after the window nothing is said yet."""
    setting, found = plan.setting, []
    for row, end in enumerate(ends_of(plan)):
        task = setting.tasks[row]
        if not setting.real[row] or task.due_key >= window.end:
            continue
        late = setting.late(row, end)
        if late >= LEAST:
            cost = late * float(setting.weight[row])
            found.append(Broken(task.id, task.due_key, end, late, cost))
    return sorted(found, key=lambda one: (-one.cost, one.task_id.int))


def unplaced(plan: Plan, window: Window) -> list[Unplaced]:
    """What finds no room until the window's end, in the order of the plan."""
    setting, ids = plan.setting, plan.setting.ids
    laid = _laid_until(plan, window.end)
    rows = dict.fromkeys([*plan.order.tolist(), *range(len(ids))])
    missing = {row: round(float(setting.minutes[row]) - laid.get(ids[row], 0.0)) for row in rows}
    found = [Unplaced(ids[row], less, waits=False) for row, less in missing.items() if less > 0]
    return found + [Unplaced(one.task_id, round(one.minutes), waits=True) for one in setting.stuck]


def _laid_until(plan: Plan, end: int) -> dict[UUID, float]:
    """The minutes of each task that lie before an instant."""
    found: dict[UUID, float] = {}
    for block in plan.blocks:
        if block.start < end:
            minutes = (min(block.end, end) - block.start) / MINUTE
            found[block.task_id] = found.get(block.task_id, 0.0) + minutes
    return found


def load(plan: Plan, window: Window) -> list[Load]:
    """Of each day. Pinned time is free time that is used."""
    setting, found = plan.setting, []
    ids = setting.ids
    before = _laid_until(plan, window.start)
    for day, begin, end in window:
        after = _laid_until(plan, end)
        wanted = np.array([after.get(each, 0.0) - before.get(each, 0.0) for each in ids])
        missing = setting.minutes - np.array([after.get(each, 0.0) for each in ids])
        wanted += np.where(_wanted_by(setting, begin, end, window), np.maximum(0, missing), 0.0)
        found.append(_judged(plan, (day, begin, end), wanted))
        before = after
    return found


def _wanted_by(setting: Setting, begin: int, end: int, window: Window) -> Flags:
    """Which tasks are to be done by the end of this day: what is late on the first one, and all of
    them on the last."""
    if end == window.end:
        return np.ones(len(setting.tasks), dtype=np.bool_)
    begin = begin if begin > window.start else 0
    due = [begin < task.due_key <= end for task in setting.tasks]
    return np.array(due, dtype=np.bool_)


def _judged(plan: Plan, span: tuple[date, int, int], wanted: Floats) -> Load:
    setting, (day, begin, end) = plan.setting, span
    begin = max(begin, setting.anchor)
    free = float(setting.calendar.free.within(begin, end).lengths.sum()) / MINUTE
    free += sum(max(0, min(p.end, end) - max(p.start, begin)) / MINUTE for p in setting.pins)
    some = wanted > 0
    p50 = float(wanted.sum())
    p80 = p50
    if some.any():
        p80 = max(p50, float(quantile_ends(wanted[some], setting.p80_factor[some])[1][-1]))
    state: State = "full" if p50 > free + LEAST else "tight" if p80 > free + LEAST else "open"
    return Load(day, round(free), round(p50), round(p80), state)
