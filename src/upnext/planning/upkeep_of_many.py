"""The upkeep of the stored keys when many tasks change at once: a few statements for all."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Change
from upnext.core.inserts import settle
from upnext.core.load import load_for
from upnext.planning import upkeep
from upnext.planning.keeping import queries
from upnext.tasks.events import TaskDeleted, TaskReopened, TaskRestored
from upnext.tasks.models import Task
from upnext.tasks.policy import READ


async def on_tasks_changed(session: AsyncSession, actor: Actor, changes: Sequence[Change]) -> None:
    """What `upkeep.on_task_changed` does for each; it does so itself for what hangs together."""
    closed: list[UUID] = []
    alone: list[Change] = []
    placed: dict[UUID, Task] = {}
    for change in changes:
        if isinstance(change, TaskDeleted):
            closed.append(change.resource_id)
            continue
        returned = isinstance(change, TaskReopened | TaskRestored)
        if not returned and upkeep.KEY_FIELDS.isdisjoint(change.diff):
            continue
        task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
        if not task.is_open:
            closed.append(task.id)
        elif not returned and upkeep.as_before(task, change):
            continue
        elif task.blocked_by or task.dependent_count:
            alone.append(change)
        else:
            placed[task.id] = task
    await _drop(session, [*closed, *placed])
    await upkeep.place_all(session, placed.values())
    for change in alone:
        await upkeep.on_task_changed(session, actor, change)


async def _drop(session: AsyncSession, task_ids: Iterable[UUID]) -> None:
    """What waits to be written must not be written after what it is to be gone with."""
    if ids := list(task_ids):
        await settle(session)
        await session.execute(queries.drop_keys_of_tasks(ids))
