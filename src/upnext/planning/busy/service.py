"""The use cases of a person's own busy times."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import check_version
from upnext.core.paging import read_cursor, write_cursor
from upnext.planning.busy import queries
from upnext.planning.busy.merging import AHEAD, refresh
from upnext.planning.busy.models import BusyTime
from upnext.planning.busy.schemas import LONGEST, BusyCreate, BusyPatch, Span
from upnext.planning.events import BusyCreated, BusyDeleted, BusyUpdated

MOST = 1_000
"""Own entries that are not over."""


def person_of(actor: Actor) -> UUID:
    """Raises Forbidden for whoever is no person and so has no time to plan."""
    if actor.user_id is None:
        raise Forbidden("Only a person has a plan. Ask with a user's credential.")
    return actor.user_id


async def create(session: AsyncSession, actor: Actor, data: BusyCreate) -> BusyTime:
    user_id, now = person_of(actor), unit_of(session).now
    if (await session.scalar(queries.count_own(user_id, now)) or 0) >= MOST:
        raise Conflict(
            f"You have {MOST} busy times ahead, which is the most. Delete some first.",
            code="too_many_busy_times",
        )
    busy = BusyTime(
        user_id=user_id,
        title=data.title or "Busy",
        starts_at=data.start,
        ends_at=data.end,
        created_at=now,
        updated_at=now,
    )
    session.add(busy)
    await session.flush()
    diff: Diff = {"start": (None, data.start.isoformat()), "end": (None, data.end.isoformat())}
    await record(session, actor, BusyCreated(resource_id=busy.id, diff=diff))
    await refresh(session, user_id)
    return busy


async def update(
    session: AsyncSession,
    actor: Actor,
    busy_id: UUID,
    data: BusyPatch,
    *,
    expected: int | None = None,
) -> BusyTime:
    """Raises Conflict for what a calendar says: it is changed there."""
    busy = await _own(session, actor, busy_id, expected)
    start, end = data.start or busy.starts_at, data.end or busy.ends_at
    if not start < end <= start + LONGEST:
        raise invalid_field("/end", "It must end after its start, and within 60 days.")
    before = (busy.title, busy.starts_at, busy.ends_at)
    after = (data.title or busy.title, start, end)
    if before == after:
        return busy
    busy.title, busy.starts_at, busy.ends_at = after
    busy.updated_at = unit_of(session).now
    await session.flush()
    diff = {
        name: (str(old), str(new))
        for name, old, new in zip(("title", "start", "end"), before, after, strict=True)
        if old != new
    }
    change = BusyUpdated(resource_id=busy.id, version=busy.version, diff=diff)
    await record(session, actor, change)
    await refresh(session, busy.user_id)
    return busy


async def delete(
    session: AsyncSession, actor: Actor, busy_id: UUID, *, expected: int | None = None
) -> None:
    busy = await _own(session, actor, busy_id, expected)
    await session.delete(busy)
    await session.flush()
    diff = {"title": (busy.title, None)}
    await record(
        session, actor, BusyDeleted(resource_id=busy.id, version=busy.version + 1, diff=diff)
    )
    await refresh(session, busy.user_id)


async def _own(
    session: AsyncSession, actor: Actor, busy_id: UUID, expected: int | None
) -> BusyTime:
    busy = await session.scalar(queries.own(person_of(actor), busy_id))
    if busy is None:
        raise NotFound("There is no such busy time.")
    if busy.calendar_id is not None:
        raise Conflict(
            "It comes from a calendar that you subscribe to. Change it there.",
            code="from_calendar",
        )
    check_version(busy.version, expected)
    return busy


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: Span, now: datetime
) -> tuple[list[BusyTime], str | None]:
    """Those that touch the span, the soonest first."""
    behind = read_cursor(keys, queries.SOONEST, asked.cursor) if asked.cursor else None
    start = asked.from_ or now
    span = (start, asked.until or start + AHEAD)
    statement = queries.page(person_of(actor), span, behind, asked.limit)
    found = list(await session.scalars(statement))
    if len(found) <= asked.limit:
        return found, None
    last = found[asked.limit - 1]
    cursor = write_cursor(keys, queries.SOONEST, [last.starts_at, last.id])
    return found[: asked.limit], cursor
