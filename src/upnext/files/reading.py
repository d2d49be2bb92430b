"""Finding files: one, those of a task, all that one may see."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.core.lanes import Lane
from upnext.core.load import load_for, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.files import policy, queries
from upnext.files.schemas import FileList, TaskFileList
from upnext.files.wire import Wire, file_wire
from upnext.workspaces.models import Project

Found = Mapping[str, Any]
"""A row of `queries.SHOWN`, by its names."""


async def one(lane: Lane, actor: Actor, file_id: UUID) -> Found:
    """One statement. A share link finds files of tasks only: what else lies in the project was
    never shared."""
    missing = NotFound("There is no such file.")
    rows = await lane.fetch(queries.ONE, {"file_id": file_id})
    if not rows:
        raise missing
    found = dict(zip(queries.SHOWN_NAMES, rows[0], strict=True))
    task_id = UUID(str(found["task_id"])) if found["task_id"] else None
    if actor.opened is not None and task_id is None:
        raise missing
    place = UUID(str(found["workspace_id"])), UUID(str(found["project_id"]))
    permit(actor, policy.READ, *place, missing=missing, task_id=task_id)
    return found


def wire(found: Found) -> Wire:
    return file_wire([found[name] for name in queries.SHOWN_NAMES])


async def of_task(
    lane: Lane, actor: Actor, keys: KeyRing, task_id: UUID, asked: TaskFileList
) -> dict[str, Any]:
    """Two statements: may they see the task, and the page. The newest first."""
    missing = NotFound("There is no such task.")
    rows = await lane.fetch(queries.PLACE, {"task_id": task_id})
    if not rows:
        raise missing
    place = [UUID(str(each)) for each in rows[0]]
    permit(actor, policy.READ, *place, missing=missing, task_id=task_id)
    order, values = queries.NEWEST, {"task_id": task_id, "limit": asked.limit + 1}
    after = read_cursor(keys, order, asked.cursor) if asked.cursor else None
    if after is not None:
        values["after_0"] = after[0]
    found = await lane.fetch(queries.of_task(behind=after is not None), values)
    return _page([file_wire(row) for row in found], asked.limit, keys)


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: FileList
) -> dict[str, Any]:
    """One statement, and one more if a project is named."""
    order = queries.NEWEST
    behind = read_cursor(keys, order, asked.cursor) if asked.cursor else None
    if asked.workspace_id is not None:
        permit(actor, policy.READ, asked.workspace_id)
    if asked.project_id is not None:
        await load_for(session, actor, policy.READ, Project, asked.project_id)
    statement = queries.page(list(_conditions(actor, asked)), behind, asked.limit + 1)
    rows = await rows_of(session, statement)
    return _page([file_wire(row) for row in rows], asked.limit, keys)


def _conditions(actor: Actor, asked: FileList) -> Iterator[ColumnElement[bool]]:
    places = [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    yield queries.visible(actor, places)
    yield queries.trashed(itself=asked.trashed)
    if asked.project_id is not None:
        yield queries.lies_in(asked.project_id)
    if asked.attached is not None:
        yield queries.attached(to_task=asked.attached)


def _page(items: list[Wire], limit: int, keys: KeyRing) -> dict[str, Any]:
    """`items` has one more than the limit, if there are more."""
    shown = items[:limit]
    more = None
    if len(items) > limit:
        more = write_cursor(keys, queries.NEWEST, [shown[-1]["id"]])
    return {"items": shown, "next_cursor": more}
