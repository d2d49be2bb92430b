"""Carries many tasks into another project, with all below them."""

from collections.abc import Sequence, Set
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import AppError, invalid_field
from upnext.tasks import moving, placing
from upnext.tasks.fields import Values
from upnext.tasks.models import Status, Task
from upnext.tasks.operations import queries
from upnext.tasks.policy import CREATE
from upnext.workspaces.service import slot_for_new_tasks

Places = dict[UUID, Values | AppError]
OTHER = "A task stays in its workspace. Create it anew in the other one."


async def move_all(
    session: AsyncSession, actor: Actor, wanted: Sequence[tuple[Task, Status]], project_id: UUID
) -> Places:
    """The values that move each task, or why it cannot; what lies below them is moved at once.

    With each comes the status that it will have there. What goes along with a task above it
    keeps its place there.
    """
    places: Places = {}
    statuses = {task.id: status for task, status in wanted}
    rest = [task for task, _ in wanted if task.project_id != project_id]
    try:
        slot = await slot_for_new_tasks(session, actor, project_id, CREATE, count=0)
    except AppError as refusal:
        return {task.id: refusal for task in rest}
    for task in rest:
        if task.workspace_id != slot.workspace_id:
            places[task.id] = invalid_field("/updates/project_id", OTHER, "other_workspace")
    rest = [task for task in rest if task.id not in places]
    while rest:
        ids = [task.id for task in rest]
        parents = {row.id: row.parent_id for row in await session.execute(queries.below(ids))}
        tops = [task for task in rest if task.id not in parents]
        pairs = [(task, statuses[task.id]) for task in tops]
        places |= await _move(session, actor, pairs, project_id, set(parents.values()))
        done = {task.id for task in tops}
        rest = [task for task in rest if task.id not in done and task.project_id != project_id]
    return places


async def _move(
    session: AsyncSession,
    actor: Actor,
    tops: Sequence[tuple[Task, Status]],
    project_id: UUID,
    above: Set[UUID | None],
) -> Places:
    places: Places = {}
    for task, status in tops:
        if task.id not in above:
            continue
        try:
            place = await moving.carry(session, actor, task, project_id, status)
            places[task.id] = place | {"parent_id": None}
        except AppError as refusal:
            if refusal.code == placing.FULL:
                # Some of what lies below has moved already: then nothing of the request is kept.
                raise
            places[task.id] = refusal
    single = [(task, status) for task, status in tops if task.id not in above]
    if single:
        slot = await slot_for_new_tasks(session, actor, project_id, CREATE, count=len(single))
        for number, (task, status) in enumerate(single, slot.first_number):
            place = moving.place_in(slot, number, status, unit_of(session).now)
            places[task.id] = place | {"parent_id": None}
    return places
