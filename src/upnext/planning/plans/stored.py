"""A plan as it lies in the database, and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from upnext.planning.engine import from_micros, to_micros
from upnext.planning.models import DayPlan
from upnext.planning.plans.making import Known, Measure, Plan, Planned
from upnext.planning.plans.setting import Pin

Content = dict[str, Any]
MEASURE: Final = tuple(Measure.__dataclass_fields__)


def row_of(user_id: UUID, plan: Plan, inputs: bytes, now: datetime) -> dict[str, Any]:
    """The values of its columns."""
    return {
        "user_id": user_id,
        "inputs": inputs,
        "anchor": from_micros(plan.setting.anchor),
        "valid_until": from_micros(plan.valid_until),
        "first_task_id": plan.first,
        "instead": {
            str(task_id): {"cost": each.cost, "hurt": each.hurt, "late": each.late}
            for task_id, each in plan.instead.items()
        },
        "content": _content(plan),
        "computed_at": now,
        "asked_at": now,
    }


def _content(plan: Plan) -> Content:
    measure = plan.measure
    return {
        "order": [str(task_id) for task_id in plan.ids],
        "blocks": [
            [str(one.task_id), one.start, one.end, one.p80_end, one.pinned] for one in plan.blocks
        ],
        "pins": pins_told(plan.setting.given_pins),
        "measure": measure and {name: getattr(measure, name) for name in MEASURE},
    }


def pins_told(pins: Sequence[Pin]) -> list[list[Any]]:  # JSON
    return [[str(pin.task_id), pin.start, pin.end] for pin in pins]


def known(row: DayPlan) -> Known:
    return Known(
        order=[UUID(each) for each in row.content["order"]],
        anchor=to_micros(row.anchor),
        blocks=blocks(row),
    )


def blocks(row: DayPlan) -> list[Planned]:
    return [
        Planned(UUID(task_id), start, end, p80_end, pinned)
        for task_id, start, end, p80_end, pinned in row.content["blocks"]
    ]


def measure(row: DayPlan) -> Measure | None:
    found = row.content["measure"]
    return None if found is None else Measure(**found)


def same_pins(row: DayPlan, pins: Sequence[Pin]) -> bool:
    return bool(row.content["pins"] == pins_told(pins))
