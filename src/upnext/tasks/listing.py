"""Pages of tasks, as JSON: straight from the columns, without objects in between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.core.lanes import Lane
from upnext.core.load import load_for, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks import pages
from upnext.tasks.filters import TaskFilters
from upnext.tasks.models import Task
from upnext.tasks.opened import seen, within
from upnext.tasks.pages import Condition, Question
from upnext.tasks.policy import READ
from upnext.tasks.wire import Wire, dump, page_wire


async def list_tasks(
    lane: Lane,
    actor: Actor,
    filters: TaskFilters,
    *,
    keys: KeyRing,
    now: datetime,
    said: Sequence[Condition] = (),
) -> bytes:
    """One statement; one more when the total is asked for. `said` is what the filter's words say.

    Raises Invalid for a foreign cursor.
    """
    filters = within(filters, actor)
    order = filters.order
    after = None if filters.cursor is None else read_cursor(keys, order, filters.cursor)
    workspaces = _workspaces(actor, filters.workspace_id)
    if not workspaces:
        return _page([], None, 0, counted=filters.total)
    asked = pages.question(filters, actor, workspaces, now)
    total = await _total(lane, asked, said) if filters.total else None
    asked = pages.behind(asked, order, after)
    limit, offset = filters.limit + 1, filters.offset
    values = asked.values | {"limit": limit, "offset": offset, "reach": limit + offset}
    rows = await lane.fetch(pages.page(asked.shape, said), values)
    shown = rows[: filters.limit]
    more = len(rows) > len(shown)
    cursor = write_cursor(keys, order, pages.place_of(order, shown[-1])) if more else None
    items = page_wire(shown, actor.hidden, now)
    if actor.opened is not None:
        items = [seen(item, actor) for item in items]
    return _page(items, cursor, total, counted=filters.total)


def _page(items: list[Any], cursor: str | None, total: int | None, *, counted: bool) -> bytes:
    page = {"items": items, "next_cursor": cursor}
    return dump({**page, "total": total} if counted else page)


def _workspaces(actor: Actor, workspace_id: UUID | None) -> Sequence[UUID]:
    if actor.opened is not None:
        return [actor.opened.workspace_id]
    if workspace_id is None:
        return list(actor.workspaces)
    if workspace_id not in actor.workspaces:
        raise NotFound("There is no such workspace.")
    return [workspace_id]


async def _total(lane: Lane, asked: Question, said: Sequence[Condition]) -> int:
    ((count,),) = await lane.fetch(pages.total(asked.shape, said), asked.values)
    return int(count)


async def read_task(lane: Lane, actor: Actor, task_id: UUID, *, now: datetime) -> Wire:
    """Raises NotFound for what does not exist, lies in the trash or may not be seen."""
    missing = NotFound("There is no such task.")
    rows = await lane.fetch(pages.ONE, {"task_id": task_id})
    (task,) = page_wire(rows, actor.hidden, now) or (None,)
    if task is None or task["deleted_at"] is not None:
        raise missing
    place = UUID(task["workspace_id"]), UUID(task["project_id"])
    permit(actor, READ, *place, missing=missing, task_id=task_id)
    return seen(task, actor)


async def list_subtasks(
    session: AsyncSession, lane: Lane, actor: Actor, task_id: UUID, *, keys: KeyRing, now: datetime
) -> bytes:
    """Those right below it, in the order in which they were made."""
    task = await load_for(session, actor, READ, Task, task_id)
    filters = TaskFilters(
        workspace_id=task.workspace_id, parent_id=task.id, sort="created_at", limit=100
    )
    return await list_tasks(lane, actor, filters, keys=keys, now=now)
