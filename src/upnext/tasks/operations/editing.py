"""One change of many tasks: each is judged by the rules of a change of one."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import AppError, Conflict, Invalid, NotFound, invalid_field, problem
from upnext.core.load import Action, permit
from upnext.core.text import fold
from upnext.tasks import hierarchy, placing, queries, repeating, serving
from upnext.tasks.fields import Values, wanted
from upnext.tasks.filtering import FIELDS, Fields
from upnext.tasks.filtering.asking import asked
from upnext.tasks.models import Task
from upnext.tasks.operations import queries as many
from upnext.tasks.operations.applying import apply_all
from upnext.tasks.operations.models import OperationKind
from upnext.tasks.operations.moving import move_all
from upnext.tasks.operations.recording import Steps, journal, keep, steps_of
from upnext.tasks.operations.schemas import BulkEdit, BulkUpdates
from upnext.tasks.operations.trashing import throw_away
from upnext.tasks.policy import DELETE, READ, UPDATE
from upnext.tasks.schemas import MOST_IN_BULK
from upnext.tasks.words import MOST_ASSIGNEES, MOST_TAGS
from upnext.tasks.writing import NOT_ASSIGNABLE, unassignable

ONLY_MANY = frozenset({"add_tags", "remove_tags", "add_assignees", "remove_assignees", "deleted"})
_PLACE = frozenset({"project_id", "parent_id"})
_TOLD = frozenset(
    {"title", "description", "status", "completed_at", "priority", "category", "recurrence"}
    | {"estimated_duration", "due_at", "start_at", "parent_id", "assignee_ids", "tags", "context"}
    | {"energy", "project_id", "key", "deleted_at", "goal_id", "board_id", "column_id"}
)
"""Fields that a task shows."""


@dataclass(slots=True)
class Item:
    """One of the tasks that are asked for: what has an `error` goes no further."""

    task_id: UUID
    task: Task | None = None
    values: Values = field(default_factory=dict)
    error: AppError | None = None

    @property
    def key(self) -> str | None:
        return self.task.key if self.task else None


async def edit_many(
    session: AsyncSession, actor: Actor, data: BulkEdit, *, fields: Fields = FIELDS
) -> dict[str, Any]:
    """What became of each, in their order; the shape is schemas.EditOutcome.

    A dry run does it all and keeps nothing.
    """
    task_ids = data.task_ids or await _found(session, actor, data, fields)
    if data.updates.parent_id is not None:
        await _lock_workspaces(session, task_ids)
    items = [Item(task_id) for task_id in task_ids]
    with journal(session) as changes:
        await _hold(session, actor, items, DELETE if data.updates.deleted else UPDATE)
        if data.updates.deleted:
            await throw_away(session, actor, [task for _, task in _alive(items)])
        else:
            await _change(session, actor, items, data.updates)
    steps = steps_of(changes)
    unit = unit_of(session)
    unit.discarded = data.dry_run
    outcome = _outcome(session, items, steps, shown=data.dry_run)
    if data.atomic and outcome["refused"] and not data.dry_run:
        raise _all_refused(outcome)
    operation = None
    if not data.dry_run:
        kind = OperationKind.DELETE if data.updates.deleted else OperationKind.UPDATE
        operation = await keep(session, actor, kind, _told(data), steps)
    return {"operation": operation, "dry_run": data.dry_run, **outcome}


async def _found(session: AsyncSession, actor: Actor, data: BulkEdit, fields: Fields) -> list[UUID]:
    workspaces = [data.workspace_id] if data.workspace_id else list(actor.workspaces)
    for workspace_id in workspaces:
        permit(actor, READ, workspace_id)
    now = unit_of(session).now
    _, condition = await asked(
        session, actor, data.filter or "", now, pointer="/filter", fields=fields
    )
    found = many.found(workspaces, actor.hidden, [condition])
    ids = list(await session.scalars(many.in_order(found, MOST_IN_BULK + 1)))
    if len(ids) > MOST_IN_BULK:
        count = await session.scalar(many.counted(found)) or len(ids)
        detail = (
            f"The filter finds {count:,} tasks; at most {MOST_IN_BULK:,} can be changed at once. "
            "Narrow it."
        )
        raise Invalid(
            detail,
            code="too_many_matches",
            errors=[{"pointer": "/filter", "detail": detail}],
            matches=count,
        )
    return ids


async def _lock_workspaces(session: AsyncSession, task_ids: Sequence[UUID]) -> None:
    """Before the tasks, as everybody does who moves one below another."""
    for workspace_id in sorted(await session.scalars(many.workspaces_of(task_ids)), key=str):
        await session.execute(queries.lock_workspace(workspace_id))


async def _hold(session: AsyncSession, actor: Actor, items: Sequence[Item], action: Action) -> None:
    """Locks the tasks, and refuses what `actor` may not do `action` to."""
    rows = await session.execute(many.held([item.task_id for item in items]))
    found = {row.Task.id: row for row in rows}
    for item in items:
        try:
            item.task = permitted(actor, action, found.get(item.task_id))
        except AppError as error:
            item.error = error
            row = found.get(item.task_id)
            # Who may see it is told its name.
            item.task = row.Task if row and not isinstance(error, NotFound) else None


def permitted(
    actor: Actor,
    action: Action,
    row: Any,  # of `many.held`
    *,
    trashed: bool = False,
) -> Task:
    """The task of the row; refuses as `writing.hold` does."""
    missing = NotFound("There is no such task.")
    if row is None or (row.Task.deleted_at is not None) is not trashed:
        raise missing
    task: Task = row.Task
    permit(actor, action, *task.place, missing=missing)
    if row.trashed is not None:
        raise NotFound("Its project is in the trash. Restore the project first.")
    if row.archived is not None:
        raise Conflict(
            "Its project is archived. Take the project out of the archive to change the task.",
            code="project_archived",
        )
    return task


def _alive(items: Sequence[Item]) -> list[tuple[Item, Task]]:
    return [(item, item.task) for item in items if item.task and not item.error]


async def _change(
    session: AsyncSession, actor: Actor, items: Sequence[Item], data: BulkUpdates
) -> None:
    given = data.model_fields_set
    await _check_assignees(session, actor, items, data)
    zoned = data.model_copy(deep=True)
    await repeating.settle(session, actor, [zoned])
    layouts = await _layouts(session, items, data)
    for place, (item, task) in enumerate(_alive(items)):
        # A series keeps its time zone, a new one gets the actor's.
        own = data if task.recurrence else zoned
        try:
            item.values = await _values(session, actor, task, own)
            item.values |= _column(session, item, data, layouts, place)
        except AppError as error:
            item.error = error
    await _fit(session, actor, items, data)
    if "project_id" in given:
        await _move(session, actor, items, data)
    await apply_all(session, actor, _pairs(items))


async def _move(
    session: AsyncSession, actor: Actor, items: Sequence[Item], data: BulkUpdates
) -> None:
    """Once nothing else can refuse a task: what lies below it moves right now."""
    wanted = [(task, item.values.get("status", task.status)) for item, task in _alive(items)]
    places = await move_all(session, actor, wanted, data.project_id)
    for item, task in _alive(items):
        place = places.get(task.id, {})
        if isinstance(place, AppError):
            item.error = place
        else:
            item.values = {**place, **item.values}


async def _layouts(
    session: AsyncSession, items: Sequence[Item], data: BulkUpdates
) -> Mapping[UUID, placing.Layout | None]:
    """Of the projects where the tasks will be, if their places on boards are spoken of."""
    if not placing.FIELDS & data.model_fields_set:
        return {}
    moves = "project_id" in data.model_fields_set
    found = {data.project_id if moves else task.project_id for _, task in _alive(items)}
    return await placing.layouts_of(session, found)


def _column(
    session: AsyncSession,
    item: Item,
    data: BulkUpdates,
    layouts: Mapping[UUID, placing.Layout | None],
    place: int,
) -> Values:
    """What the updates say of its place on a board."""
    if item.task is None or not placing.FIELDS & data.model_fields_set:
        return {}
    moves = "project_id" in data.model_fields_set
    project_id = data.project_id if moves else item.task.project_id
    values = {**item.values, "project_id": project_id}
    moment = placing.Moment(unit_of(session).now, place)
    return placing.said(layouts.get(project_id), item.task, data, values, moment)


async def _fit(
    session: AsyncSession, actor: Actor, items: Sequence[Item], data: BulkUpdates
) -> None:
    """What goals and full columns say of each, while nothing has been written yet."""
    moves = {"project_id": data.project_id} if "project_id" in data.model_fields_set else {}
    for item in items:
        item.values |= moves
    _refuse(items, await serving.choose_all(session, actor, _pairs(items)))
    alive = _alive(items)
    followed = await placing.follow_all(session, _pairs(items))
    for (item, _), (_, values) in zip(alive, followed, strict=True):
        item.values = values
    _refuse(items, await placing.turned_away(session, actor, followed))
    for item in items:
        item.values.pop("project_id", None)


def _pairs(items: Sequence[Item]) -> list[tuple[Task, Values]]:
    return [(task, item.values) for item, task in _alive(items)]


def _refuse(items: Sequence[Item], refused: Mapping[UUID, AppError]) -> None:
    for item in items:
        item.error = refused.get(item.task_id, item.error)


async def _values(session: AsyncSession, actor: Actor, task: Task, data: BulkUpdates) -> Values:
    """Every column that the updates mean for this task, but its project."""
    given = data.model_fields_set
    values = wanted(data, given - _PLACE - ONLY_MANY, task)
    values |= _lists(task, data, given)
    values |= await repeating.adapted(session, actor, task, values, None)
    if "parent_id" in given and data.parent_id != task.parent_id:
        values["parent_id"] = data.parent_id
        if data.parent_id is not None:
            project_id = data.project_id if "project_id" in given else task.project_id
            await hierarchy.check_move(session, actor, task, data.parent_id, project_id)
    return values


def _lists(task: Task, data: BulkUpdates, given: Set[str]) -> Values:
    """What the tags and the assignees of a task become, if there is something to add or remove."""
    values: Values = {}
    if {"add_tags", "remove_tags"} & given:
        gone, known = {fold(tag) for tag in data.remove_tags}, {fold(tag) for tag in task.tags}
        tags = [tag for tag in task.tags if fold(tag) not in gone]
        tags += [tag for tag in data.add_tags if fold(tag) not in known or fold(tag) in gone]
        values["tags"] = _at_most(tags, MOST_TAGS, "/updates/add_tags", "tags")
    if {"add_assignees", "remove_assignees"} & given:
        out = {str(user_id) for user_id in data.remove_assignees}
        people = [user_id for user_id in task.assignee_ids if user_id not in out]
        new = [str(user_id) for user_id in data.add_assignees]
        people += [user_id for user_id in new if user_id not in people]
        values["assignee_ids"] = _at_most(
            people, MOST_ASSIGNEES, "/updates/add_assignees", "assignees"
        )
    return values


def _at_most(values: list[str], most: int, pointer: str, what: str) -> list[str]:
    if len(values) > most:
        detail = f"A task has at most {most} {what}. Remove others first."
        raise invalid_field(pointer, detail, f"too_many_{what}")
    return values


async def _check_assignees(
    session: AsyncSession, actor: Actor, items: Sequence[Item], data: BulkUpdates
) -> None:
    """One statement for each project, with those who come and, in a new project, those who stay."""
    asked_for = {*data.assignee_ids, *data.add_assignees}
    moves = "project_id" in data.model_fields_set
    people: dict[UUID, set[UUID]] = {}
    alive = _alive(items)
    for _, task in alive:
        project_id = data.project_id if moves else task.project_id
        stay = task.assignee_ids if moves and "assignee_ids" not in data.model_fields_set else ()
        people.setdefault(project_id, set(asked_for)).update(map(UUID, stay))
    strangers = {
        project_id: await unassignable(session, actor, project_id, some) if some else set()
        for project_id, some in people.items()
    }
    for item, task in alive:
        out = strangers[data.project_id if moves else task.project_id]
        if out & (_coming(task, data) | (set(map(UUID, task.assignee_ids)) if moves else set())):
            item.error = _not_assignable()


def _coming(task: Task, data: BulkUpdates) -> set[UUID]:
    """Those that the task does not have yet: who is there may stay."""
    return {*data.assignee_ids, *data.add_assignees} - set(map(UUID, task.assignee_ids))


def _not_assignable() -> Invalid:
    return Invalid(
        f"A task can be assigned to members who see its project only: one {NOT_ASSIGNABLE}.",
        code="not_assignable",
        errors=[{"pointer": "/updates/assignee_ids", "detail": NOT_ASSIGNABLE}],
    )


# What is told


def _told(data: BulkEdit) -> dict[str, Any]:
    told: dict[str, Any] = {"updates": data.updates.model_dump(mode="json", exclude_unset=True)}
    return {"filter": data.filter, **told} if data.filter is not None else told


def _outcome(
    session: AsyncSession, items: Sequence[Item], steps: Steps, *, shown: bool
) -> dict[str, Any]:
    results = [_result(session, item, steps, shown=shown) for item in items]
    counts = dict.fromkeys(("changed", "unchanged", "refused"), 0)
    for result in results:
        counts[result["outcome"]] += 1
    others = steps.keys() - {item.task_id for item in items}
    return {"results": results, **counts, "also_changed": len(others)}


def _result(session: AsyncSession, item: Item, steps: Steps, *, shown: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"id": str(item.task_id), "key": item.key}
    if item.error:
        return {**result, "outcome": "refused", "error": as_problem(session, item)}
    step = steps.get(item.task_id)
    result["outcome"] = "changed" if step else "unchanged"
    if shown:
        result["changes"] = spelled(step.diff) if step else {}
    return result


def spelled(diff: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """A diff as the wire has it: what a task shows of it."""
    return {
        name: {"before": before, "after": after}
        for name, (before, after) in diff.items()
        if name in _TOLD and before != after
    }


def as_problem(session: AsyncSession, item: Item) -> dict[str, Any]:
    assert item.error is not None  # noqa: S101  (for the type checker)
    request_id = unit_of(session).context.request_id
    told = problem(item.error, instance=f"/api/v1/tasks/{item.task_id}", request_id=request_id)
    return {**told, "status": item.error.status}


def _all_refused(outcome: Mapping[str, Any]) -> Conflict:
    refused = [result for result in outcome["results"] if result["outcome"] == "refused"]
    return Conflict(
        f"{len(refused)} of {len(outcome['results'])} tasks cannot be changed so, and all or none "
        "was asked for. Nothing was changed.",
        code="bulk_refused",
        results=refused,
    )
