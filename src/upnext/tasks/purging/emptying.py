"""One batch at a time: the facts, then the rows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import record_all
from upnext.core.db import rows_of
from upnext.tasks import saved_filters
from upnext.tasks.events import TaskPurged
from upnext.tasks.purging import queries
from upnext.tasks.queries import count_dependents

BATCH = 200


async def purge_some(session: AsyncSession, before: datetime) -> bool:
    """Some of what was thrown away `before`; whether there may be more."""
    # As a task's last subtask goes, the task itself is free to go, so a short batch is no end.
    if await _purge(session, queries.thrown_away(before, BATCH)):
        return True
    places = list(await session.scalars(queries.lost_places(before)))
    if not places:
        return False
    if await _purge(session, queries.of_places(places, BATCH)):
        return True
    filters = (await session.scalars(queries.filters_of_places(places, BATCH))).all()
    for row in filters:
        await saved_filters.drop(session, SYSTEM, row)
    return len(filters) == BATCH


async def _purge(session: AsyncSession, found: queries.AnySelect) -> int:
    """How many tasks went, with all that belongs to them."""
    tasks = await rows_of(session, found)
    changes = [
        TaskPurged(
            workspace_id=task.workspace_id,
            resource_id=task.id,
            version=task.version + 1,
            diff={"key": (task.key, None), "title": (task.title, None)},
        )
        for task in tasks
    ]
    # While they are still there: whoever keeps something of theirs lets go of it now.
    await record_all(session, SYSTEM, changes)
    if tasks:
        await _drop(session, [task.id for task in tasks])
    return len(tasks)


async def _drop(session: AsyncSession, task_ids: Sequence[UUID]) -> None:
    for blocked_by_id, count in await rows_of(session, queries.blockers_of(task_ids)):
        await session.execute(count_dependents(blocked_by_id, -count))
    await session.execute(queries.drop(task_ids))
