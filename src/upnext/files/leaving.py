"""Files that go for good: one that somebody wants gone, those past their time, a task's with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import record
from upnext.core.db import rows_of
from upnext.files import contents, queries
from upnext.files.events import FilePurged
from upnext.tasks.events import TaskPurged

BATCH = 200
AnyRow = Row[*tuple[Any, ...]]


async def one(session: AsyncSession, actor: Actor, file_id: UUID) -> None:
    await _go(session, actor, await rows_of(session, queries.one_for_good(file_id)))


async def purge_some(session: AsyncSession, before: datetime) -> bool:
    """Some of what was thrown away `before`; whether there may be more."""
    rows = await rows_of(session, queries.thrown_away(before, BATCH))
    await _go(session, SYSTEM, rows)
    return len(rows) == BATCH


async def on_task_purged(session: AsyncSession, actor: Actor, change: TaskPurged) -> None:
    await on_tasks_purged(session, actor, [change])


async def on_tasks_purged(
    session: AsyncSession, actor: Actor, changes: Sequence[TaskPurged]
) -> None:
    """Its files go in the same transaction; what was in them by the jobs that it enqueues."""
    rows = await rows_of(session, queries.of_tasks([change.resource_id for change in changes]))
    await _go(session, actor, rows)


async def _go(session: AsyncSession, actor: Actor, rows: Sequence[AnyRow]) -> None:
    if not rows:
        return
    await session.execute(queries.drop([row.id for row in rows]))
    await contents.release(
        session, contents.counted({row.id: (row.workspace_id, row.content_id) for row in rows})
    )
    for row in rows:
        holder = ("task_id", row.task_id) if row.task_id else ("project_id", row.project_id)
        change = FilePurged(
            workspace_id=row.workspace_id,
            resource_id=row.id,
            version=row.version + 1,
            diff={"filename": (row.filename, None), holder[0]: (str(holder[1]), None)},
        )
        await record(session, actor, change)
