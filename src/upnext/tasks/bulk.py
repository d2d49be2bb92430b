"""Many new tasks in one transaction, each judged on its own: a bad one does not sink the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import AppError, FieldError
from upnext.core.inserts import add_later
from upnext.tasks import deriving, hierarchy, placing, queries, repeating, series, serving
from upnext.tasks.events import TaskCreated
from upnext.tasks.fields import Past, create
from upnext.tasks.models import Task
from upnext.tasks.policy import CREATE
from upnext.tasks.recurrence.walls import Budget
from upnext.tasks.schemas import TaskCreate
from upnext.tasks.service import flush_new
from upnext.tasks.wire import Wire, task_wire
from upnext.tasks.writing import NOT_ASSIGNABLE, assignee_rows, tag_rows, unassignable
from upnext.workspaces.numbering.places import ProjectSlot
from upnext.workspaces.service import slot_for_new_tasks

STEPS_IN_BULK = 500_000
"""What all rules of one call may cost: some hundred for each, and seconds for none."""


@dataclass(slots=True)
class Item:
    """One of the raw tasks on its way: what has `errors` or a `result` goes no further."""

    index: int
    data: TaskCreate | None = None
    errors: list[FieldError] = field(default_factory=list)
    twin: "Item | None" = None
    task: Task | Any = None  # a Task, or a row of an existing one
    past: Past | None = None
    goals: serving.Verdicts = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        return not self.errors and self.task is None and self.twin is None

    @property
    def external_id(self) -> str | None:
        return self.data.external_id if self.data else None

    def refuse(self, pointer: str, detail: str) -> None:
        self.errors.append({"pointer": pointer, "detail": detail})


async def create_many(
    session: AsyncSession,
    actor: Actor,
    raw: Sequence[Mapping[str, Any]],
    *,
    past: Sequence[Past] = (),
) -> dict[str, Any]:
    """What became of each, in their order; the shape is schemas.BulkOutcome. `past` goes along
    with `raw`, for tasks that have a life elsewhere behind them."""
    items = [_read(index, one) for index, one in enumerate(raw)]
    for item, dates in zip(items, past, strict=False):
        item.past = dates
    by_project: dict[UUID | None, list[Item]] = {}
    for item in items:
        if item.data is not None:
            by_project.setdefault(item.data.project_id, []).append(item)
    # In one order for everybody, since each locks its project.
    for project_id in sorted(by_project, key=str):
        await _create_in(session, actor, project_id, by_project[project_id])
    return _outcome(items, actor, unit_of(session).now)


def _read(index: int, raw: Mapping[str, Any]) -> Item:
    try:
        return Item(index, TaskCreate.model_validate(raw))
    except ValidationError as error:
        item = Item(index)
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            unknown = each["type"] == "extra_forbidden"
            detail = "There is no such field." if unknown else each["msg"]
            item.refuse("".join(f"/{_escaped(part)}" for part in each["loc"]), detail)
        return item


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


async def _create_in(
    session: AsyncSession, actor: Actor, project_id: UUID | None, items: list[Item]
) -> None:
    slot = await _slot(session, actor, project_id, items)
    if slot is None:
        return
    await _find_existing(session, actor, slot.workspace_id, items)
    await _check_parents(session, actor, slot, items)
    await _check_assignees(session, actor, slot, items)
    await _check_goals(session, actor, slot, items)
    await check_recurrence(session, actor, items)
    _check_columns(slot, items, unit_of(session).now)
    _find_twins(items)
    fresh = [item for item in items if item.pending]
    if fresh:
        slot = await slot_for_new_tasks(session, actor, slot.id, CREATE, count=len(fresh))
        await insert(session, actor, slot, fresh)
    for item in items:
        if item.twin is not None:
            item.task = item.twin.task


async def _slot(
    session: AsyncSession, actor: Actor, project_id: UUID | None, items: list[Item]
) -> ProjectSlot | None:
    """Locks the project without taking a number; a refusal is that of each item."""
    try:
        return await slot_for_new_tasks(session, actor, project_id, CREATE, count=0)
    except AppError as refusal:
        for item in items:
            item.refuse("/project_id", refusal.detail)
        return None


async def _find_existing(
    session: AsyncSession, actor: Actor, workspace_id: UUID, items: Iterable[Item]
) -> None:
    """Gives each the task of the workspace that has its external id."""
    named = [(item, item.external_id) for item in items if item.external_id is not None]
    if not named:
        return
    wanted = {external_id for _, external_id in named}
    rows = await session.execute(queries.with_external_keys(workspace_id, wanted))
    existing = {row.external_id: row for row in rows}
    for item, external_id in named:
        row = existing.get(external_id)
        if row is not None and row.project_id in actor.hidden:
            item.refuse("/external_id", "is taken by a task that you cannot see")
        elif row is not None:
            item.task = row


def _find_twins(items: Iterable[Item]) -> None:
    """Of several with one external id the first is created."""
    first: dict[str, Item] = {}
    for item in items:
        if item.pending and item.external_id is not None:
            twin = first.setdefault(item.external_id, item)
            item.twin = twin if twin is not item else None


async def _check_parents(
    session: AsyncSession, actor: Actor, slot: ProjectSlot, items: Iterable[Item]
) -> None:
    refusals: dict[UUID, str | None] = {}
    for item in items:
        parent_id = item.data.parent_id if item.data else None
        if parent_id is None or not item.pending:
            continue
        if parent_id not in refusals:
            refusals[parent_id] = await _parent_refusal(session, actor, parent_id, slot.id)
        if detail := refusals[parent_id]:
            item.refuse(hierarchy.POINTER, detail)


async def _parent_refusal(
    session: AsyncSession, actor: Actor, parent_id: UUID, project_id: UUID
) -> str | None:
    try:
        await hierarchy.check_new(session, actor, parent_id, project_id)
    except AppError as refusal:
        return refusal.detail
    return None


async def _check_assignees(
    session: AsyncSession, actor: Actor, slot: ProjectSlot, items: Iterable[Item]
) -> None:
    asked = [(item, item.data.assignee_ids) for item in items if item.data and item.pending]
    people = {user_id for _, user_ids in asked for user_id in user_ids}
    strangers = await unassignable(session, actor, slot.id, people)
    for item, user_ids in asked:
        for index, user_id in enumerate(user_ids):
            if user_id in strangers:
                item.refuse(f"/assignee_ids/{index}", NOT_ASSIGNABLE)


async def _check_goals(
    session: AsyncSession, actor: Actor, slot: ProjectSlot, items: Iterable[Item]
) -> None:
    asked = [(item, item.data.goal_id) for item in items if item.data and item.pending]
    goals = await serving.judged(session, actor, slot.place, [goal_id for _, goal_id in asked])
    for item, goal_id in asked:
        item.goals = goals
        if goal_id is not None and (refusal := goals[goal_id].refusal):
            item.refuse(serving.POINTER, refusal.detail)


def _check_columns(slot: ProjectSlot, items: Iterable[Item], now: datetime) -> None:
    asked = [(item, item.data) for item in items if item.data and item.pending]
    for item, data in asked:
        try:
            placing.asked(slot.layout, data, data.status, placing.Moment(now))
        except AppError as refusal:
            pointer = refusal.errors[0]["pointer"] if refusal.errors else "/column_id"
            item.refuse(pointer, refusal.detail)


async def check_recurrence(session: AsyncSession, actor: Actor, items: Iterable[Item]) -> None:
    asked = [(item, item.data) for item in items if item.data and item.pending]
    await repeating.settle(session, actor, [data for _, data in asked])
    budget = Budget(STEPS_IN_BULK)
    for item, data in asked:
        if detail := repeating.refusal(data, budget):
            item.refuse(series.POINTER, detail)


async def insert(
    session: AsyncSession,
    actor: Actor,
    slot: ProjectSlot,
    items: Sequence[Item],
    numbers: Sequence[int] = (),
) -> None:
    """Makes tasks of items that are valid, with these numbers of the slot, or its first ones."""
    now, mode = unit_of(session).now, deriving.mode_of(session)
    diffs = []
    numbers = numbers or range(slot.first_number, slot.first_number + len(items))
    for number, item in zip(numbers, items, strict=True):
        assert item.data is not None  # noqa: S101  (only valid items get here)
        said = await _begun(session, actor, item)
        person = actor.user_id
        item.task, diff = create(
            slot, number, item.data, person, now, past=item.past, mode=mode, derived=said
        )
        serving.weigh(item.task, item.goals)
        add_later(session, item.task)
        diffs.append(diff)
    await flush_new(session)
    tags = [row for item in items for row in tag_rows(item.task)]
    people = [row for item in items for row in assignee_rows(item.task, item.task.assignee_ids)]
    if tags:
        await session.execute(queries.ADD_TAGS, tags)
    if people:
        await session.execute(queries.ADD_ASSIGNEES, people)
    for item, diff in zip(items, diffs, strict=True):
        change = TaskCreated(
            workspace_id=slot.workspace_id,
            resource_id=item.task.id,
            diff=diff,
            follows=item.past is not None,
        )
        await record(session, actor, change)


async def _begun(session: AsyncSession, actor: Actor, item: Item) -> Mapping[str, Any]:
    """Nothing of what comes with its classification."""
    if item.data is None or (item.past and item.past.classification):
        return {}
    return await deriving.begun_by_words(session, actor, item.data)


def _outcome(items: Sequence[Item], actor: Actor, now: datetime) -> dict[str, Any]:
    results = [_result(item, actor, now) for item in items]
    counts = dict.fromkeys(("created", "existing", "invalid"), 0)
    for result in results:
        counts[result["status"]] += 1
    return {"results": results, **counts}


def _result(item: Item, actor: Actor, now: datetime) -> dict[str, Any]:
    if item.errors:
        return {"index": item.index, "status": "invalid", "errors": item.errors}
    word = "created" if isinstance(item.task, Task) and item.twin is None else "existing"
    shown: Wire = task_wire(item.task, actor.hidden, now)
    return {"index": item.index, "status": word, "task": shown}
