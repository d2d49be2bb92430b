"""What a share link opens, as long as it opens anything. Asked with each request of one."""

from typing import Any

from sqlalchemy import CTE, Select, bindparam, column, func, select, table

from upnext.core.lanes import Prepared
from upnext.core.types import Id, Instant
from upnext.identity.models import ShareLink, User
from upnext.workspaces.models import Project, Workspace

# The domain above owns this table; of it no more is needed than where a task lies.
TASK = table(
    "task",
    column("id", Id),
    column("parent_id", Id),
    column("project_id", Id),
    column("deleted_at", Instant),
)


def _standing() -> Select[*tuple[Any, ...]]:
    """Access, workspace, project and task of the link `link_id`. Empty once it is revoked, or its
    maker disabled, or what it opens in the trash."""
    link = ShareLink
    return (
        select(link.access, Project.workspace_id, Project.id, link.task_id)
        .select_from(link)
        .join(User, User.id == link.user_id)
        .outerjoin(TASK, TASK.c.id == link.task_id)
        .join(Project, Project.id == func.coalesce(link.project_id, TASK.c.project_id))
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(
            link.id == bindparam("link_id", type_=Id),
            link.revoked_at.is_(None),
            User.disabled_at.is_(None),
            TASK.c.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            Workspace.deleted_at.is_(None),
        )
    )


def _tree() -> CTE:
    start = (
        select(TASK.c.id)
        .where(TASK.c.id == bindparam("task_id", type_=Id), TASK.c.deleted_at.is_(None))
        .cte("tree", recursive=True)
    )
    return start.union(
        select(TASK.c.id)
        .join(start, TASK.c.parent_id == start.c.id)
        .where(TASK.c.deleted_at.is_(None))
    )


STANDING = Prepared(_standing())
TREE = Prepared(select(_tree().c.id))
"""A task and all below it."""
