"""Carries a task with all below it into another project of the workspace."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import invalid_field
from upnext.tasks import placing, queries
from upnext.tasks.fields import Values
from upnext.tasks.models import Status, Task
from upnext.tasks.policy import CREATE
from upnext.tasks.writing import NOT_ASSIGNABLE, apply, unassignable
from upnext.workspaces.numbering.places import ProjectSlot
from upnext.workspaces.service import slot_for_new_tasks


async def carry(
    session: AsyncSession, actor: Actor, task: Task, project_id: UUID, status: Status
) -> Values:
    """Moves what lies below `task`, and gives the values that move the task itself.

    `status` is what the task will have there.
    """
    below = list(await session.scalars(queries.subtree_for_update(task.id)))
    slot = await slot_for_new_tasks(session, actor, project_id, CREATE, count=1 + len(below))
    if slot.workspace_id != task.workspace_id:
        detail = "A task stays in its workspace. Create it anew in the other one."
        raise invalid_field("/project_id", detail, "other_workspace")
    await _check_assignees(session, actor, slot, below)
    now = unit_of(session).now
    for number, each in enumerate(below, slot.first_number + 1):
        await apply(session, actor, each, place_in(slot, number, each.status, now))
    return place_in(slot, slot.first_number, status, now)


def place_in(slot: ProjectSlot, number: int, status: Status, now: datetime) -> Values:
    """What puts a task of that status there; `number` is one of the slot's."""
    moment = placing.Moment(now, number - slot.first_number)
    place = {"project_id": slot.id, "number": number, "key": f"{slot.key}-{number}"}
    ruled = {"sla_ruled": slot.sla_ruled}
    return place | ruled | placing.at_home(slot.layout, status, moment)


async def _check_assignees(
    session: AsyncSession, actor: Actor, slot: ProjectSlot, tasks: list[Task]
) -> None:
    """Of the tasks below; those of the task itself are checked with its other fields."""
    people = {UUID(user_id) for task in tasks for user_id in task.assignee_ids}
    if await unassignable(session, actor, slot.id, people):
        detail = f"An assignee of a subtask {NOT_ASSIGNABLE}. Change the assignees first."
        raise invalid_field("/project_id", detail, "not_assignable")
