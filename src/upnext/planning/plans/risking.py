"""How likely dates are kept: the plan, lived through in imagined futures. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np

from upnext.goals.forecast import Outlook
from upnext.planning.engine import BlockRules, drawn_minutes, imagined_ends
from upnext.planning.engine.columns import Floats, Integers
from upnext.planning.engine.instants import MINUTE
from upnext.planning.plans.making import SEED, Plan
from upnext.planning.plans.setting import Setting

RULES: Final = BlockRules()
SAFE, LOST = 0.8, 0.2
LIKELY, MOSTLY = 0.5, 0.8
CENTURY: Final = 52_560_000.0
"""Minutes; a pin can last for millennia, and what is drawn of it for longer than instants reach."""


class Kind(StrEnum):
    SLA = "sla"
    DEADLINE = "deadline"
    GOAL = "goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something that is to be done by an instant: all of these tasks."""

    kind: Kind
    id: UUID
    title: str
    by: int
    task_ids: Sequence[UUID]
    others: int = 0
    """Further tasks that belong to it and are in nobody's futures: others' or waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Instants in microseconds."""

    promise: Promise
    chance: float
    likely_end: int
    p80_end: int

    @property
    def outlook(self) -> Outlook:
        if self.chance >= SAFE:
            return Outlook.ON_TRACK
        return Outlook.AT_RISK if self.chance > LOST else Outlook.LATE


def futures(plan: Plan) -> Integers:
    """(count, n): when each row of the setting ends in each future.

    Worked is in the order of the plan and in the person's free time, with the pauses between
    blocks. What is pinned begins when it is pinned to, and takes free time behind its pin if it
    takes longer.
    """
    setting = plan.setting
    drawn = drawn_minutes(np.ones(len(setting.tasks)), setting.p80_factor, seed=SEED)
    ends = np.full(drawn.shape, setting.anchor, dtype=np.int64)
    _work(plan, drawn, ends)
    for pin in setting.pins:
        minutes = (pin.end - pin.start) / MINUTE
        own = _pinned(setting, (pin.start, pin.end), drawn[:, pin.row] * minutes)
        ends[:, pin.row] = np.maximum(ends[:, pin.row], own)
    return ends


def _work(plan: Plan, drawn: Floats, ends: Integers) -> None:
    """Puts down the ends of what is not pinned."""
    setting, order = plan.setting, plan.order
    if not len(order):
        return
    problem = setting.problem()
    place = {row: number for number, row in enumerate(setting.todo.tolist())}
    sequence = [place[row] for row in order.tolist()]
    minutes = problem.minutes[sequence]
    pauses = np.ceil(minutes / RULES.max_block) * RULES.gap
    after = imagined_ends(drawn[:, order] * minutes, problem.release[sequence], pauses)
    ends[:, order] = setting.calendar.instants_after(after, setting.anchor)


def _pinned(setting: Setting, span: tuple[int, int], minutes: Floats) -> Integers:
    start, end = span
    done = start + (np.minimum(minutes, CENTURY) * MINUTE).astype(np.int64)
    longer = np.maximum(0.0, (done - end) / MINUTE)
    at = float(setting.calendar.tau(end, setting.anchor)) + longer
    later = setting.calendar.instants_after(np.maximum(at, 0.0), setting.anchor)
    return np.where(done <= end, done, np.maximum(later, end))


def risks(plan: Plan, promises: Sequence[Promise]) -> list[Risk]:
    """What is least likely kept comes first. Promises about tasks that are not planned are left
    out."""
    if not promises:
        return []
    ends = futures(plan)
    place = {task_id: row for row, task_id in enumerate(plan.setting.ids)}
    found = [
        _judged(promise, ends[:, [place[each] for each in promise.task_ids]].max(axis=1))
        for promise in promises
        if promise.task_ids and all(each in place for each in promise.task_ids)
    ]
    return sorted(found, key=lambda one: (one.chance, one.promise.by, one.promise.id.int))


def _judged(promise: Promise, ends: Integers) -> Risk:
    likely, mostly = np.quantile(ends, (LIKELY, MOSTLY), method="higher").tolist()
    chance = float(np.mean(ends <= promise.by))
    return Risk(promise=promise, chance=chance, likely_end=int(likely), p80_end=int(mostly))
