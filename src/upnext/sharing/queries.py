"""Every statement on share links but those by which requests are judged."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from upnext.core.paging import Order, identities
from upnext.identity.models import ShareLink
from upnext.tasks.models import Task
from upnext.workspaces.models import Project

NEWEST = Order((("id", identities(ShareLink.__table__.c.id), True),))


def _of(kind: type[Task | Project], row_id: UUID) -> list[ColumnElement[bool]]:
    """Those that are not revoked; of an expired one people shall see that it has."""
    target = ShareLink.task_id if kind is Task else ShareLink.project_id
    return [target == row_id, ShareLink.revoked_at.is_(None)]


def links_of(
    kind: type[Task | Project], row_id: UUID, behind: list[UUID] | None, limit: int
) -> Select[ShareLink]:
    """`limit` of them, the newest first, and one more if there is one."""
    found = select(ShareLink).where(*_of(kind, row_id))
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def link_of(kind: type[Task | Project], row_id: UUID, link_id: UUID) -> Select[ShareLink]:
    found = select(ShareLink).where(*_of(kind, row_id), ShareLink.id == link_id)
    return found.with_for_update()


def count(kind: type[Task | Project], row_id: UUID) -> Select[int]:
    return select(func.count()).select_from(ShareLink).where(*_of(kind, row_id))


def by_id(link_id: UUID | None) -> Select[ShareLink]:
    return select(ShareLink).where(ShareLink.id == link_id)


def task_called(task_id: UUID) -> Select[UUID, str, str]:
    return select(Task.id, Task.key, Task.title).where(Task.id == task_id)


def project_called(project_id: UUID) -> Select[UUID, str, str]:
    return select(Project.id, Project.key, Project.name).where(Project.id == project_id)
