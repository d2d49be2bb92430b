"""Deleting for good what lay in the trash for long enough: projects, then workspaces.

What the domains above keep in them goes first, by their own jobs: as long as anything refers to a
project or a workspace, it stays.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import record
from upnext.workspaces import queries
from upnext.workspaces.events import ProjectPurged, WorkspacePurged
from upnext.workspaces.models import Project, Workspace

BATCH = 20


async def purge_some(session: AsyncSession, before: datetime) -> bool:
    """Some of what was thrown away `before`; whether there may be more."""
    projects = (await session.scalars(queries.expired_projects(before, BATCH))).all()
    await _purge_projects(session, projects)
    workspaces = (await session.scalars(queries.expired_workspaces(before, BATCH))).all()
    await _purge_workspaces(session, workspaces)
    # A workspace may be free now that its last project is gone.
    return bool(projects) or len(workspaces) == BATCH


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


async def _purge_workspaces(session: AsyncSession, workspaces: Sequence[Workspace]) -> None:
    for workspace in workspaces:
        change = WorkspacePurged(
            resource_id=workspace.id,
            version=workspace.version + 1,
            diff={"name": (workspace.name, None)},
        )
        await record(session, SYSTEM, change)
    if workspaces:
        for statement in queries.drop_workspaces([workspace.id for workspace in workspaces]):
            await session.execute(statement)
