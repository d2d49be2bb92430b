"""A task that is changed by one statement, where nothing but the task itself has to be looked at.

It is read without a lock, along with what is believed of the caller; what is written asks that
nobody wrote to it since. Otherwise all is done again with the task locked, as every other change.
"""

from collections.abc import Set
from time import monotonic
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import alone
from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.inserts import adopt, keep_beside, mapped
from upnext.core.inserts.queries import Footing
from upnext.core.lanes.doubt import DoubtingLane
from upnext.core.load import load_for
from upnext.tasks.changing import queries
from upnext.tasks.fields import Values, difference, wanted
from upnext.tasks.models import Task
from upnext.tasks.policy import UPDATE
from upnext.tasks.schemas import Writable
from upnext.tasks.writing import change_of, check

STATUS: Final = frozenset({"status", "completed"})
FIELDS: Final = STATUS | {
    "title",
    "description",
    "priority",
    "category",
    "estimated_duration",
    "due_at",
    "start_at",
    "context",
    "energy",
}
"""What has no rows of its own elsewhere."""
MOST_KEPT: Final = 10_000
CONTESTED_FOR: Final = 2.0
"""Seconds in which whoever lost a race has tried again."""
_contested: dict[UUID, float] = {}
"""When somebody lost the race for a task, in seconds of a clock of its own."""
_tied: set[tuple[UUID, bool]] = set()
"""Tasks of which more has to be looked at, with whether it is for a change of the status. It may be
so no longer: then they are locked without need."""


async def at_once(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    data: Writable,
    given: Set[str],
    *,
    expected: int | None,
) -> Task | None:
    """The task as it will be; None: nothing is done, and it takes a transaction to do it."""
    lane, unit = alone.lane_of(session), unit_of(session)
    kind = task_id, bool(given & STATUS)
    if lane is None or not given <= FIELDS or kind in _tied:
        return None
    if _is_contested(task_id):
        return None
    doubted = lane if unit.doubt is None else DoubtingLane(lane, unit.doubt)
    rows = await queries.AS_IT_IS.rows(doubted, {"task_id": task_id})
    if not rows:
        return None
    row = rows[0]  # the task, and more behind it
    task = mapped(Task, dict(zip(queries.NAMES, row, strict=False)))
    if _more_follows(task, status=bool(given & STATUS)):
        if len(_tied) >= MOST_KEPT:
            _tied.clear()
        _tied.add(kind)
        return None
    keep_beside(session, task)
    await load_for(session, actor, UPDATE, Task, task_id)
    check(task, row, expected)
    columns, diff = difference(task, wanted(data, given, task), unit.now)
    if diff:
        new = {**columns, "updated_at": unit.now, "version": task.version + 1}
        footing, before, lay_at = _footing(task, row.state, new), task.status, task.position
        adopt(task, new)
        await record(session, actor, change_of(task, before, diff, lay_at), footing=footing)
    return task


def contested(task_id: UUID) -> None:
    """Whoever changes it in the next seconds locks it: somebody else was at it."""
    if len(_contested) >= MOST_KEPT:
        _contested.clear()
    _contested[task_id] = monotonic()


def _is_contested(task_id: UUID) -> bool:
    lost_at = _contested.get(task_id)
    if lost_at is None:
        return False
    if monotonic() - lost_at <= CONTESTED_FOR:
        return True
    del _contested[task_id]
    return False


def _more_follows(task: Task, *, status: bool) -> bool:
    """Whether a change concerns a promise or a series, or one of the status other rows."""
    if task.sla_ruled or task.series_id:
        return True
    return status and bool(task.column_id or task.dependent_count or task.running_timers)


def _footing(task: Task, state: str, new: Values) -> Footing:
    names = tuple(sorted(new))
    # Of any column.
    values: dict[str, Any] = {f"held_{name}": new[name] for name in names}
    values |= {"held_id": task.id, "held_was": task.version, "held_state": state}
    task_id = task.id

    def settle(held: bool) -> None:
        if not held:
            contested(task_id)

    return Footing("resource_id", queries.written(names), values, settle)
