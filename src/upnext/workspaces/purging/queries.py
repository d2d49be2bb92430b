"""The statements that delete for good."""

from collections.abc import Collection
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Table,
    delete,
    literal_column,
    or_,
    select,
)

from upnext.core import queries as core
from upnext.workspaces.models import (
    Project,
    ProjectMember,
    Workspace,
    WorkspaceMember,
)

MEMBER = cast(Table, WorkspaceMember.__table__)
PROJECT_MEMBER = cast(Table, ProjectMember.__table__)


def _has_members() -> ColumnElement[bool]:
    return (
        select(literal_column("1"))
        .where(WorkspaceMember.workspace_id == Workspace.id)
        .correlate(Workspace)
        .exists()
    )


def expired_workspaces(before: datetime, limit: int) -> Select[Workspace]:
    """Locked, and those that somebody could still bring back."""
    return (
        select(Workspace)
        .where(Workspace.deleted_at < before, _has_members())
        .order_by(Workspace.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def lost_workspace_ids(before: datetime) -> Select[UUID]:
    """Those that nobody can bring back any more: what lies in them can go."""
    return select(Workspace.id).where(Workspace.deleted_at < before, ~_has_members())


def expired_projects(before: datetime, limit: int) -> Select[Project]:
    """Locked, and those to which nothing but memberships refers any more."""
    gone = Project.workspace_id.in_(lost_workspace_ids(before))
    free = core.unreferenced(Project.__table__, PROJECT_MEMBER)
    return (
        select(Project)
        .where(or_(Project.deleted_at < before, gone), free)
        .order_by(Project.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def empty_workspaces(before: datetime, limit: int) -> Select[UUID]:
    """Of those that nobody can bring back, the ones to which nothing refers any more."""
    return (
        lost_workspace_ids(before)
        .where(core.unreferenced(Workspace.__table__))
        .order_by(Workspace.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def drop_projects(project_ids: Collection[UUID]) -> tuple[Delete, Delete]:
    """Their members, then they themselves."""
    table = cast(Table, Project.__table__)
    return (
        delete(PROJECT_MEMBER).where(PROJECT_MEMBER.c.project_id.in_(project_ids)),
        delete(table).where(table.c.id.in_(project_ids)),
    )


def drop_members(workspace_ids: Collection[UUID]) -> Delete:
    return delete(MEMBER).where(MEMBER.c.workspace_id.in_(workspace_ids))


def drop_workspaces(workspace_ids: Collection[UUID]) -> Delete:
    table = cast(Table, Workspace.__table__)
    return delete(table).where(table.c.id.in_(workspace_ids))
