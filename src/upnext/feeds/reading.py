"""What whoever knows a link's address gets to see, judged anew at each reading."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, Credential
from upnext.core.db import rows_of
from upnext.core.errors import NotFound
from upnext.core.lanes import Lane
from upnext.exports import icalendar, repeating
from upnext.exports.extent import AnyRow
from upnext.exports.todos import deadline, todo
from upnext.feeds import planned, queries
from upnext.feeds.models import Feed, FeedKind
from upnext.feeds.planned import Block
from upnext.feeds.service import digest
from upnext.planning.plans.refreshing import looked_at
from upnext.tasks import pages
from upnext.tasks.filtering import Fields
from upnext.tasks.filters import TaskFilters
from upnext.tasks.saved_filters import in_words
from upnext.tasks.wire import BLOCKED_BY, dump, visible
from upnext.workspaces.actors import actor_for

Form = Literal["todos", "events"]

RENDERING = 2
"""Counts up when the same tasks would look another way: then nobody's copy is still good."""

MOST = 1_000
LONGEST_SECRET = 100
# What calendars are asked to wait between two readings. Most do as they like.
INTERVAL = "PT1H"
SECOND = timedelta(seconds=1)
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a feed shows at one moment. `content` is a digest of it in every form."""

    feed: Feed
    zone: ZoneInfo
    actor: Actor
    tasks: Sequence[AnyRow]
    content: bytes
    now: datetime
    blocks: Sequence[Block] = ()

    @property
    def changed_at(self) -> datetime:
        """When it was first seen to show this."""
        before = self.feed.changed_at
        return before if before is not None and self.content == self.feed.content else self.now

    @property
    def last_modified(self) -> datetime | None:
        """None as long as it may still change within the same second, which is all HTTP tells."""
        changed_at = self.changed_at
        return changed_at.replace(microsecond=0) if changed_at <= self.now - SECOND else None

    @property
    def is_news(self) -> bool:
        """Whether the database has something to note of it."""
        read = self.feed.last_read_at
        return self.content != self.feed.content or read is None or read <= self.now - NOTED_EVERY


async def read(
    session: AsyncSession, lane: Lane, secret: str, *, now: datetime, fields: Fields
) -> Reading:
    """Raises the same NotFound for every secret that opens nothing (any more)."""
    found = None
    if len(secret) <= LONGEST_SECRET:
        found = (await session.execute(queries.by_digest(digest(secret)))).one_or_none()
    if found is None:
        raise NotFound("There is no such calendar. Its address may have been replaced.")
    feed, zone = found
    actor = await _principal(lane, feed)
    if feed.kind is FeedKind.PLAN:
        return await _plan(session, actor, feed, zone, now)
    places = _places(feed, actor)
    filters = TaskFilters.model_validate({"status": ["open"], **feed.filters})
    asked = pages.question(filters, actor, places, now)
    said = await in_words(session, actor, filters, now, fields)
    statement = queries.due_tasks(places, [*pages.conditions(asked.shape), *said], MOST)
    tasks = await rows_of(session, statement, asked.values)
    return Reading(
        feed=feed,
        zone=ZoneInfo(zone),
        actor=actor,
        tasks=tasks,
        content=_fingerprint(feed, zone, tasks, actor),
        now=now,
    )


async def _plan(
    session: AsyncSession, actor: Actor, feed: Feed, zone: str, now: datetime
) -> Reading:
    blocks = await planned.blocks_of(session, actor, feed.user_id, now)
    shown = [[block.title, block.key, block.task_id, block.start, block.end] for block in blocks]
    return Reading(
        feed=feed,
        zone=ZoneInfo(zone),
        actor=actor,
        tasks=(),
        content=hashlib.sha256(dump([RENDERING, feed.name, shown])).digest(),
        now=now,
        blocks=blocks,
    )


async def _principal(lane: Lane, feed: Feed) -> Actor:
    """The feed itself, with its owner's roles as they are now. It is only ever used to read."""
    credential = Credential(kind="token", id=feed.id, user_id=feed.user_id)
    return replace(await actor_for(lane, credential), kind="feed")


def _places(feed: Feed, actor: Actor) -> Sequence[UUID]:
    """None at all when the owner has left: an empty calendar takes the tasks off their phone."""
    if feed.workspace_id is None:
        return list(actor.workspaces)
    return [feed.workspace_id] if feed.workspace_id in actor.workspaces else []


def _fingerprint(feed: Feed, zone: str, tasks: Sequence[AnyRow], actor: Actor) -> bytes:
    shown = [[*row[:BLOCKED_BY], visible(row[BLOCKED_BY], actor.hidden)] for row in tasks]
    return hashlib.sha256(dump([RENDERING, feed.name, zone, shown])).digest()


def render(found: Reading, form: Form) -> bytes:
    head = icalendar.head(
        found.feed.name,
        icalendar.line("REFRESH-INTERVAL;VALUE=DURATION", INTERVAL),
        icalendar.line("X-PUBLISHED-TTL", INTERVAL),
    )
    if found.feed.kind is FeedKind.PLAN:
        parts = [planned.event(block) for block in found.blocks]
    elif form == "events":
        parts = [deadline(task, found.zone) for task in found.tasks]
    else:
        hidden = found.actor.hidden
        parts = [repeating.time_zone(name) for name in repeating.zones_of(found.tasks)]
        parts += [todo(task, visible(task.blocked_by, hidden)) for task in found.tasks]
    return "".join([head, *parts, icalendar.FOOT]).encode()


async def note(session: AsyncSession, found: Reading) -> None:
    """Writes down what was shown, and when. Whoever reads a plan here has it kept fresh."""
    statement = queries.noted(found.feed.id, found.content, found.changed_at, found.now)
    await session.execute(statement)
    if found.feed.kind is FeedKind.PLAN:
        await looked_at(session, found.feed.user_id, found.now)
