"""Every statement on comments, and the one that finds who can be mentioned."""

from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Table, and_, bindparam, func, or_, select
from sqlalchemy import cast as cast_sql

from upnext.comments.models import Comment, CommentVersion
from upnext.core.auth import WorkspaceRole
from upnext.core.lanes import Prepared
from upnext.core.paging import Order, SortField, identities
from upnext.core.types import Id, LongText
from upnext.identity.models import User
from upnext.tasks.models import Task
from upnext.workspaces.models import Project, ProjectMember, WorkspaceMember

COMMENT = cast(Table, Comment.__table__)
EARLIER = cast(Table, CommentVersion.__table__)
_NAMES = ("id", "task_id", "thread_id", "parent_id", "author_id", "link_id", "body", "body_html")
_MORE = ("rendering", "created_at", "updated_at", "edited_at", "deleted_at", "version")
SHOWN = (
    *(COMMENT.c[name] for name in (*_NAMES, *_MORE)),
    # As the text that it is, since the fast lane takes what the driver gives.
    cast_sql(COMMENT.c.mentions, LongText).label("mentions"),
    User.username,
    User.email,
)
SHOWN_NAMES = (*_NAMES, *_MORE, "mentions", "username", "email")
"""What `wire.comment_wire` reads, in its order."""

_PLACE = (Task.workspace_id, Task.project_id)
_BY_VERSION = SortField(EARLIER.c.version)
NEWEST_VERSION = Order((("version", _BY_VERSION, True),))


def by_time(*, falling: bool) -> Order:
    """Ids count up with time."""
    return Order((("id", identities(COMMENT.c.id), falling),))


def _shown() -> Select[*tuple[Any, ...]]:
    return select(*SHOWN).outerjoin(User, User.id == Comment.author_id)


def shown(comment_id: UUID) -> Select[*tuple[Any, ...]]:
    return _shown().where(Comment.id == comment_id)


PLACE = Prepared(
    select(*_PLACE).where(Task.id == bindparam("task_id", type_=Id), Task.deleted_at.is_(None))
)
"""Where a task lies; empty for one in the trash."""

ONE = Prepared(
    select(*SHOWN, *_PLACE)
    .select_from(Comment)
    .outerjoin(User, User.id == Comment.author_id)
    .join(Task, Task.id == Comment.task_id)
    .where(
        Comment.id == bindparam("comment_id", type_=Id),
        Comment.deleted_at.is_(None),
        Task.deleted_at.is_(None),
    )
)
"""A comment with its task's place behind."""


@cache
def page(*, thread: bool, falling: bool, behind: bool) -> Prepared:
    """Bound: `task_id`, `thread_id`, `after_0`, `limit`."""
    order = by_time(falling=falling)
    found = _shown().where(Comment.task_id == bindparam("task_id", type_=Id), _told())
    if thread:
        found = found.where(Comment.thread_id == bindparam("thread_id", type_=Id))
    if behind:
        found = found.where(order.behind([bindparam("after_0", type_=Id)]))
    return Prepared(found.order_by(*order.clauses()).limit(bindparam("limit", type_=Integer)))


def _told() -> ColumnElement[bool]:
    """A deleted one keeps its place as long as it has replies."""
    reply = COMMENT.alias("reply")
    replies = select(reply.c.id).where(reply.c.parent_id == Comment.id).exists()
    return or_(Comment.deleted_at.is_(None), replies)


@cache
def earlier(*, behind: bool) -> Prepared:
    """Bound: `comment_id`, `after_0`, `limit`."""
    columns = (EARLIER.c[name] for name in ("version", "body", "written_at", "replaced_at"))
    found = select(*columns).where(EARLIER.c.comment_id == bindparam("comment_id", type_=Id))
    if behind:
        found = found.where(NEWEST_VERSION.behind([bindparam("after_0", type_=Integer)]))
    ordered = found.order_by(*NEWEST_VERSION.clauses())
    return Prepared(ordered.limit(bindparam("limit", type_=Integer)))


def _who_see() -> Select[UUID, str | None, str]:
    """Those who may see the project `project_id`, but for the disabled."""
    member, own = WorkspaceMember, ProjectMember
    return (
        select(User.id, User.username, User.email)
        .join(member, member.user_id == User.id)
        .join(Project, Project.workspace_id == member.workspace_id)
        .outerjoin(own, and_(own.project_id == Project.id, own.user_id == member.user_id))
        .where(
            Project.id == bindparam("project_id", type_=Id),
            User.disabled_at.is_(None),
            or_(
                Project.private.is_(False),
                member.role >= WorkspaceRole.ADMIN,
                own.user_id.is_not(None),
            ),
        )
    )


_NAME = func.coalesce(User.username_key, User.email_key)
MENTIONABLE = Prepared(
    _who_see()
    .where(
        or_(
            User.username_key.like(bindparam("beginning"), escape="\\"),
            User.email_key.like(bindparam("beginning"), escape="\\"),
        )
    )
    .order_by(_NAME, User.id)
    .limit(bindparam("limit", type_=Integer))
)


def mentionable_by(project_id: UUID, names: list[str]) -> Select[Any]:
    """Of those who may see the project: whose user name, address or its first part is one."""
    first = [User.email_key.startswith(f"{name}@", autoescape=True) for name in names]
    return (
        _who_see()
        .add_columns(User.username_key, User.email_key)
        .where(or_(User.username_key.in_(names), User.email_key.in_(names), *first))
        .params(project_id=project_id)
    )
