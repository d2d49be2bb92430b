"""Takes an operation back: what nobody has changed since becomes what it was, field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.errors import AppError, Conflict
from upnext.core.load import Action
from upnext.tasks import hierarchy, queries
from upnext.tasks.events import OperationUndone
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.operations import queries as many
from upnext.tasks.operations.applying import apply_all
from upnext.tasks.operations.editing import permitted
from upnext.tasks.operations.fitting import columns_again, goals_again
from upnext.tasks.operations.models import Operation, OperationKind, StepAction
from upnext.tasks.operations.placing import people_again, place_again
from upnext.tasks.operations.reading import read_column
from upnext.tasks.operations.recording import journal, keep, steps_of
from upnext.tasks.operations.service import held_operation
from upnext.tasks.operations.trashing import (
    bring_back,
    throw_away,
    with_others_below,
    without_external_id,
    without_place,
)
from upnext.tasks.policy import DELETE, RESTORE, UPDATE
from upnext.tasks.wire import plain

COLUMN: Final = ("board_id", "column_id")
GROUPS: Final = (
    ("status", "completed_at", "started_at"),
    ("recurrence", "series_id", "occurrence", "series"),
    ("project_id", "number"),
    COLUMN,
)
"""Fields that only make sense together: if one was changed since, all of them stay."""
SINCE = "was changed since"
DATES = "would lie on the wrong side of the other date by now"
TAKEN = "Another task has its external_id by now."
BELOW = "A task was put below it since."
ABOVE = "The task above it stays in the trash."


@dataclass(slots=True)
class Step:
    """One task of the operation on its way back."""

    task_id: UUID
    action: StepAction
    version: int
    at: datetime
    diff: Mapping[str, Sequence[Any]]
    task: Task | None = None
    values: Values = field(default_factory=dict)
    restored: bool = False
    kept: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, name: str | None, code: str, detail: str) -> None:
        self.kept.append({"field": name, "code": code, "detail": detail})

    def refuse(self, error: AppError) -> None:
        self.keep(None, error.code, error.detail)

    def finds_as_left(self, task: Task) -> bool:
        """Time alone counts versions up, when it breaks a promise; that is nobody's change."""
        return task.version == self.version or task.updated_at == self.at

    @property
    def outcome(self) -> str:
        if not self.restored:
            return "kept"
        return "partly" if self.kept else "restored"


async def undo(session: AsyncSession, actor: Actor, operation_id: UUID) -> dict[str, Any]:
    """The shape is schemas.UndoOutcome. Raises Conflict if it is undone already, or nothing of it
    can be restored."""
    operation = await held_operation(session, actor, operation_id)
    if operation.undone_by is not None:
        raise Conflict(
            "This operation is undone already. To do it again, undo what undid it.",
            code="already_undone",
            operation=str(operation.undone_by),
        )
    rows = await session.execute(many.steps(operation_id))
    steps = [
        Step(row.task_id, row.action, row.version, operation.created_at, row.diff) for row in rows
    ]
    if any("parent_id" in step.diff for step in steps):
        await _lock_workspaces(session, steps)
    with journal(session) as changes:
        await _take_back(session, actor, steps)
    undone = await keep(
        session, actor, OperationKind.UNDO, {}, steps_of(changes), undoes=operation_id
    )
    if undone is None:
        raise _nothing(steps)
    await session.execute(many.set_undone(operation_id, undone))
    await _tell(session, actor, operation, undone)
    return _outcome(operation_id, undone, steps)


async def _lock_workspaces(session: AsyncSession, steps: Sequence[Step]) -> None:
    ids = [step.task_id for step in steps]
    for workspace_id in sorted(await session.scalars(many.workspaces_of(ids)), key=str):
        await session.execute(queries.lock_workspace(workspace_id))


async def _tell(session: AsyncSession, actor: Actor, operation: Operation, undone: UUID) -> None:
    from_workspace = operation.workspace_id or UUID(int=0)
    change = OperationUndone(
        workspace_id=from_workspace,
        resource_id=operation.id,
        version=2,
        diff={"undone_by": (None, str(undone))},
    )
    await record(session, actor, change)


async def _take_back(session: AsyncSession, actor: Actor, steps: Sequence[Step]) -> None:
    ids = [step.task_id for step in steps]
    rows = {row.Task.id: row for row in await session.execute(many.held(ids))}
    await _untrash(session, actor, [s for s in steps if s.action is StepAction.DELETED], rows)
    await _throw_away(session, actor, steps, rows)
    await _write(session, actor, [s for s in steps if s.action is StepAction.UPDATED], rows)


async def _untrash(
    session: AsyncSession, actor: Actor, steps: Sequence[Step], rows: Mapping[UUID, Any]
) -> None:
    back: dict[UUID, tuple[Step, Task]] = {}
    for step in steps:
        row = rows.get(step.task_id)
        trashed = row is None or row.Task.deleted_at is not None
        task = _permitted(actor, RESTORE, step, rows, trashed=trashed)
        if task is not None and (not step.finds_as_left(task) or not trashed):
            step.keep(None, "changed_since", f"The task {SINCE}.")
        elif task is not None:
            back[task.id] = step, task
    tasks = [task for _, task in back.values()]
    for task_id in await without_external_id(session, tasks):
        back.pop(task_id)[0].keep(None, "external_id_taken", TAKEN)
    for task_id in await without_place(session, [task for _, task in back.values()]):
        back.pop(task_id)[0].keep(None, "parent_trashed", ABOVE)
    for step, _ in back.values():
        step.restored = True
    await bring_back(session, actor, [task for _, task in back.values()])


async def _throw_away(
    session: AsyncSession, actor: Actor, steps: Sequence[Step], rows: Mapping[UUID, Any]
) -> None:
    """What was made, or came back from the trash, unless somebody has worked on it since."""
    gone: dict[UUID, tuple[Step, Task]] = {}
    for step in steps:
        if step.action not in {StepAction.CREATED, StepAction.RESTORED}:
            continue
        task = _permitted(actor, DELETE, step, rows)
        if task is not None and not step.finds_as_left(task):
            step.keep(None, "changed_since", f"The task {SINCE}.")
        elif task is not None:
            gone[task.id] = step, task
    for task_id in await with_others_below(session, gone):
        gone.pop(task_id)[0].keep(None, "changed_since", BELOW)
    for step, _ in gone.values():
        step.restored = True
    if gone:
        await throw_away(session, actor, [task for _, task in gone.values()])


def _permitted(
    actor: Actor, action: Action, step: Step, rows: Mapping[UUID, Any], *, trashed: bool = False
) -> Task | None:
    try:
        step.task = permitted(actor, action, rows.get(step.task_id), trashed=trashed)
    except AppError as error:
        step.refuse(error)
        return None
    return step.task


async def _write(
    session: AsyncSession, actor: Actor, steps: Sequence[Step], rows: Mapping[UUID, Any]
) -> None:
    alive = [(step, task) for step in steps if (task := _permitted(actor, UPDATE, step, rows))]
    for step, task in alive:
        step.values = _before(step, task)
    await _check_series(session, [step for step, _ in alive])
    await place_again(session, actor, alive)
    await people_again(session, actor, alive)
    await goals_again(session, actor, alive)
    await columns_again(session, actor, alive)
    parents = [(step, task, step.values.pop("parent_id")) for step, task in alive if _hangs(step)]
    for step, _ in alive:
        step.restored = bool(step.values)
    await apply_all(session, actor, [(task, step.values) for step, task in alive])
    for step, task, parent_id in parents:
        await _hang_again(session, actor, step, task, parent_id)


def _before(step: Step, task: Task) -> Values:
    """What stood in the fields that still hold what the operation wrote."""
    changed = _changed_since(step, task)
    values = {
        name: read_column(name, before)
        for name, (before, _) in step.diff.items()
        if name not in changed and name != "position"
    }
    if "column_id" in values:
        values["position"] = step.diff.get("position", (None,))[0]
    due_at, start_at = (values.get(name, getattr(task, name)) for name in ("due_at", "start_at"))
    if due_at and start_at and start_at > due_at:
        for name in ("due_at", "start_at"):
            if name in values:
                del values[name]
                step.keep(name, "conflicts", f"`{name}` {DATES}.")
    for name in sorted(changed & step.diff.keys()):
        step.keep(name, "changed_since", f"`{name}` {SINCE}.")
    return values


def _changed_since(step: Step, task: Task) -> set[str]:
    """What holds something else by now, with what only makes sense beside it. How high a card
    lies in its column is nothing by itself."""
    changed = {
        name
        for name, (_, after) in step.diff.items()
        if name != "position" and plain(getattr(task, name)) != after
    }
    # A short key follows from the project's, which may be another by now.
    changed.discard("key")
    for group in GROUPS:
        if changed & set(group):
            changed |= step.diff.keys() & set(group)
    if "status" in changed:
        # The column that it had stands for another status.
        changed |= step.diff.keys() & set(COLUMN)
    return changed


async def _check_series(session: AsyncSession, steps: Iterable[Step]) -> None:
    """Another task may stand in the place of a series by now that one had."""
    wanted = {
        (step.values["series_id"], step.values["occurrence"]): step
        for step in steps
        if step.values.get("series_id") and step.values.get("occurrence")
    }
    if not wanted:
        return
    for row in await session.execute(many.taken(wanted)):
        step = wanted[row.series_id, row.occurrence]
        if row.id != step.task_id:
            for name in GROUPS[1]:
                step.values.pop(name, None)
            step.keep("recurrence", "changed_since", "Its series goes on with another task.")


def _hangs(step: Step) -> bool:
    return step.values.get("parent_id") is not None


async def _hang_again(
    session: AsyncSession, actor: Actor, step: Step, task: Task, parent_id: UUID
) -> None:
    """Below the task that it lay below, if it still can: one by one, as each changes the tree."""
    try:
        await hierarchy.check_move(session, actor, task, parent_id, task.project_id)
    except AppError as error:
        step.keep("parent_id", error.code, error.detail)
        return
    await apply_all(session, actor, [(task, {"parent_id": parent_id})])
    step.restored = True


# What is told


def _outcome(operation_id: UUID, undone: UUID, steps: Sequence[Step]) -> dict[str, Any]:
    results = [_result(step) for step in steps]
    counts = dict.fromkeys(("restored", "partly", "kept"), 0)
    for result in results:
        counts[result["outcome"]] += 1
    return {"operation": undone, "undoes": operation_id, "results": results, **counts}


def _result(step: Step) -> dict[str, Any]:
    return {
        "id": str(step.task_id),
        "key": step.task.key if step.task else None,
        "outcome": step.outcome,
        "not_restored": step.kept,
    }


def _nothing(steps: Sequence[Step]) -> Conflict:
    return Conflict(
        "Nothing of this operation can be restored: all of it was changed since, or is out of "
        "your reach.",
        code="nothing_to_undo",
        results=[_result(step) for step in steps],
    )
