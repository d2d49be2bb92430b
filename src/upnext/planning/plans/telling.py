"""From a plan to what a person reads: keys and titles, days, sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from upnext.planning.engine import from_micros
from upnext.planning.plans import judging
from upnext.planning.plans.judging import Broken, Unplaced, Window
from upnext.planning.plans.making import SEED, Measure, Plan, Planned
from upnext.planning.reasons import Reader, instead_text, moment, work_time
from upnext.tasks.wire import Wire

ALTERNATIVES: Final = 5


def task_ids(plan: Plan) -> list[UUID]:
    """Whose keys have to be known."""
    return [*plan.setting.ids, *(one.task_id for one in plan.setting.stuck)]


class Teller:
    """Writes one answer. `keys` and `titles` are those of tasks, by id."""

    def __init__(
        self, keys: Mapping[UUID, str], titles: Mapping[UUID, str], reader: Reader
    ) -> None:
        self._keys, self._titles, self._reader = keys, titles, reader

    def plan(self, plan: Plan, window: Window, at: datetime, measure: Measure | None) -> Wire:
        """The shape is `schemas.PlanRead`."""
        broken = judging.broken(plan, window)
        breaks = {one.task_id: one for one in broken}
        return {
            "from": window.first,
            "days": window.days,
            "timezone": str(window.zone),
            "blocks": [self._block(one) for one in judging.blocks_in(plan, window)],
            "unplaced": [
                self._unplaced(one, breaks.get(one.task_id))
                for one in judging.unplaced(plan, window)
            ],
            "load": [_load(day) for day in judging.load(plan, window)],
            "deadlines": [self._deadline(one) for one in broken],
            "alternatives": self._alternatives(plan),
            "cost": plan.cost,
            "seed": SEED,
            "planned_tasks": len(plan.setting.tasks),
            "computed_at": at,
            "replan": measure,
        }

    def _named(self, task_id: UUID) -> Wire:
        return {
            "task_id": task_id,
            "key": self._keys.get(task_id, ""),
            "title": self._titles.get(task_id, ""),
        }

    def _block(self, block: Planned) -> Wire:
        return {
            **self._named(block.task_id),
            "start": from_micros(block.start),
            "end": from_micros(block.end),
            "p80_end": from_micros(block.p80_end),
            "pinned": block.pinned,
        }

    def _unplaced(self, one: Unplaced, broken: Broken | None) -> Wire:
        return {
            **self._named(one.task_id),
            "missing_minutes": one.missing_minutes,
            "breaks": broken and _breaks(broken),
            "reason": "waits" if one.waits else "no_room",
        }

    def _deadline(self, one: Broken) -> Wire:
        title = self._titles.get(one.task_id, "")
        due = moment(from_micros(one.due), self._reader)
        late = work_time(one.late_minutes)
        text = f"'{title}' is due {due} and would be {late} late (costs {one.cost:,.0f})"
        return {**self._named(one.task_id), **_breaks(one), "text": text}

    def _alternatives(self, plan: Plan) -> Sequence[Wire]:
        return [
            {
                **self._named(task_id),
                "cost": each.cost,
                "text": instead_text(self._titles.get(task_id, ""), each),
            }
            for task_id, each in list(plan.instead.items())[:ALTERNATIVES]
        ]


def _breaks(one: Broken) -> Wire:
    return {
        "due_at": from_micros(one.due),
        "end": from_micros(one.end),
        "late_minutes": round(one.late_minutes),
        "cost": one.cost,
    }


def _load(day: Any) -> Wire:  # judging.Load
    return {
        "date": day.day,
        "free_minutes": day.free_minutes,
        "p50_minutes": day.p50_minutes,
        "p80_minutes": day.p80_minutes,
        "state": day.state,
    }
