"""Tasks below tasks: in one project, without a circle, and not too deep."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound, invalid_field
from upnext.core.load import load_for
from upnext.tasks import queries
from upnext.tasks.models import Task
from upnext.tasks.policy import READ

DEEPEST = 10
POINTER = "/parent_id"
ELSEWHERE = "The parent lies in another project. A subtask lies in its parent's project."
TOO_DEEP = f"Tasks nest at most {DEEPEST} levels deep. Choose a parent further up."


async def check_new(session: AsyncSession, actor: Actor, parent_id: UUID, project_id: UUID) -> None:
    """Refuses a parent that a new task of the project cannot have."""
    await _check_place(session, actor, parent_id, project_id)
    if len(await _above(session, parent_id)) >= DEEPEST:
        raise invalid_field(POINTER, TOO_DEEP, "too_deep")


async def check_move(
    session: AsyncSession, actor: Actor, task: Task, parent_id: UUID, project_id: UUID
) -> None:
    """Refuses a parent that this task cannot have. The workspace has to be locked."""
    await _check_place(session, actor, parent_id, project_id)
    above = await _above(session, parent_id)
    if task.id in above:
        detail = "A task cannot lie below itself. Choose a parent that is not one of its subtasks."
        raise invalid_field(POINTER, detail, "parent_cycle")
    below = await session.scalar(queries.height(task.id)) or 0
    if len(above) + 1 + below > DEEPEST:
        raise invalid_field(POINTER, TOO_DEEP, "too_deep")


async def _check_place(
    session: AsyncSession, actor: Actor, parent_id: UUID, project_id: UUID
) -> None:
    try:
        parent = await load_for(session, actor, READ, Task, parent_id)
    except NotFound as missing:
        raise NotFound("There is no such parent task.") from missing
    if parent.project_id != project_id:
        raise invalid_field(POINTER, ELSEWHERE, "parent_elsewhere")


async def _above(session: AsyncSession, task_id: UUID) -> set[UUID]:
    return set(await session.scalars(queries.ancestors(task_id)))
