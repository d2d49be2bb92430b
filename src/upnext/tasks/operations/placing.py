"""Tasks that go back to the project they were moved from: whether they may, and what they get."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import AppError
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.operations import queries as many
from upnext.tasks.policy import CREATE
from upnext.tasks.queries import placed
from upnext.tasks.writing import NOT_ASSIGNABLE, unassignable
from upnext.workspaces.numbering.places import ProjectSlot
from upnext.workspaces.service import slot_for_new_tasks

PLACE = (
    *("project_id", "number", "key", "parent_id", "sla_ruled"),
    *("board_id", "column_id", "position"),
)
APART = "A task lies in the project of those above and below it, and these stay where they are."


class Returning(Protocol):
    """A step of an operation with the values that it is about to restore."""

    task_id: UUID
    values: Values

    def keep(self, name: str | None, code: str, detail: str) -> None: ...


Pairs = Sequence[tuple[Any, Task]]
"""Steps (Returning) with their tasks."""


async def place_again(session: AsyncSession, actor: Actor, pairs: Pairs) -> None:
    """Takes the place out of the values of those that cannot go back, and says why."""
    going = {step.task_id: (step, task) for step, task in pairs if "project_id" in step.values}
    for step, _ in pairs:
        if step.task_id not in going:
            # A key is that of its place.
            step.values.pop("key", None)
    if not going:
        return
    for project_id in sorted({s.values["project_id"] for s, _ in going.values()}, key=str):
        some = [(s, t) for s, t in going.values() if s.values["project_id"] == project_id]
        await _settle(session, actor, project_id, some)
    going = {key: pair for key, pair in going.items() if "project_id" in pair[0].values}
    await _keep_together(session, going)


async def _settle(session: AsyncSession, actor: Actor, project_id: UUID, pairs: Pairs) -> None:
    try:
        slot = await slot_for_new_tasks(session, actor, project_id, CREATE, count=0)
    except AppError as error:
        for step, _ in pairs:
            _stay(step, error.code, error.detail)
        return
    strangers = await _strangers(session, actor, slot, pairs)
    for step, task in pairs:
        people = step.values.get("assignee_ids", task.assignee_ids)
        if strangers & {UUID(str(user_id)) for user_id in people}:
            _stay(step, "not_assignable", f"An assignee {NOT_ASSIGNABLE}.")
        else:
            # The number was never anybody else's.
            number = step.values.get("number", task.number)
            step.values["key"] = f"{slot.key}-{number}"
            step.values["sla_ruled"] = slot.sla_ruled


async def _strangers(
    session: AsyncSession, actor: Actor, slot: ProjectSlot, pairs: Pairs
) -> set[UUID]:
    people = {
        UUID(str(user_id))
        for step, task in pairs
        for user_id in step.values.get("assignee_ids", task.assignee_ids)
    }
    return await unassignable(session, actor, slot.id, people) if people else set()


async def people_again(session: AsyncSession, actor: Actor, pairs: Pairs) -> None:
    """Nobody is given a task again who cannot see it any more, where it stays."""
    coming: dict[UUID, list[tuple[Any, set[UUID]]]] = {}
    for step, task in pairs:
        if "assignee_ids" in step.values and not _goes(step):
            back = set(step.values["assignee_ids"]) - set(task.assignee_ids)
            coming.setdefault(task.project_id, []).append((step, set(map(UUID, back))))
    for project_id, some in coming.items():
        people = set[UUID]().union(*(back for _, back in some))
        out = await unassignable(session, actor, project_id, people) if people else set()
        for step, back in some:
            if back & out:
                del step.values["assignee_ids"]
                step.keep("assignee_ids", "not_assignable", f"One of them {NOT_ASSIGNABLE}.")


async def _keep_together(session: AsyncSession, going: Mapping[UUID, tuple[Any, Task]]) -> None:
    """Nobody goes without those above and below: until all that are left go together."""
    below = (await session.execute(many.beneath(list(going)))).all()
    above = {
        task.parent_id: None
        for step, task in going.values()
        if task.parent_id and "parent_id" not in step.values
    }
    found = (await session.execute(placed(list(above)))).all() if above else []
    projects = {row.id: row.project_id for row in found} | {row.id: row.project_id for row in below}

    def project_of(task_id: UUID) -> UUID | None:
        step = going[task_id][0] if task_id in going else None
        return step.values["project_id"] if step and _goes(step) else projects.get(task_id)

    settled = False
    while not settled:
        settled = True
        for step, task in going.values():
            if not _goes(step):
                continue
            near = [row.id for row in below if row.parent_id == step.task_id]
            if task.parent_id and "parent_id" not in step.values:
                near.append(task.parent_id)
            if any(project_of(each) != step.values["project_id"] for each in near):
                _stay(step, "parent_elsewhere", APART)
                settled = False


def _goes(step: Returning) -> bool:
    return "project_id" in step.values


def _stay(step: Returning, code: str, detail: str) -> None:
    for name in PLACE:
        step.values.pop(name, None)
    step.keep("project_id", code, detail)
