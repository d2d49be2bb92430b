"""Every statement on files, their contents and usage."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from upnext.core.auth import Actor
from upnext.core.lanes import Prepared
from upnext.core.paging import Order, identities
from upnext.core.types import Digest, Id
from upnext.files.models import File, FileContent, FileUsage
from upnext.tasks.models import CLOSED, Task
from upnext.workspaces.models import Project, Workspace
from upnext.workspaces.purging.queries import lost_workspace_ids

AnySelect = Select[*tuple[Any, ...]]

FILE = cast(Table, File.__table__)
CONTENT = cast(Table, FileContent.__table__)
USAGE = cast(Table, FileUsage.__table__)
NEWEST = Order((("id", identities(FILE.c.id), True),))
_OWN = ("id", "filename", "size", "content_type", "sha256", "workspace_id", "task_id")
_MORE = ("created_by", "created_at", "updated_at", "version", "content_id")
_HELD = ("width", "height", "thumbnail")
# A file of a task lies where the task lies.
_PROJECT_ID = func.coalesce(Task.project_id, File.project_id, type_=Id)
SHOWN = (
    *(FILE.c[name] for name in (*_OWN, *_MORE)),
    *(CONTENT.c[name] for name in _HELD),
    _PROJECT_ID.label("project_id"),
)
SHOWN_NAMES = (*_OWN, *_MORE, *_HELD, "project_id")
"""What `wire.file_wire` reads, in its order."""


def _shown() -> AnySelect:
    return (
        select(*SHOWN)
        .select_from(File)
        .join(FileContent, FileContent.id == File.content_id)
        .outerjoin(Task, Task.id == File.task_id)
        .join(Project, Project.id == _PROJECT_ID)
    )


def _there() -> ColumnElement[bool]:
    """Neither itself nor what it lies in is in the trash."""
    place = and_(Task.deleted_at.is_(None), Project.deleted_at.is_(None))
    return and_(FILE.c.deleted_at.is_(None), place)


def shown(file_id: UUID) -> AnySelect:
    return _shown().where(FILE.c.id == file_id)


ONE = Prepared(_shown().where(FILE.c.id == bindparam("file_id", type_=Id), _there()))

PLACE = Prepared(
    select(Task.workspace_id, Task.project_id).where(
        Task.id == bindparam("task_id", type_=Id), Task.deleted_at.is_(None)
    )
)
"""Where a task lies; empty for one in the trash."""

PROJECT_PLACE = Prepared(
    select(Project.workspace_id, Project.id).where(
        Project.id == bindparam("project_id", type_=Id), Project.deleted_at.is_(None)
    )
)
INBOX_PLACE = Prepared(
    select(Project.workspace_id, Project.id)
    .join(Workspace, Workspace.id == Project.workspace_id)
    .where(
        Workspace.personal_of == bindparam("user_id", type_=Id),
        Project.inbox.is_(True),
        Project.deleted_at.is_(None),
    )
)
LIVE_CONTENT = Prepared(
    select(CONTENT.c.id).where(
        CONTENT.c.workspace_id == bindparam("workspace_id", type_=Id),
        CONTENT.c.live_sha256 == bindparam("sha256", type_=Digest),
    )
)


@cache
def of_task(*, behind: bool) -> Prepared:
    """Bound: `task_id`, `after_0`, `limit`."""
    found = _shown().where(FILE.c.task_id == bindparam("task_id", type_=Id))
    found = found.where(FILE.c.deleted_at.is_(None))
    if behind:
        found = found.where(NEWEST.behind([bindparam("after_0", type_=Id)]))
    ordered = found.order_by(*NEWEST.clauses())
    return Prepared(ordered.limit(bindparam("limit", type_=Integer)))


def page(
    conditions: Sequence[ColumnElement[bool]], behind: Sequence[Any] | None, limit: int
) -> AnySelect:
    found = _shown().where(*conditions)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit)


def visible(actor: Actor, workspace_ids: Collection[UUID]) -> ColumnElement[bool]:
    within = FILE.c.workspace_id.in_(workspace_ids)
    return and_(within, _PROJECT_ID.not_in(actor.hidden)) if actor.hidden else within


def lies_in(project_id: UUID) -> ColumnElement[bool]:
    return or_(Task.project_id == project_id, File.project_id == project_id)


def attached(*, to_task: bool) -> ColumnElement[bool]:
    return FILE.c.task_id.is_not(None) if to_task else FILE.c.task_id.is_(None)


def trashed(*, itself: bool) -> ColumnElement[bool]:
    """Itself in the trash, in a place that is not; or not in it at all."""
    if not itself:
        return _there()
    place = and_(Task.deleted_at.is_(None), Project.deleted_at.is_(None))
    return and_(FILE.c.deleted_at.is_not(None), place)


# Contents and their count


def usage_for_update(workspace_id: UUID) -> Select[FileUsage]:
    return (
        select(FileUsage)
        .where(FileUsage.workspace_id == workspace_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def live_content(workspace_id: UUID, sha256: bytes) -> Select[FileContent]:
    """To be read once the workspace's usage is locked."""
    return (
        select(FileContent)
        .where(FileContent.workspace_id == workspace_id, FileContent.live_sha256 == sha256)
        .execution_options(populate_existing=True)
    )


def contents_for_update(content_ids: Collection[UUID]) -> Select[FileContent]:
    return (
        select(FileContent)
        .where(FileContent.id.in_(content_ids))
        .order_by(FileContent.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def content(content_id: UUID) -> AnySelect:
    columns = ("id", "workspace_id", "size", "refs", "thumbnail", "live_sha256")
    return select(*(CONTENT.c[name] for name in columns)).where(CONTENT.c.id == content_id)


def mark_thumbnail(content_id: UUID) -> Update:
    return update(CONTENT).where(CONTENT.c.id == content_id).values(thumbnail=True)


def drop_content(content_id: UUID) -> Delete:
    """Only one to which nothing refers any more."""
    return delete(CONTENT).where(CONTENT.c.id == content_id, CONTENT.c.refs == 0)


# Leaving for good


_GONE = ("id", "workspace_id", "task_id", "project_id", "content_id", "filename", "version")


def of_tasks(task_ids: Collection[UUID]) -> AnySelect:
    """Locked, as is all that goes: of two who delete a file, one lets go of its content."""
    found = select(*(FILE.c[name] for name in _GONE)).where(FILE.c.task_id.in_(task_ids))
    return found.order_by(FILE.c.id).with_for_update()


def one_for_good(file_id: UUID) -> AnySelect:
    found = select(*(FILE.c[name] for name in _GONE)).where(FILE.c.id == file_id)
    return found.with_for_update()


def thrown_away(before: datetime, limit: int) -> AnySelect:
    """Files that are long enough in the trash, themselves or with their project; those of a task
    in the trash go with it."""
    lost = FILE.c.workspace_id.in_(lost_workspace_ids(before))
    old_projects = select(Project.id).where(Project.deleted_at < before)
    free = and_(FILE.c.task_id.is_(None), or_(FILE.c.project_id.in_(old_projects), lost))
    found = select(*(FILE.c[name] for name in _GONE)).where(or_(FILE.c.deleted_at < before, free))
    return found.order_by(FILE.c.id).limit(limit).with_for_update(skip_locked=True)


def drop(file_ids: Collection[UUID]) -> Delete:
    return delete(FILE).where(FILE.c.id.in_(file_ids))


# Sweeping and verifying


def known_contents(content_ids: Collection[UUID]) -> AnySelect:
    return select(CONTENT.c.id).where(CONTENT.c.id.in_(content_ids))


def known_workspaces(workspace_ids: Collection[UUID]) -> AnySelect:
    return select(Workspace.id).where(Workspace.id.in_(workspace_ids))


def contents_behind(content_id: UUID | None, limit: int) -> AnySelect:
    """Those that files refer to, with the digest that they should have."""
    found = (
        select(
            CONTENT.c.id,
            CONTENT.c.workspace_id,
            CONTENT.c.size,
            CONTENT.c.live_sha256,
            CONTENT.c.thumbnail,
        )
        .where(CONTENT.c.live_sha256.is_not(None))
        .order_by(CONTENT.c.id)
        .limit(limit)
    )
    return found if content_id is None else found.where(CONTENT.c.id > content_id)


def let_go(before: datetime, limit: int) -> AnySelect:
    """Contents that wait to be removed, should their job have given up."""
    return (
        select(CONTENT.c.id)
        .where(CONTENT.c.refs == 0, CONTENT.c.created_at < before)
        .order_by(CONTENT.c.id)
        .limit(limit)
    )


def miscounted(limit: int) -> AnySelect:
    """Contents to which not so many files refer as they say, with how many do."""
    real = (
        select(func.count())
        .where(FILE.c.content_id == CONTENT.c.id)
        .correlate(CONTENT)
        .scalar_subquery()
    )
    return (
        select(CONTENT.c.id, CONTENT.c.workspace_id, real)
        .where(CONTENT.c.refs != real)
        .limit(limit)
    )


# Cleaning up by a rule


def stale(
    conditions: Sequence[ColumnElement[bool]], before: datetime, *, free: bool, closed: bool
) -> AnySelect:
    """Files that nobody needs any more, the oldest first: free-standing ones that old, and those
    of tasks that were closed so long ago."""
    kinds: list[ColumnElement[bool]] = []
    if free:
        kinds.append(and_(FILE.c.task_id.is_(None), FILE.c.created_at < before))
    if closed:
        done = and_(Task.status.in_(CLOSED), Task.updated_at < before)
        kinds.append(and_(done, FILE.c.created_at < before))
    return _shown().where(_there(), or_(*kinds), *conditions).order_by(FILE.c.id)
