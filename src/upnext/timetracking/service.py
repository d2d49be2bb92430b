"""Entering, changing and deleting one's time. Timers are in timers.py."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound
from upnext.core.load import Action, check_version, load_for
from upnext.tasks.wire import plain
from upnext.tasks.writing import hold
from upnext.timetracking import policy, queries, spans, totals
from upnext.timetracking.events import TimeEntryCreated, TimeEntryDeleted, TimeEntryUpdated
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.schemas import TimeEntryCreate, TimeEntryPatch

_TOLD = ("started_at", "ended_at", "minutes", "note")


async def create(
    session: AsyncSession, actor: Actor, task_id: UUID, data: TimeEntryCreate
) -> TimeEntry:
    """One's own time, on any task that one may work on."""
    user_id = person_of(actor)
    task = await hold(session, actor, policy.CREATE, task_id)
    now = unit_of(session).now
    begin, end = spans.span(data.started_at, data.ended_at, data.minutes, now)
    entry = TimeEntry(
        workspace_id=task.workspace_id,
        task_id=task.id,
        user_id=user_id,
        started_at=begin,
        ended_at=end,
        minutes=spans.minutes_of(begin, end),
        note=data.note,
        created_at=now,
        updated_at=now,
    )
    entry.task = task
    session.add(entry)
    await session.flush()
    await tell(session, actor, TimeEntryCreated, entry, facts(entry))
    await totals.recount(session, actor, task)
    return entry


async def update(
    session: AsyncSession,
    actor: Actor,
    entry_id: UUID,
    data: TimeEntryPatch,
    *,
    expected: int | None = None,
) -> TimeEntry:
    """Only by whoever worked. Of a running one only the begin and the note can be changed."""
    entry = await _own(session, actor, policy.UPDATE, entry_id, expected)
    before = _values(entry)
    _write(entry, data, unit_of(session).now)
    after = _values(entry)
    diff = {n: (before[n], after[n]) for n in _TOLD if before[n] != after[n]}
    if not diff:
        return entry
    entry.updated_at = unit_of(session).now
    await session.flush()
    await tell(session, actor, TimeEntryUpdated, entry, diff)
    await totals.recount(session, actor, entry.task)
    return entry


def _write(entry: TimeEntry, data: TimeEntryPatch, now: datetime) -> None:
    if data.note is not None:
        entry.note = data.note
    begin, end, minutes = data.started_at, data.ended_at, data.minutes
    if begin is None and end is None and minutes is None:
        return
    if entry.ended_at is None:
        if end is not None or minutes is not None:
            raise Conflict("It still runs. Stop the timer first.", code="timer_running")
        entry.started_at, _ = spans.check(begin or entry.started_at, now + spans.SKEW, now)
        return
    kept = entry.ended_at if minutes is None else None
    begin, end = spans.span(begin or entry.started_at, end or kept, minutes, now)
    entry.started_at, entry.ended_at = begin, end
    entry.minutes = spans.minutes_of(begin, end)


async def delete(
    session: AsyncSession, actor: Actor, entry_id: UUID, *, expected: int | None = None
) -> None:
    """For good; the change log keeps what it said."""
    entry = await _own(session, actor, policy.DELETE, entry_id, expected)
    told, task = {name: (value, None) for name, value in _values(entry).items()}, entry.task
    await session.delete(entry)
    await session.flush()
    await tell(session, actor, TimeEntryDeleted, entry, told)
    await totals.recount(session, actor, task)


async def get(session: AsyncSession, actor: Actor, entry_id: UUID) -> TimeEntry:
    try:
        return await load_for(session, actor, policy.READ, TimeEntry, entry_id)
    except NotFound as error:
        raise missing() from error


def missing() -> NotFound:
    return NotFound("There is no such time entry.")


async def _own(
    session: AsyncSession, actor: Actor, action: Action, entry_id: UUID, expected: int | None
) -> TimeEntry:
    """Locked, and with it its task."""
    if await session.scalar(queries.held(entry_id)) is None:
        raise missing()
    try:
        entry = await load_for(session, actor, action, TimeEntry, entry_id)
    except NotFound as error:
        raise missing() from error
    if entry.user_id != actor.user_id:
        raise Forbidden("Only whose time it is can change it.", code="not_owner")
    await hold(session, actor, action, entry.task_id)
    check_version(entry.version, expected)
    return entry


def person_of(actor: Actor) -> UUID:
    if actor.user_id is None or actor.kind == "link":
        raise Forbidden("Only a person has time to track. Ask with a user's credential.")
    return actor.user_id


def facts(entry: TimeEntry) -> Diff:
    """What is told of a new one."""
    said = {"task_id": str(entry.task_id), "user_id": str(entry.user_id)} | _values(entry)
    return {name: (None, value) for name, value in said.items() if value not in (None, "", 0)}


def _values(entry: TimeEntry) -> dict[str, object]:
    return {name: plain(getattr(entry, name)) for name in _TOLD}


async def tell(
    session: AsyncSession, actor: Actor, kind: type[Change], entry: TimeEntry, diff: Diff
) -> None:
    change = kind(
        workspace_id=entry.task.workspace_id,
        resource_id=entry.id,
        version=entry.version,
        diff=diff,
    )
    await record(session, actor, change)
