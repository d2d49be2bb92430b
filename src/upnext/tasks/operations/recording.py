"""What an operation did, taken from the facts that were recorded while it ran."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import INSTANCE, Actor
from upnext.core.changes import Change, record, unit_of
from upnext.core.ids import new_id
from upnext.core.inserts import insert_later
from upnext.tasks.events import (
    OperationCreated,
    TaskCreated,
    TaskDeleted,
    TaskRestored,
)
from upnext.tasks.operations import queries
from upnext.tasks.operations.models import OperationKind, StepAction

RESTORABLE: Final = frozenset(
    {"title", "description", "status", "completed_at", "started_at", "priority", "category"}
    | {"estimated_duration", "due_at", "start_at", "parent_id", "assignee_ids", "tags", "context"}
    | {"energy", "recurrence", "series_id", "occurrence", "series", "project_id", "number", "key"}
    | {"goal_id", "board_id", "column_id", "position"}
)
"""The columns that an undo puts back. Whatever else a change tells follows from these."""

_ACTIONS: Mapping[type[Change], StepAction] = {
    TaskCreated: StepAction.CREATED,
    TaskDeleted: StepAction.DELETED,
    TaskRestored: StepAction.RESTORED,
}


@dataclass(slots=True)
class Step:
    """What became of one task, all its changes taken together."""

    action: StepAction
    version: int
    workspace_id: UUID
    diff: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        self.version = change.version
        for name, (before, after) in change.diff.items():
            first = self.diff[name][0] if name in self.diff else before
            self.diff[name] = (first, after)
        if "column_id" in change.diff and not isinstance(change, TaskCreated):
            lay_at = getattr(change, "lay_at", None)
            self.diff.setdefault("position", (lay_at, None))

    def shown(self) -> dict[str, tuple[Any, Any]]:
        """What differs in the end, of what can be put back."""
        return {
            name: pair
            for name, pair in self.diff.items()
            if name in RESTORABLE and pair[0] != pair[1]
        }


Steps = dict[UUID, Step]


@contextmanager
def journal(session: AsyncSession) -> Iterator[list[Change]]:
    """Everything that is recorded inside."""
    unit = unit_of(session)
    found: list[Change] = []
    unit.journal = found
    try:
        yield found
    finally:
        unit.journal = None


def steps_of(changes: Iterable[Change]) -> Steps:
    """By task. What only follows from a change of other tasks is no step, nor what others tell of
    a task, such as a promise that was broken."""
    steps: Steps = {}
    for change in changes:
        if not change.type.startswith("task."):
            continue
        action = _ACTIONS.get(type(change), StepAction.UPDATED)
        step = steps.setdefault(
            change.resource_id, Step(action, change.version, change.workspace_id)
        )
        if step.action is StepAction.UPDATED:
            step.action = action
        step.add(change)
    return {
        task_id: step
        for task_id, step in steps.items()
        if step.action is not StepAction.UPDATED or step.shown()
    }


async def keep(
    session: AsyncSession,
    actor: Actor,
    kind: OperationKind,
    asked: Mapping[str, Any],
    steps: Steps,
    *,
    undoes: UUID | None = None,
) -> UUID | None:
    """The id of the operation; None if nothing was done, or nobody did it."""
    if not steps or actor.user_id is None:
        return None
    operation_id, now = new_id(), unit_of(session).now
    places = {step.workspace_id for step in steps.values()}
    workspace_id = places.pop() if len(places) == 1 else None
    row = {
        "id": operation_id,
        "user_id": actor.user_id,
        "workspace_id": workspace_id,
        "kind": kind,
        "asked": dict(asked),
        "task_count": len(steps),
        "undoes": undoes,
        "undone_by": None,
        "created_at": now,
    }
    insert_later(session, queries.OPERATION, row)
    for step_row in _rows(operation_id, steps):
        insert_later(session, queries.STEP, step_row)
    told = {"kind": (None, str(kind)), "task_count": (None, len(steps))}
    change = OperationCreated(
        workspace_id=workspace_id or INSTANCE, resource_id=operation_id, diff=told
    )
    await record(session, actor, change)
    return operation_id


def _rows(operation_id: UUID, steps: Steps) -> Sequence[dict[str, Any]]:
    return [
        {
            "operation_id": operation_id,
            "task_id": task_id,
            "action": step.action,
            "version": step.version,
            "diff": step.shown() if step.action is StepAction.UPDATED else {},
        }
        for task_id, step in steps.items()
    ]
