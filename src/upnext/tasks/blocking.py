"""Keeps what each waiting task tells of the tasks it waits for: which of them are open."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.tasks import queries
from upnext.tasks.events import TaskUpdated
from upnext.tasks.models import Task


async def tell_waiting(session: AsyncSession, actor: Actor, task: Task) -> None:
    """Passes on whether `task` is open, and where it lies, to all who wait for it."""
    if not task.dependent_count:
        return
    for waiting in await session.scalars(queries.waiting_for(task.id)):
        before = waiting.blocker_count
        if not note(waiting, task):
            continue
        waiting.updated_at = unit_of(session).now
        await session.flush()
        if before != waiting.blocker_count and waiting.deleted_at is None:
            await record_blocked(
                session, actor, waiting, {"blocker_count": (before, waiting.blocker_count)}
            )


def note(waiting: Task, task: Task) -> bool:
    """Whether that changed anything in `waiting`."""
    told = {**waiting.blocked_by}
    told.pop(str(task.id), None)
    if task.is_open:
        told[str(task.id)] = str(task.project_id)
    return set_blockers(waiting, told)


def forget(waiting: Task, task_id: UUID) -> None:
    set_blockers(waiting, {k: v for k, v in waiting.blocked_by.items() if k != str(task_id)})


def set_blockers(waiting: Task, told: dict[str, str]) -> bool:
    if told == waiting.blocked_by:
        return False
    waiting.blocked_by = told
    waiting.blocker_count = len(told)
    return True


async def record_blocked(session: AsyncSession, actor: Actor, task: Task, diff: Diff) -> None:
    change = TaskUpdated(
        workspace_id=task.workspace_id, resource_id=task.id, version=task.version, diff=diff
    )
    await record(session, actor, change)
