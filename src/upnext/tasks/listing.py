"""Pages of tasks, as JSON: straight from the columns, without objects in between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import load_for
from upnext.core.paging import Order, read_cursor, write_cursor
from upnext.tasks import queries
from upnext.tasks.filtering import FIELDS, Fields
from upnext.tasks.filters import TaskFilters, conditions
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.tasks.saved_filters import in_words
from upnext.tasks.wire import dump, page_wire


async def list_tasks(
    session: AsyncSession,
    actor: Actor,
    filters: TaskFilters,
    *,
    keys: KeyRing,
    now: datetime,
    fields: Fields = FIELDS,
) -> bytes:
    """One statement; one more when the total is asked for. Raises Invalid for a foreign cursor."""
    order = filters.order
    where = conditions(filters, actor, now)
    where += await in_words(session, actor, filters, now, fields)
    workspaces = _workspaces(actor, filters.workspace_id)
    total = await _total(session, workspaces, where) if filters.total else None
    if filters.cursor is not None:
        where.append(order.behind(read_cursor(keys, order, filters.cursor)))
    if not workspaces:
        return _page([], None, total, counted=filters.total)
    statement = queries.page(workspaces, where, order, filters.limit + 1, filters.offset)
    rows = await rows_of(session, statement)
    shown = rows[: filters.limit]
    cursor = _cursor(keys, order, shown[-1]) if len(rows) > len(shown) else None
    return _page(page_wire(shown, actor.hidden, now), cursor, total, counted=filters.total)


def _page(items: list[Any], cursor: str | None, total: int | None, *, counted: bool) -> bytes:
    page = {"items": items, "next_cursor": cursor}
    return dump({**page, "total": total} if counted else page)


def _workspaces(actor: Actor, workspace_id: UUID | None) -> Sequence[UUID]:
    if workspace_id is None:
        return list(actor.workspaces)
    if workspace_id not in actor.workspaces:
        raise NotFound("There is no such workspace.")
    return [workspace_id]


async def _total(session: AsyncSession, workspaces: Sequence[UUID], where: list[Any]) -> int:
    return await session.scalar(queries.total(workspaces, where)) or 0 if workspaces else 0


def _cursor(keys: KeyRing, order: Order, row: Any) -> str:  # a Row with the order's columns
    values = [getattr(row, cast(Any, column).key) for column in order.columns()]
    return write_cursor(keys, order, values)


async def list_subtasks(
    session: AsyncSession, actor: Actor, task_id: UUID, *, keys: KeyRing, now: datetime
) -> bytes:
    """Those right below it, in the order in which they were made."""
    task = await load_for(session, actor, READ, Task, task_id)
    filters = TaskFilters(
        workspace_id=task.workspace_id, parent_id=task.id, sort="created_at", limit=100
    )
    return await list_tasks(session, actor, filters, keys=keys, now=now)
