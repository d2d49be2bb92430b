"""From facts to notifications: whom each concerns, who may know, and who wants to, where.

All of it in a few statements, however many facts there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import INSTANCE
from upnext.core.changes import ChangeRow, unit_of
from upnext.core.db import rows_of
from upnext.core.ids import new_id
from upnext.core.jobs.models import Job
from upnext.core.jobs.queue import enqueue
from upnext.identity.models import User
from upnext.notifications import catalog, queries
from upnext.notifications.facts import Fact, facts_of
from upnext.notifications.models import Channel, Delivery, Preference
from upnext.notifications.quiet import after_quiet
from upnext.tasks.models import Task

SPREAD: Final = "notifications.spread"
DELIVER: Final = "notifications.deliver"
GATHERED: Final = "notifications_gathered"
MOST_AT_ONCE: Final = 200
ELSEWHERE: Final = (Channel.EMAIL, Channel.PUSH, Channel.APPRISE)
NOWHERE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reader:
    user: User
    preference: Preference | None

    def mutes(self, project_id: UUID | None) -> bool:
        muted = self.preference.muted if self.preference else ()
        return project_id is not None and str(project_id) in muted

    def not_before(self, now: datetime) -> datetime:
        if self.preference is None:
            return now
        quiet = (self.preference.quiet_from, self.preference.quiet_until)
        return after_quiet(now, self.user.time_zone, quiet)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact for one person, and where they want it."""

    fact: Fact
    task: Task | None
    reader: Reader
    channels: frozenset[Channel]


async def on_sealed(session: AsyncSession, change: ChangeRow) -> None:
    """Told by the sealer of each change whose type is in the mapping. Looks at nothing but the
    change, and makes one job for all of a transaction that matter."""
    if not facts_of(change):
        return
    gathered: list[Job] = session.info.setdefault(GATHERED, [])
    now = unit_of(session).now
    if gathered and gathered[-1].created_at == now and _has_room(gathered[-1]):
        job = gathered[-1]
        job.args = {"changes": [*job.args["changes"], str(change.id)]}
        return
    made = await enqueue(
        session, SPREAD, {"changes": [str(change.id)]}, workspace_id=change.workspace_id
    )
    gathered += [row for row in session.new if isinstance(row, Job) and row.id == made]


def _has_room(job: Job) -> bool:
    return len(job.args["changes"]) < MOST_AT_ONCE


async def spread_changes(session: AsyncSession, ids: Sequence[UUID]) -> None:
    rows = (await session.scalars(queries.changes(ids))).all()
    await spread(session, [fact for row in rows for fact in facts_of(row)])


async def spread(session: AsyncSession, facts: Sequence[Fact]) -> None:
    """Notes each fact for whoever it concerns, may see it and did not cause it; once."""
    told = await _told(session, await _about_tasks(session, facts))
    told = await _news(session, told)
    if not told:
        return
    rows = {new_id(): one for one in told}
    now = unit_of(session).now
    actors = await _actors(session, told)
    values = [_row(row_id, one, actors, now) for row_id, one in rows.items()]
    await session.execute(queries.add(session.get_bind().dialect.name, values))
    kept = set(await session.scalars(queries.added(list(rows))))
    await _send(session, {row_id: one for row_id, one in rows.items() if row_id in kept})


async def _about_tasks(session: AsyncSession, facts: Sequence[Fact]) -> list[Fact]:
    """An edit of a comment does not name the task."""
    unplaced = [fact.data for fact in facts if fact.task_id is None]
    lost = {UUID(data["comment_id"]) for data in unplaced if "comment_id" in data}
    if not lost:
        return list(facts)
    known = {row[0]: row[1] for row in await rows_of(session, queries.task_of_comments(lost))}
    found = []
    for fact in facts:
        comment = fact.data.get("comment_id")
        if fact.task_id is None and comment:
            task_id = known.get(UUID(comment))
            if task_id is not None:
                found.append(replace(fact, task_id=task_id))
        else:
            found.append(fact)
    return found


async def _told(session: AsyncSession, facts: Sequence[Fact]) -> list[Told]:
    ids = {fact.task_id for fact in facts if fact.task_id is not None}
    tasks = {t.id: t for t in await session.scalars(queries.tasks(ids))} if ids else {}
    concerned = [(fact, task, user) for fact in facts for task, user in _concerned(fact, tasks)]
    if not concerned:
        return []
    users = {user for _, _, user in concerned}
    readers = {
        row.User.id: Reader(row.User, row.Preference)
        for row in await session.execute(queries.people(users))
    }
    may_see = await _may_see(session, concerned, users)
    found = []
    for fact, task, user in concerned:
        reader = readers.get(user)
        place = task.project_id if task else fact.workspace_id
        if reader is None or (place, user) not in may_see:
            continue
        channels = catalog.chosen(reader.user.notifications, fact.event)
        if channels and not reader.mutes(task.project_id if task else None):
            found.append(Told(fact, task, reader, channels))
    return found


def _concerned(fact: Fact, tasks: dict[UUID, Task]) -> Iterable[tuple[Task | None, UUID]]:
    """Each once, and not whoever did it."""
    if fact.task_id is None:
        return [(None, user) for user in sorted(fact.people)]
    task = tasks.get(fact.task_id)
    if task is None:
        return []
    users = set(fact.people)
    if fact.assignees:
        users |= {UUID(one) for one in task.assignee_ids}
    if task.reporter_id and (fact.reporter or (fact.else_reporter and not task.assignee_ids)):
        users.add(task.reporter_id)
    if not fact.also_actor:
        users.discard(fact.actor_id or NOWHERE)
    return [(task, user) for user in sorted(users)]


async def _may_see(
    session: AsyncSession, concerned: Sequence[tuple[Fact, Task | None, UUID]], users: set[UUID]
) -> set[tuple[UUID, UUID]]:
    """Place and person. What belongs to the instance is for whoever it names."""
    projects = {task.project_id for _, task, _ in concerned if task}
    workspaces = {fact.workspace_id for fact, task, _ in concerned if task is None}
    found = {(INSTANCE, user) for user in users}
    if projects:
        rows = await rows_of(session, queries.seers(projects, users))
        found |= {(row[0], row[1]) for row in rows}
    if workspaces - {INSTANCE}:
        rows = await rows_of(session, queries.members(workspaces, users))
        found |= {(row[0], row[1]) for row in rows}
    return found


async def _news(session: AsyncSession, told: Sequence[Told]) -> list[Told]:
    """Without what its reader was told before."""
    if not told:
        return []
    users, keys = {one.reader.user.id for one in told}, {one.fact.key for one in told}
    rows = await rows_of(session, queries.known_keys(users, keys))
    seen = {(row[0], row[1]) for row in rows}
    found = []
    for one in told:
        key = (one.reader.user.id, one.fact.key)
        if key not in seen:
            seen.add(key)
            found.append(one)
    return found


async def _actors(session: AsyncSession, told: Sequence[Told]) -> dict[UUID, str]:
    ids = {one.fact.actor_id for one in told if one.fact.actor_id is not None}
    if not ids:
        return {}
    return {row.User.id: row.User.name for row in await session.execute(queries.people(ids))}


def _row(row_id: UUID, one: Told, actors: dict[UUID, str], now: datetime) -> dict[str, Any]:
    fact, task = one.fact, one.task
    data: dict[str, Any] = dict(fact.data)
    if task is not None:
        data |= {"key": task.key, "title": task.title}
    if fact.actor_id in actors:
        data["actor"] = actors[fact.actor_id]
    return {
        "id": row_id,
        "user_id": one.reader.user.id,
        "event": fact.event,
        "event_key": fact.key,
        "workspace_id": task.workspace_id if task else fact.workspace_id,
        "project_id": task.project_id if task else None,
        "task_id": task.id if task else None,
        "data": data,
        "shown": Channel.APP in one.channels,
        "read_at": None,
        "created_at": now,
    }


async def _send(session: AsyncSession, rows: dict[UUID, Told]) -> None:
    """A delivery and its job for each way out; after the quiet hours of whoever has them."""
    users = {one.reader.user.id for one in rows.values()}
    ways = await _ways(session, users, {c for one in rows.values() for c in one.channels})
    now = unit_of(session).now
    for row_id, one in rows.items():
        at = one.reader.not_before(now)
        for channel in (each for each in ELSEWHERE if each in one.channels):
            for target_id in ways[channel, one.reader.user.id]:
                delivery = Delivery(
                    id=new_id(), notification_id=row_id, channel=channel, target_id=target_id
                )
                session.add(delivery)
                told = {"delivery_id": str(delivery.id)}
                place = one.task.workspace_id if one.task else one.fact.workspace_id
                await enqueue(session, DELIVER, told, workspace_id=place, run_at=at)
    await session.flush()


async def _ways(
    session: AsyncSession, users: set[UUID], channels: set[Channel]
) -> dict[tuple[Channel, UUID], list[UUID]]:
    found: dict[tuple[Channel, UUID], list[UUID]] = defaultdict(list)
    for user in users:
        found[Channel.EMAIL, user].append(NOWHERE)
    statements = dict(zip((Channel.PUSH, Channel.APPRISE), queries.ways(users), strict=True))
    for channel, statement in statements.items():
        for user_id, row_id in await rows_of(session, statement) if channel in channels else ():
            found[channel, user_id].append(row_id)
    return found
