"""Throwing tasks away, with all below them, and getting them back."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict
from upnext.tasks import queries
from upnext.tasks.blocking import tell_waiting
from upnext.tasks.events import TaskDeleted, TaskRestored
from upnext.tasks.models import Task
from upnext.tasks.policy import DELETE, RESTORE
from upnext.tasks.wire import plain
from upnext.tasks.writing import hold


async def delete_task(
    session: AsyncSession, actor: Actor, task_id: UUID, *, expected: int | None = None
) -> None:
    task = await hold(session, actor, DELETE, task_id, expected=expected)
    below = await session.scalars(queries.subtree_for_update(task_id))
    gone = [task, *(each for each in below if each.deleted_at is None)]
    now = unit_of(session).now
    for each in gone:
        each.deleted_at = each.updated_at = now
        each.deleted_with = task.id
        each.external_key = None
    await session.flush()
    for each in gone:
        await tell_waiting(session, actor, each)
        await record(session, actor, _change(TaskDeleted, each, (None, plain(now))))


async def restore_task(session: AsyncSession, actor: Actor, task_id: UUID) -> Task:
    """With it comes back what went to the trash with it."""
    task = await hold(session, actor, RESTORE, task_id, trashed=True)
    await _check_parent(session, task)
    together = await session.scalars(queries.thrown_away_with(task_id))
    back = list({each.id: each for each in (task, *together)}.values())
    await _check_external_ids(session, task.workspace_id, back)
    now, since = unit_of(session).now, plain(task.deleted_at)
    for each in back:
        each.deleted_at = each.deleted_with = None
        each.updated_at = now
        each.external_key = each.external_id
    await session.flush()
    for each in back:
        await tell_waiting(session, actor, each)
        await record(session, actor, _change(TaskRestored, each, (since, None)))
    return task


def _change(
    kind: type[TaskDeleted | TaskRestored], task: Task, deleted_at: tuple[object, object]
) -> TaskDeleted | TaskRestored:
    return kind(
        workspace_id=task.workspace_id,
        resource_id=task.id,
        version=task.version,
        diff={"deleted_at": deleted_at},
    )


async def _check_parent(session: AsyncSession, task: Task) -> None:
    if task.parent_id is None:
        return
    if not (await session.execute(queries.placed([task.parent_id]))).first():
        raise Conflict(
            "The task above it is in the trash. Restore that one first.", code="parent_trashed"
        )


async def _check_external_ids(session: AsyncSession, workspace_id: UUID, tasks: list[Task]) -> None:
    wanted = [task.external_id for task in tasks if task.external_id is not None]
    found = await session.execute(queries.with_external_keys(workspace_id, wanted))
    if wanted and (taken := found.first()):
        raise Conflict(
            f"{taken.key} has the external_id of a task in the trash by now. Delete one of them.",
            code="external_id_taken",
        )
