"""Every statement on calendar links, and the one on what they show."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Update, func, select, update

from upnext.core.paging import Order, identities
from upnext.feeds.models import Feed
from upnext.identity.models import User
from upnext.tasks.models import Task
from upnext.tasks.wire import COLUMNS

FEED = cast(Table, Feed.__table__)
NEWEST = Order((("id", identities(FEED.c.id), True),))


def of_user(user_id: UUID | None, behind: list[UUID] | None, limit: int) -> Select[Feed]:
    """`limit` of them, the newest first, and one more if there is one."""
    found = select(Feed).where(Feed.user_id == user_id)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def own(user_id: UUID | None, feed_id: UUID) -> Select[Feed]:
    return select(Feed).where(Feed.user_id == user_id, Feed.id == feed_id).with_for_update()


def count(user_id: UUID | None) -> Select[int]:
    return select(func.count()).where(Feed.user_id == user_id)


def by_digest(digest: bytes) -> Select[Feed, str]:
    """With its owner's time zone. Empty when the owner is disabled."""
    return (
        select(Feed, User.time_zone)
        .join(User, User.id == Feed.user_id)
        .where(Feed.hash == digest, User.disabled_at.is_(None))
    )


def noted(feed_id: UUID, content: bytes, changed_at: datetime, now: datetime) -> Update:
    """Leaves the version alone: the link is as it was."""
    return (
        update(FEED)
        .where(FEED.c.id == feed_id)
        .values(content=content, changed_at=changed_at, last_read_at=now)
    )


def due_tasks(
    workspaces: Collection[UUID], conditions: Sequence[ColumnElement[bool]], limit: int
) -> Select[*tuple[Any, ...]]:
    """The first that are due."""
    return (
        select(*COLUMNS)
        .where(Task.workspace_id.in_(workspaces), Task.due_at.is_not(None), *conditions)
        .order_by(Task.due_key, Task.id)
        .limit(limit)
    )
