"""Every statement on what a deleted account leaves in tasks."""

from collections.abc import Collection
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, Update, delete, select, update

from upnext.core.auth import WorkspaceRole
from upnext.tasks.models import SavedFilter, Task, TaskAssignee
from upnext.workspaces.models import WorkspaceMember

TASK = cast(Table, Task.__table__)
FILTER = cast(Table, SavedFilter.__table__)


def assigned_to(user_id: UUID, after: UUID, limit: int) -> Select[Task]:
    """Some of their tasks, in the trash too, locked in one order."""
    those = select(TaskAssignee.task_id).where(
        TaskAssignee.user_id == user_id, TaskAssignee.task_id > after
    )
    return (
        select(Task)
        .where(Task.id.in_(those))
        .order_by(Task.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )


def report_by(heir_id: UUID, user_id: UUID, now: datetime) -> Update:
    """Only where the heir is known: nowhere else may their id appear."""
    known = select(WorkspaceMember.workspace_id).where(WorkspaceMember.user_id == heir_id)
    return (
        update(TASK)
        .where(TASK.c.reporter_id == user_id, TASK.c.workspace_id.in_(known))
        .values(reporter_id=heir_id, updated_at=now, version=TASK.c.version + 1)
        .execution_options(synchronize_session=False)
    )


def shared_filters(user_id: UUID) -> Select[SavedFilter]:
    return (
        select(SavedFilter)
        .where(SavedFilter.user_id == user_id, SavedFilter.shared.is_(True))
        .order_by(SavedFilter.id)
        .with_for_update()
    )


def drop_filters(user_id: UUID) -> Delete:
    return delete(FILTER).where(FILTER.c.user_id == user_id)


def keepers(workspace_id: UUID, user_id: UUID, heir_id: UUID | None) -> Select[UUID]:
    """Who can keep a filter of the workspace: the heir if they are in it, then its owners."""
    member = WorkspaceMember
    first = member.user_id == heir_id if heir_id else member.role == WorkspaceRole.OWNER
    return (
        select(member.user_id)
        .where(
            member.workspace_id == workspace_id,
            member.user_id != user_id,
            (member.role == WorkspaceRole.OWNER) | first,
        )
        .order_by(first.desc(), member.created_at, member.user_id)
        .limit(1)
    )


def taken_names(user_id: UUID, workspace_id: UUID, keys: Collection[str]) -> Select[str]:
    return select(SavedFilter.name_key).where(
        SavedFilter.user_id == user_id,
        SavedFilter.place_id == workspace_id,
        SavedFilter.name_key.in_(keys),
    )
