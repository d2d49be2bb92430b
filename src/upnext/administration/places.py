"""Anybody's workspaces, projects and tasks: found here, changed by the services that own them."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration import paging, queries
from upnext.administration.policy import reaching
from upnext.administration.schemas import (
    Owner,
    ProjectSearch,
    TaskSearch,
    WorkspaceSearch,
    WorkspaceShown,
)
from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.tasks import states
from upnext.tasks.models import Task
from upnext.tasks.wire import Wire, task_wire
from upnext.workspaces.models import Project, Workspace


async def reach(
    session: AsyncSession, actor: Actor, kind: type[Project | Task], row_id: UUID
) -> Actor:
    """The administrator with the right of an owner where the project or task lies."""
    workspace_id = await session.scalar(queries.place_of(kind, row_id))
    if workspace_id is None:
        raise NotFound(f"There is no such {kind.__name__.lower()}.")
    return reaching(actor, workspace_id)


async def find_workspaces(
    session: AsyncSession, keys: KeyRing, asked: WorkspaceSearch
) -> tuple[list[WorkspaceShown], str | None]:
    """Counts and owners of a whole page come by one statement each."""
    where = [
        *queries.switched(Workspace.deleted_at, asked.trashed),
        *queries.switched(Workspace.archived_at, asked.archived),
        *queries.switched(Workspace.personal_of, asked.personal),
    ]
    if asked.q is not None:
        where.append(queries.named(Workspace, asked.q))
    if asked.user_id is not None:
        where.append(queries.with_member(Workspace, asked.user_id))
    found, order = queries.workspaces(where), queries.newest(Workspace)
    rows, more = await paging.fetch(
        session, keys, found, order, limit=asked.limit, cursor=asked.cursor
    )
    return await shown(session, [row[0] for row in rows]), more


async def shown(session: AsyncSession, rows: list[Workspace]) -> list[WorkspaceShown]:
    ids = [row.id for row in rows]
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    for name, statement in queries.counts(ids).items():
        for workspace_id, count in await session.execute(statement):
            counts[workspace_id][name] = count
    owners: dict[UUID, list[Owner]] = defaultdict(list)
    for workspace_id, user in await session.execute(queries.owners(ids)):
        owners[workspace_id].append(Owner(id=user.id, email=user.email, username=user.username))
    return [WorkspaceShown.of(row, owners[row.id], **counts[row.id]) for row in rows]


async def workspace(session: AsyncSession, workspace_id: UUID) -> WorkspaceShown:
    """Also one in the trash."""
    row = await session.scalar(queries.workspaces([Workspace.id == workspace_id]))
    if row is None:
        raise NotFound("There is no such workspace.")
    return (await shown(session, [row]))[0]


async def find_projects(
    session: AsyncSession, keys: KeyRing, asked: ProjectSearch
) -> tuple[list[Project], str | None]:
    where = [
        *queries.switched(Project.deleted_at, asked.trashed),
        *queries.switched(Project.archived_at, asked.archived),
    ]
    if asked.q is not None:
        where.append(queries.project_called(asked.q))
    if asked.workspace_id is not None:
        where.append(Project.workspace_id == asked.workspace_id)
    if asked.user_id is not None:
        where.append(queries.with_member(Project, asked.user_id))
    found, order = queries.projects(where), queries.newest(Project)
    rows, more = await paging.fetch(
        session, keys, found, order, limit=asked.limit, cursor=asked.cursor
    )
    return [row[0] for row in rows], more


async def project(session: AsyncSession, project_id: UUID) -> Project:
    """Also one in the trash."""
    row = await session.scalar(queries.projects([Project.id == project_id]))
    if row is None:
        raise NotFound("There is no such project.")
    return row


async def find_tasks(
    session: AsyncSession, keys: KeyRing, asked: TaskSearch, now: datetime
) -> dict[str, Any]:  # a page as the wire has it
    where = [*queries.switched(Task.deleted_at, asked.trashed)]
    if asked.q is not None:
        where.append(queries.task_called(asked.q))
    if asked.workspace_id is not None:
        where.append(Task.workspace_id == asked.workspace_id)
    if asked.project_id is not None:
        where.append(Task.project_id == asked.project_id)
    if asked.user_id is not None:
        where.append(queries.of_person(asked.user_id))
    if asked.status:
        where.append(states.one_of(asked.status))
    order = queries.newest(Task)
    rows, more = await paging.fetch(
        session, keys, queries.tasks(where), order, limit=asked.limit, cursor=asked.cursor
    )
    items = [task_wire(row, frozenset(), now) for row in rows]
    return {"items": items, "next_cursor": more}


async def task(session: AsyncSession, task_id: UUID, now: datetime) -> Wire:
    """Also one in the trash."""
    row = (await session.execute(queries.task(task_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such task.")
    return task_wire(row, frozenset(), now)
