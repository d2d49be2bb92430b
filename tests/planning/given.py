"""Tasks as the database would give them, to make plans of without one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.planning.asking import NOW
from upnext.core.types import NEVER, micros
from upnext.planning.clocks import Busy, WorkClock
from upnext.planning.plans.setting import Given, Pin

OFFICE = tuple(((540, 1_020),) if day < 5 else () for day in range(7))
ALWAYS = tuple(((0, 1_440),) for _ in range(7))
PRIORITIES = ("low", "medium", "high", "urgent")


@dataclass(frozen=True)
class Row:
    """What `queries.FACTS` selects, and `offered`."""

    id: UUID
    title: str = "Task"
    priority: str = "medium"
    status: str = "todo"
    estimated_duration: int | None = 60
    due_key: int = NEVER
    start_key: int = NEVER
    created_at: datetime = NOW - timedelta(days=3)
    energy: str | None = None
    context: Sequence[str] = ()
    blocked_by: dict[str, Any] = field(default_factory=dict)
    goal_weight: float = 1.0
    category: str = "general"
    project_id: UUID | None = None
    actual_minutes: int = 0
    offered: bool = True


def row(number: int, **facts: Any) -> Row:
    return Row(UUID(int=number + 1), **{"title": f"T{number}"} | facts)


def given(
    rows: Sequence[Any],
    *,
    zone: str = "UTC",
    hours: Any = OFFICE,
    busy: Busy = (),
    pins: Sequence[Pin] = (),
) -> Given:
    return Given(tasks=rows, clock=WorkClock(zone, hours, busy=busy), pins=pins, releases={})


def many(count: int, *, seed: int = 1) -> list[Row]:
    """A long list of all kinds: some late, some start later, some wait for others."""
    random = Random(seed)
    rows: list[Row] = []
    for number in range(count):
        before = random.choice(rows).id if rows and random.random() < 0.1 else None
        due = random.choice([None, NOW + timedelta(hours=random.uniform(-20, 200))])
        start = NOW + timedelta(hours=random.uniform(1, 60)) if random.random() < 0.1 else None
        rows.append(
            row(
                number,
                priority=random.choice(PRIORITIES),
                estimated_duration=random.choice([None, 15, 30, 45, 60, 90, 240]),
                due_key=micros(due),
                start_key=micros(start),
                blocked_by={str(before): "p"} if before else {},
            )
        )
    return rows
