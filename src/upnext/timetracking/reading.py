"""Pages of time entries."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.keys import KeyRing
from upnext.core.load import load_for, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.models import Task
from upnext.timetracking import policy, queries
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.schemas import TaskTimeList, TimeEntryList
from upnext.timetracking.service import person_of
from upnext.workspaces.models import Project

Page = tuple[list[TimeEntry], str | None]


async def find(session: AsyncSession, actor: Actor, keys: KeyRing, asked: TimeEntryList) -> Page:
    """Of everybody's time what the actor may see, the newest first. One statement."""
    await _check_places(session, actor, asked)
    conditions = list(_conditions(actor, asked))
    return await _page(session, keys, conditions, asked)


async def of_task(
    session: AsyncSession, actor: Actor, keys: KeyRing, task_id: UUID, asked: TaskTimeList
) -> Page:
    await load_for(session, actor, policy.READ, Task, task_id)
    return await _page(session, keys, [TimeEntry.task_id == task_id], asked)


async def _page(
    session: AsyncSession,
    keys: KeyRing,
    conditions: list[ColumnElement[bool]],
    asked: TimeEntryList | TaskTimeList,
) -> Page:
    behind = read_cursor(keys, queries.NEWEST, asked.cursor) if asked.cursor else None
    found = list(await session.scalars(queries.page(conditions, asked.limit, behind)))
    shown = found[: asked.limit]
    if len(found) == len(shown):
        return shown, None
    last = shown[-1]
    return shown, write_cursor(keys, queries.NEWEST, [last.started_at, last.id])


async def _check_places(session: AsyncSession, actor: Actor, asked: TimeEntryList) -> None:
    """Raises NotFound for what the actor may not see."""
    if asked.workspace_id is not None:
        permit(actor, policy.READ, asked.workspace_id)
    if asked.project_id is not None:
        await load_for(session, actor, policy.READ, Project, asked.project_id)
    if asked.task_id is not None:
        await load_for(session, actor, policy.READ, Task, asked.task_id)


def _conditions(actor: Actor, asked: TimeEntryList) -> Iterator[ColumnElement[bool]]:
    yield queries.visible(
        actor, [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    )
    if asked.project_id is not None:
        yield Task.project_id == asked.project_id
    if asked.task_id is not None:
        yield TimeEntry.task_id == asked.task_id
    if asked.user_id is not None:
        yield TimeEntry.user_id == (person_of(actor) if asked.user_id == "me" else asked.user_id)
    if asked.since is not None:
        yield TimeEntry.started_at >= asked.since
    if asked.until is not None:
        yield TimeEntry.started_at < asked.until
