"""What an export holds, and its tasks in batches: memory stays flat however many there are."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.core.load import load_for, permit
from upnext.exports import queries
from upnext.exports.policy import READ
from upnext.exports.schemas import ExportAsked, Format
from upnext.workspaces.models import Project

BATCH = 500

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The frame of an export: all but its tasks. `only` is the one project that was asked for."""

    asked: ExportAsked
    workspaces: Sequence[AnyRow]
    members: Sequence[AnyRow]
    projects: Sequence[AnyRow]
    project_members: Sequence[AnyRow]
    goals: Sequence[AnyRow]
    boards: Sequence[AnyRow]
    columns: Sequence[AnyRow]
    policies: Sequence[AnyRow]
    calendars: Sequence[AnyRow]
    filters: Sequence[AnyRow]
    files: Sequence[AnyRow]
    """Those of no task."""

    @property
    def name(self) -> str:
        """What to call it: the project or workspace that it is of, if it is of one."""
        if self.asked.project_id is not None:
            return str(self.projects[0].name)
        return str(self.workspaces[0].name) if self.asked.workspace_id is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some tasks of one project in the order of their numbers."""

    project: AnyRow
    tasks: Sequence[AnyRow]
    blockers: Mapping[UUID, Sequence[tuple[UUID, str]]]
    """By task: the id and key of each it waits for, whether open or closed."""
    comments: Mapping[UUID, Sequence[AnyRow]]
    """By task, in the order in which they were written; of JSON only."""
    times: Mapping[UUID, Sequence[AnyRow]]
    """The time that was entered, by task; of JSON only."""
    files: Mapping[UUID, Sequence[AnyRow]]
    """By task; of JSON only, and without what is in them."""


async def measure(session: AsyncSession, actor: Actor, asked: ExportAsked) -> Extent:
    """Raises NotFound for what the actor may not see."""
    where = await places(session, actor, asked)
    project, trash = asked.project_id, asked.include_trash
    found = partial(rows_of, session)
    projects = await found(queries.projects(where, actor.hidden, project, trash=trash))
    shown = {row.id for row in projects}
    boards = await _of(shown, found(queries.boards(where)))
    return Extent(
        asked=asked,
        workspaces=await found(queries.workspaces(where)),
        members=await found(queries.members(where)),
        projects=projects,
        project_members=await found(queries.project_members(where)),
        goals=await found(queries.goals(where, actor.hidden, project, trash=trash)),
        boards=boards,
        columns=await found(queries.columns(where)) if boards else (),
        policies=await _of(shown, found(queries.policies(where))),
        calendars=await found(queries.calendars(where)),
        filters=await _filters(session, actor, asked, where),
        files=await _of(shown, found(queries.free_files(where, trash=trash))),
    )


async def _of(project_ids: Set[UUID], rows: Awaitable[Sequence[AnyRow]]) -> list[AnyRow]:
    return [row for row in await rows if row.project_id in project_ids]


async def _filters(
    session: AsyncSession, actor: Actor, asked: ExportAsked, where: Sequence[UUID]
) -> Sequence[AnyRow]:
    """None with one project: a filter is of a workspace, or of a person."""
    if asked.project_id is not None:
        return ()
    everywhere = asked.workspace_id is None
    return await rows_of(
        session, queries.saved_filters(actor.user_id, where, everywhere=everywhere)
    )


async def places(session: AsyncSession, actor: Actor, asked: ExportAsked) -> list[UUID]:
    if asked.project_id is not None:
        project = await load_for(
            session, actor, READ, Project, asked.project_id, parent=asked.workspace_id
        )
        return [project.workspace_id]
    if asked.workspace_id is not None:
        permit(actor, READ, asked.workspace_id)
        return [asked.workspace_id]
    return sorted(actor.workspaces)


async def batches(session: AsyncSession, actor: Actor, extent: Extent) -> AsyncGenerator[Batch]:
    """Project by project. For each batch of up to 500 tasks two statements; for JSON four, and
    one more where time was entered."""
    trash = extent.asked.include_trash
    for project in extent.projects:
        after = 0
        while True:
            statement = queries.tasks(project.id, after, BATCH, trash=trash)
            tasks = await rows_of(session, statement)
            if tasks:
                ids = [task.id for task in tasks]
                blockers = await _blockers(session, actor, extent, ids)
                yield Batch(
                    project=project,
                    tasks=tasks,
                    blockers=blockers,
                    comments=await _by_task(session, extent, queries.comments, ids),
                    files=await _by_task(session, extent, queries.files, ids),
                    times=await _times(session, extent, tasks),
                )
            if len(tasks) < BATCH:
                break
            after = tasks[-1].number


async def _blockers(
    session: AsyncSession, actor: Actor, extent: Extent, task_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[UUID, str]]]:
    asked = extent.asked
    statement = queries.blockers(
        task_ids, actor.hidden, asked.project_id, trash=asked.include_trash
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for task_id, blocked_by_id, key in await rows_of(session, statement):
        found.setdefault(task_id, []).append((blocked_by_id, key))
    return found


async def _by_task(
    session: AsyncSession,
    extent: Extent,
    of: Callable[..., queries.AnySelect],
    task_ids: Sequence[UUID],
) -> Mapping[UUID, Sequence[AnyRow]]:
    found: dict[UUID, list[AnyRow]] = {}
    if extent.asked.format is Format.JSON:
        statement = of(task_ids, trash=extent.asked.include_trash)
        for row in await rows_of(session, statement):
            found.setdefault(row.task_id, []).append(row)
    return found


async def _times(
    session: AsyncSession, extent: Extent, tasks: Sequence[AnyRow]
) -> Mapping[UUID, Sequence[AnyRow]]:
    found: dict[UUID, list[AnyRow]] = {}
    spent = [task.id for task in tasks if task.actual_minutes]
    if spent and extent.asked.format is Format.JSON:
        for row in await rows_of(session, queries.time_entries(spent)):
            found.setdefault(row.task_id, []).append(row)
    return found
