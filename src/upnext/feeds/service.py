"""The use cases of calendar links."""

import hashlib
import secrets
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound
from upnext.core.keys import KeyRing
from upnext.core.load import check_version, load_for, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.feeds import queries
from upnext.feeds.events import FeedCreated, FeedDeleted, FeedRotated
from upnext.feeds.models import Feed
from upnext.feeds.schemas import FeedCreate
from upnext.tasks.filtering import Fields
from upnext.tasks.filters import TaskFilters
from upnext.tasks.policy import READ
from upnext.tasks.saved_filters import in_words
from upnext.workspaces.models import Project

# Begins like our API tokens, so that whatever looks for those finds it, and logs mask it.
PREFIX = "upn_feed_"
SECRET_BYTES = 32
HINT = 4
MOST = 50


class Addressed(NamedTuple):
    feed: Feed
    secret: str


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


async def create(
    session: AsyncSession, actor: Actor, data: FeedCreate, *, fields: Fields
) -> Addressed:
    """The only time that the secret is known. Raises NotFound for places the actor cannot see."""
    await _check_places(session, actor, data)
    # A mistake in words is told now, and not to a calendar program later.
    words = TaskFilters(filter=data.filters.filter, saved_filter=data.filters.saved_filter)
    now = unit_of(session).now
    await in_words(session, actor, words, now, fields, place="/filters/")
    if (await session.scalar(queries.count(actor.user_id)) or 0) >= MOST:
        raise Conflict(
            f"You have {MOST} calendar links, which is the most. Delete one first.",
            code="too_many_feeds",
        )
    now, secret = unit_of(session).now, _new_secret()
    feed = Feed(
        user_id=actor.user_id,
        workspace_id=data.workspace_id,
        name=data.name,
        kind=data.kind,
        filters=data.filters.model_dump(mode="json", exclude_unset=True),
        hash=digest(secret),
        hint=secret[-HINT:],
        created_at=now,
        updated_at=now,
    )
    session.add(feed)
    await session.flush()
    diff = {"name": (None, feed.name), "filters": (None, feed.filters)}
    await record(session, actor, FeedCreated(resource_id=feed.id, diff=diff))
    return Addressed(feed, secret)


async def _check_places(session: AsyncSession, actor: Actor, data: FeedCreate) -> None:
    if data.workspace_id is not None:
        permit(actor, READ, data.workspace_id)
    if data.filters.project_id is not None:
        await load_for(
            session, actor, READ, Project, data.filters.project_id, parent=data.workspace_id
        )


async def rotate(
    session: AsyncSession, actor: Actor, feed_id: UUID, *, expected: int | None = None
) -> Addressed:
    """A new secret; the old address is dead from now on."""
    feed = await _own(session, actor, feed_id, expected)
    secret = _new_secret()
    before, feed.hint = feed.hint, secret[-HINT:]
    feed.hash, feed.updated_at = digest(secret), unit_of(session).now
    await session.flush()
    diff = {"hint": (before, feed.hint)}
    change = FeedRotated(resource_id=feed.id, version=feed.version, diff=diff)
    await record(session, actor, change)
    return Addressed(feed, secret)


async def delete(
    session: AsyncSession, actor: Actor, feed_id: UUID, *, expected: int | None = None
) -> None:
    feed = await _own(session, actor, feed_id, expected)
    await session.delete(feed)
    await session.flush()
    diff = {"name": (feed.name, None)}
    await record(
        session, actor, FeedDeleted(resource_id=feed.id, version=feed.version + 1, diff=diff)
    )


async def _own(session: AsyncSession, actor: Actor, feed_id: UUID, expected: int | None) -> Feed:
    feed = await session.scalar(queries.own(actor.user_id, feed_id))
    if feed is None:
        raise NotFound("There is no such calendar link.")
    check_version(feed.version, expected)
    return feed


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, *, limit: int, cursor: str | None
) -> tuple[list[Feed], str | None]:
    """The actor's own, the newest first."""
    behind = read_cursor(keys, queries.NEWEST, cursor) if cursor else None
    found = list(await session.scalars(queries.of_user(actor.user_id, behind, limit)))
    if len(found) <= limit:
        return found, None
    return found[:limit], write_cursor(keys, queries.NEWEST, [found[limit - 1].id])
