"""From the facts of a task to its keys in a person's order."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

from upnext.core.types import NEVER, micros
from upnext.planning.clocks import PARAMETERS, WorkClock
from upnext.planning.engine import Energy, Priority, Row, Status, stored_keys
from upnext.planning.engine.precedence import Edge
from upnext.planning.learning.durations import NOTHING, Learned

PRIORITIES: Final = {level.name.lower(): int(level) for level in Priority}
ENERGIES: Final = {level.name.lower(): int(level) for level in Energy}
STATUSES: Final = {
    "in_progress": int(Status.STARTED),
    "done": int(Status.CLOSED),
    "cancelled": int(Status.CLOSED),
}
"""All others are open and not started."""


class TaskFacts(Protocol):
    """What the order knows of a task: a mapped task, or a row of `queries.FACTS`."""

    @property
    def id(self) -> UUID: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def project_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def estimated_duration(self) -> int | None: ...
    @property
    def due_key(self) -> int: ...
    @property
    def start_key(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def energy(self) -> str | None: ...
    @property
    def context(self) -> Sequence[str]: ...
    @property
    def blocked_by(self) -> Iterable[str]: ...
    @property
    def goal_weight(self) -> float: ...
    @property
    def category(self) -> str: ...
    @property
    def actual_minutes(self) -> int: ...


def row_of(task: TaskFacts, learned: Learned = NOTHING, *, offered: bool, aside: int = 0) -> Row:
    """As the engine takes it; splitting comes with its feature. `aside`: put off until then.

    Of a goal only the weight: it is called by its name where a task is shown.
    """
    estimate, assumed = _estimate(task, learned)
    # By place, in the order of `Row`: naming sixteen fields costs as much as filling them.
    return Row(
        task.id,
        task.title,
        PRIORITIES[task.priority],
        STATUSES.get(task.status, Status.OPEN),
        estimate,
        task.actual_minutes,
        task.due_key,
        micros(task.created_at),
        _later(task.start_key, aside),
        ENERGIES[task.energy] if task.energy else 0,
        0,  # the smallest block
        task.goal_weight,
        "",  # the goal's title
        task.context,
        offered,
        assumed,
    )


def _estimate(task: TaskFacts, learned: Learned) -> tuple[float, bool]:
    """Without one what such tasks usually take, if that is known; the engine corrects it."""
    if task.estimated_duration:
        return task.estimated_duration, False
    place = task.category, str(task.project_id)
    if not learned.knows(*place):
        return 0, True
    return learned.typical(*place) / learned.correction, True


def _later(start: int, aside: int) -> int:
    """Where nothing is put off, `aside` is 0 and the start stands."""
    if not aside:
        return start
    return aside if start == NEVER else max(start, aside)


def goal_term(weight: float) -> float:
    """What a goal of that weight adds to both keys of its tasks."""
    lowest, highest = PARAMETERS.goal_bounds
    return math.log(min(highest, max(lowest, weight)))


@lru_cache(maxsize=20_000)
def id_of(text: str) -> UUID:
    """`blocked_by` says them as text, and the same ones each time."""
    return UUID(text)


def edges_of(tasks: Iterable[TaskFacts]) -> list[Edge]:
    return [(id_of(before), task.id) for task in tasks for before in task.blocked_by]


def ready_at(task: TaskFacts) -> int:
    if task.blocked_by:
        return NEVER
    return 0 if task.start_key == NEVER else task.start_key


def key_values(
    user_id: UUID, tasks: Sequence[TaskFacts], clock: WorkClock, *, offered: bool = True
) -> list[dict[str, Any]]:
    """The `rank_key` rows of these tasks in the order of one person (Any: column values)."""
    rows = [row_of(task, clock.learned, offered=offered) for task in tasks]
    found = stored_keys(rows, clock.calendar, clock.rate, clock.parameters)
    return [
        _place(user_id, task, offered=offered) | keys._asdict()
        for task, keys in zip(tasks, found, strict=True)
    ]


def _place(user_id: UUID, task: TaskFacts, *, offered: bool) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "task_id": task.id,
        "workspace_id": task.workspace_id,
        "project_id": task.project_id,
        "goal": goal_term(task.goal_weight),
        "ready_at": ready_at(task),
        "energy": ENERGIES[task.energy] if task.energy else 0,
        "tagged": bool(task.context),
        "offered": offered,
    }
