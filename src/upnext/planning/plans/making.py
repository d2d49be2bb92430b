"""A plan, made: the order, the blocks, and what follows from them. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np

from upnext.planning.engine import (
    Block,
    Effort,
    Instead,
    Layout,
    lay_out,
    plan_order,
    quantile_ends,
    replan,
    to_micros,
)
from upnext.planning.engine.columns import Integers
from upnext.planning.engine.instants import DAY, MINUTE
from upnext.planning.engine.replanning import disruption
from upnext.planning.plans.alternatives import MOST_TOLD, alternatives
from upnext.planning.plans.setting import Given, Setting, beginning, setting_of

SEED: Final = 0
EFFORT: Final = Effort(seed=SEED)


@dataclass(frozen=True, slots=True)
class Planned:
    """A sitting at a task; instants in microseconds."""

    task_id: UUID
    start: int
    end: int
    p80_end: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Known:
    """The plan as it was before: what people have in mind."""

    order: Sequence[UUID]
    anchor: int
    blocks: Sequence[Planned]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a new plan changed. Costs are those of the same tasks, in weighted minutes late."""

    moved_tasks: int
    """That have to change places with others to come from the old order to the new one."""
    moved_tasks_by_cheapest: int
    moved_blocks: int
    """Of the old plan's blocks that were still to come, those not at their place any more."""
    kept_blocks: int
    cost_before: float
    """If the old order had been kept."""
    cost_after: float
    least_cost: float
    """Of the cheapest order found."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    setting: Setting
    order: Integers
    """Rows of the setting."""
    cost: float
    layout: Layout
    blocks: tuple[Planned, ...]
    instead: Mapping[UUID, Instead]
    """The next tasks of the order, and what doing one of them first would come to."""
    measure: Measure | None = None

    @property
    def first(self) -> UUID | None:
        return self.blocks[0].task_id if self.blocks else None

    @property
    def ids(self) -> list[UUID]:
        ids = self.setting.ids
        return [ids[row] for row in self.order.tolist()]

    @property
    def valid_until(self) -> int:
        """When its first block should be done: if it is not, the plan is to be made anew."""
        return self.blocks[0].end if self.blocks else self.setting.anchor + DAY


def make(given: Given, now: datetime, known: Known | None = None) -> Plan:
    """The cheapest plan found, or one near the `known` one that costs at most 1 % more.

    While the known plan's first block runs, the new one begins where that began, unless it begins
    with another task: who has just sat down need not get up.
    """
    if known is not None and _runs(known, now):
        plan = _made(setting_of(given, known.anchor), known, now)
        if plan.first == known.blocks[0].task_id:
            return plan
    return _made(setting_of(given, beginning(now)), known, now)


def again(given: Given, known: Known) -> Plan:
    """The known plan, whose inputs are what they were."""
    setting = setting_of(given, known.anchor)
    rows = _known_rows(setting, known)
    rest = np.setdiff1d(setting.todo, rows)
    return _laid(setting, np.concatenate((rows, rest)))


def _runs(known: Known, now: datetime) -> bool:
    return bool(known.blocks) and known.anchor <= to_micros(now) < known.blocks[0].end


def _made(setting: Setting, known: Known | None, now: datetime) -> Plan:
    problem, todo = setting.problem(), setting.todo
    if known is None:
        return _laid(setting, todo[plan_order(problem, EFFORT).order])
    place = {row: number for number, row in enumerate(todo.tolist())}
    old = [place[row] for row in _known_rows(setting, known).tolist() if row in place]
    again = replan(problem, old, EFFORT)
    plan = _laid(setting, todo[again.order])
    kept = np.array(_completed(old, again.order), dtype=np.int64)
    before = problem.cost(kept) if problem.keeps_precedence(kept) else again.cost
    moved, stayed = _moved_blocks(known, plan, to_micros(now))
    measure = Measure(
        moved_tasks=disruption(old, again.order),
        moved_tasks_by_cheapest=again.moved_by_cheapest,
        moved_blocks=moved,
        kept_blocks=stayed,
        cost_before=before,
        cost_after=again.cost,
        least_cost=again.least_cost,
    )
    return replace(plan, measure=measure)


def _completed(old: Sequence[int], new: Integers) -> list[int]:
    """The old order, with new tasks behind whom they follow in the new one."""
    found = list(old)
    known, before = set(old), -1
    for row in new.tolist():
        if row not in known:
            found.insert(before + 1, row)
            known.add(row)
        before = found.index(row)
    return found


def _known_rows(setting: Setting, known: Known) -> Integers:
    place = {task_id: row for row, task_id in enumerate(setting.ids)}
    rows = [place[task_id] for task_id in known.order if task_id in place]
    return np.array(rows, dtype=np.int64)


def _moved_blocks(known: Known, plan: Plan, now: int) -> tuple[int, int]:
    """Of the old plan's blocks that lie ahead: how many moved, and how many stayed."""
    there = {(block.task_id, block.start) for block in plan.blocks}
    planned = {block.task_id for block in plan.blocks}
    ahead = [block for block in known.blocks if block.end > now and block.task_id in planned]
    stayed = sum((block.task_id, block.start) in there for block in ahead)
    return len(ahead) - stayed, stayed


def _laid(setting: Setting, order: Integers) -> Plan:
    problem = setting.problem()
    place = {row: number for number, row in enumerate(setting.todo.tolist())}
    rows = [row for row in order.tolist() if row in place]
    sequence = np.array([place[row] for row in rows], dtype=np.int64)
    free = setting.calendar.free.within(setting.anchor, setting.anchor + setting.reach)
    layout = lay_out(rows, setting.work, free, setting.pins)
    pinned = sum(
        float(setting.weight[pin.row]) * setting.late(pin.row, pin.end)
        for pin in setting.pins
        if pin.row not in place
    )
    return Plan(
        setting=setting,
        order=np.array(rows, dtype=np.int64),
        cost=problem.cost(sequence) + pinned,
        layout=layout,
        blocks=_planned(setting, layout),
        instead=alternatives(setting, problem, sequence, MOST_TOLD),
    )


def _planned(setting: Setting, layout: Layout) -> tuple[Planned, ...]:
    blocks = [block for block in layout.blocks if block.end > setting.anchor]
    ends = _p80_ends(setting, [block for block in blocks if not block.pinned])
    ids = setting.ids
    return tuple(
        Planned(
            ids[block.row],
            block.start,
            block.end,
            _pinned_p80(setting, block) if block.pinned else ends[block],
            block.pinned,
        )
        for block in blocks
    )


def _p80_ends(setting: Setting, blocks: Sequence[Block]) -> dict[Block, int]:
    """When each block ends with a chance of 80 %: all before it take their time, too."""
    if not blocks:
        return {}
    minutes = np.array([(block.end - block.start) / MINUTE for block in blocks])
    factor = setting.p80_factor[[block.row for block in blocks]]
    _, p80 = quantile_ends(minutes, factor)
    delay = np.maximum(0.0, p80 - np.cumsum(minutes))
    calendar, anchor = setting.calendar, setting.anchor
    at = calendar.tau([block.end for block in blocks], anchor)
    later = (at + delay).tolist()
    return {
        block: max(block.end, calendar.instant_after(minutes_after, anchor))
        for block, minutes_after in zip(blocks, later, strict=True)
    }


def _pinned_p80(setting: Setting, pin: Block) -> int:
    """A pin begins when it is to begin, whatever was before it."""
    factor = float(setting.p80_factor[pin.row])
    return pin.start + round((pin.end - pin.start) * max(1.0, factor))
