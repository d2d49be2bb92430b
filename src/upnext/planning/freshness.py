"""Whether a stored plan still is what would be planned now.

It is, as long as everything it was made of is the same. Of a short list that is told by the facts
of its tasks, of a longer one by how many changes the workspaces have seen: too soon rather than
too late. Nothing is written when a task changes, so that those who plan nothing pay nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from upnext.core.lanes import Lane
from upnext.planning.clocks import DEFAULT_MEAN, DEFAULT_ORIGIN, WorkClock
from upnext.planning.engine import Instead, Lead
from upnext.planning.queries import FACTS
from upnext.tasks.stats.queries import versions
from upnext.tasks.wire import dump

WIDTH = len(FACTS) + 1
"""The facts, and whether the task is offered."""


def of_tasks(tasks: Iterable[Any], clock: WorkClock) -> bytes:
    """`tasks`: rows of FACTS with `offered` (Any: a row's columns have no static types)."""
    facts = sorted((list(task)[:WIDTH] for task in tasks), key=lambda row: row[0].int)
    return _digest(facts, clock)


async def of_workspaces(lane: Lane, workspaces: Iterable[UUID], clock: WorkClock) -> bytes:
    ids = sorted(workspaces)
    if not ids:
        return _digest([], clock)
    values = {f"workspace_{place}": each for place, each in enumerate(ids)}
    rows = await lane.fetch(versions(len(ids)), values | {"user": ids[0]})
    return _digest(sorted([str(row[0]), row[1]] for row in rows), clock)


def _digest(facts: Any, clock: WorkClock) -> bytes:
    """Of the clock all but what is renewed by itself, and moves no task."""
    settled = replace(clock, origin=DEFAULT_ORIGIN, mean_minutes=DEFAULT_MEAN)
    return hashlib.sha256(repr(settled).encode() + dump(facts)).digest()


def lead_of(situation: Any, now: datetime, *, plain: bool) -> Lead | None:
    """What the stored plan begins with, if it may still count (Any: a row of `queries.situation`).

    A question with conditions, such as the time at hand, is not what the plan was made for.
    """
    first: UUID | None = situation.first_task_id
    if first is None or situation.inputs is None or not plain or now >= situation.valid_until:
        return None
    return Lead(first, {UUID(key): instead_of(value) for key, value in situation.instead.items()})


def instead_of(stored: Mapping[str, Any]) -> Instead:
    return Instead(stored["cost"], stored["hurt"], stored["late"])
