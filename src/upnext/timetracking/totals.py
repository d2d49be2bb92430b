"""Keeps what a task's own row says of the time spent on it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.inserts import adopt, settle
from upnext.tasks.models import Task
from upnext.tasks.writing import apply
from upnext.timetracking import queries


async def renew(session: AsyncSession, actor: Actor, task_id: UUID) -> None:
    """Counts anew, whatever became of the task; only what is not in the trash tells of it."""
    await session.flush()
    task = await session.scalar(queries.held_task(task_id))
    if task is not None:
        await recount(session, actor, task)


async def recount(session: AsyncSession, actor: Actor, task: Task) -> None:
    """The same for a task that is held."""
    await settle(session)
    minutes = int(await session.scalar(queries.total(task.id)) or 0)
    running = int(await session.scalar(queries.running_count(task.id)) or 0)
    if running != task.running_timers:
        await _set(session, task, running_timers=running)
    if minutes == task.actual_minutes:
        return
    if task.deleted_at is not None:
        await _set(session, task, actual_minutes=minutes)
        return
    await apply(session, actor, task, {"actual_minutes": minutes})


async def _set(session: AsyncSession, task: Task, **values: int) -> None:
    await session.execute(queries.set_task(task.id, **values))
    adopt(task, values)
