"""Deleting for good what lay in the trash for long enough: projects, and workspaces.

A workspace loses its members first, so that nobody brings it back half empty; then what the
domains above keep in it, by their own jobs. As long as anything refers to a project or a
workspace, it stays.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import record
from upnext.workspaces.events import ProjectPurged, WorkspacePurged
from upnext.workspaces.models import Project, Workspace
from upnext.workspaces.purging import queries

BATCH = 20


async def purge_some(session: AsyncSession, before: datetime) -> bool:
    """Some of what was thrown away `before`; whether there may be more."""
    workspaces = (await session.scalars(queries.expired_workspaces(before, BATCH))).all()
    await _give_up(session, workspaces)
    projects = (await session.scalars(queries.expired_projects(before, BATCH))).all()
    await _purge_projects(session, projects)
    empty = (await session.scalars(queries.empty_workspaces(before, BATCH))).all()
    if empty:
        await session.execute(queries.drop_workspaces(empty))
    # A workspace may be empty now that its last project is gone.
    return bool(projects) or BATCH in {len(workspaces), len(empty)}


async def _purge_projects(session: AsyncSession, projects: Sequence[Project]) -> None:
    for project in projects:
        change = ProjectPurged(
            workspace_id=project.workspace_id,
            resource_id=project.id,
            version=project.version + 1,
            diff={"name": (project.name, None), "key": (project.key, None)},
        )
        await record(session, SYSTEM, change)
    if projects:
        for statement in queries.drop_projects([project.id for project in projects]):
            await session.execute(statement)


async def _give_up(session: AsyncSession, workspaces: Sequence[Workspace]) -> None:
    """From now on there is no way back."""
    for workspace in workspaces:
        change = WorkspacePurged(
            resource_id=workspace.id,
            version=workspace.version + 1,
            diff={"name": (workspace.name, None)},
        )
        await record(session, SYSTEM, change)
    if workspaces:
        await session.execute(queries.drop_members([workspace.id for workspace in workspaces]))
