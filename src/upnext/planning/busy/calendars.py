"""Calendars that a person subscribes to: kept here, fetched and read by a job."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.ids import new_id
from upnext.core.jobs.queue import enqueue
from upnext.core.keys import KeyRing
from upnext.core.outbound import Outbound, OutboundError, OutboundRefused
from upnext.planning.busy import merging, queries
from upnext.planning.busy.models import BusyCalendar
from upnext.planning.busy.reading import NoCalendar, Span, View, busy_spans
from upnext.planning.busy.schemas import CalendarCreate
from upnext.planning.busy.service import person_of
from upnext.planning.events import BusyCalendarCreated, BusyCalendarDeleted

READ: Final = "planning.read_calendar"
PURPOSE: Final = "busy_calendar"
MOST: Final = 10
LARGEST: Final = 2_000_000
"""Bytes; reading so many takes two seconds of one core."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS: Final = 3
OK: Final = 200
AGAIN_AFTER: Final = timedelta(hours=1)
AT_ONCE: Final = 200
BATCH: Final = 200
LONGEST_ERROR: Final = 200


class NotRead(Exception):
    """Why a calendar could not be read, for its owner."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a calendar is, and in which zone its owner reads times that name none."""

    url: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Found:
    """What a try came to."""

    spans: Sequence[Span] = ()
    error: str | None = None


async def subscribe(
    session: AsyncSession, actor: Actor, data: CalendarCreate, *, keys: KeyRing, outbound: Outbound
) -> BusyCalendar:
    """Raises Invalid for addresses that no server may be asked at. It is read by a job."""
    user_id, now = person_of(actor), unit_of(session).now
    url = _https(data.url)
    try:
        # Names are asked before the transaction takes its connection.
        await outbound.check(url)
    except OutboundRefused as error:
        raise invalid_field("/url", error.detail, error.code) from None
    if len((await session.scalars(queries.calendars(user_id))).all()) >= MOST:
        raise Conflict(
            f"You subscribe to {MOST} calendars, which is the most. Delete one first.",
            code="too_many_calendars",
        )
    calendar_id = new_id()
    calendar = BusyCalendar(
        id=calendar_id,
        user_id=user_id,
        name=data.name,
        url=keys.encrypt(PURPOSE, url.encode(), bound_to=calendar_id.bytes),
        host=(urlsplit(url).hostname or "")[:255],
        created_at=now,
    )
    session.add(calendar)
    await session.flush()
    diff: Diff = {"name": (None, data.name), "host": (None, calendar.host)}
    await record(session, actor, BusyCalendarCreated(resource_id=calendar_id, diff=diff))
    await ask(session, calendar_id)
    return calendar


def _https(url: str) -> str:
    """webcal is what calendar programs call https."""
    scheme, sign, rest = url.partition("://")
    return f"https://{rest}" if sign and scheme.lower() in {"webcal", "webcals"} else url


async def find(session: AsyncSession, actor: Actor) -> Sequence[BusyCalendar]:
    return (await session.scalars(queries.calendars(person_of(actor)))).all()


async def unsubscribe(session: AsyncSession, actor: Actor, calendar_id: UUID) -> None:
    """What came from it goes with it."""
    user_id = person_of(actor)
    calendar = await session.scalar(queries.own_calendar(user_id, calendar_id))
    if calendar is None:
        raise NotFound("You subscribe to no such calendar.")
    await session.execute(queries.drop_of_calendar(calendar_id))
    await session.delete(calendar)
    await session.flush()
    diff: Diff = {"name": (calendar.name, None), "host": (calendar.host, None)}
    await record(session, actor, BusyCalendarDeleted(resource_id=calendar_id, diff=diff))
    await merging.refresh(session, user_id)


async def ask(session: AsyncSession, calendar_id: UUID) -> None:
    """Has it read soon; at most once at a time."""
    args = {"calendar_id": str(calendar_id)}
    await enqueue(session, READ, args, key=f"calendar:{calendar_id}")


async def ask_for_due(session: AsyncSession) -> None:
    """Each calendar is read every hour, whether the last try succeeded or not."""
    before = unit_of(session).now - AGAIN_AFTER
    for calendar_id in (await session.scalars(queries.due_calendars(before, AT_ONCE))).all():
        await ask(session, calendar_id)


async def address(session: AsyncSession, calendar_id: UUID, keys: KeyRing) -> Address | None:
    """None if nobody subscribes to it any more."""
    row = (await session.execute(queries.calendar(calendar_id))).one_or_none()
    if row is None:
        return None
    calendar, zone = row
    url = keys.decrypt(PURPOSE, calendar.url, bound_to=calendar_id.bytes).decode()
    return Address(url, ZoneInfo(zone))


async def fetch(outbound: Outbound, at: Address, now: datetime) -> Found:
    """Reads what is there; what goes wrong is told, not raised."""
    view = View(now - timedelta(days=1), now + merging.AHEAD, at.zone)
    try:
        body = await _download(outbound, at.url)
        spans = await asyncio.to_thread(busy_spans, body, view)
    except OutboundError as error:
        return Found(error=error.detail[:LONGEST_ERROR])
    except (NotRead, NoCalendar) as error:
        return Found(error=str(error)[:LONGEST_ERROR])
    return Found(spans=spans)


async def _download(outbound: Outbound, url: str) -> bytes:
    """Follows a few redirects; each address is vetted like the first."""
    for _ in range(MOST_REDIRECTS + 1):
        answer = await outbound.request("GET", url, most=LARGEST)
        if answer.status == OK:
            return answer.body
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            raise NotRead(f"The server answered {answer.status} instead of a calendar.")
        url = urljoin(url, target)
    raise NotRead("The server sends from one address to the next without an end.")


async def keep(session: AsyncSession, calendar_id: UUID, found: Found) -> None:
    """Instead of what it said before; after an error that stays."""
    now = unit_of(session).now
    user_id = await session.scalar(queries.held(calendar_id))
    if user_id is None:
        return
    if found.error is not None:
        values = {"tried_at": now, "error": found.error}
        await session.execute(queries.tried(calendar_id, values))
        return
    values = {"tried_at": now, "read_at": now, "error": None}
    await session.execute(queries.tried(calendar_id, values))
    await session.execute(queries.drop_of_calendar(calendar_id))
    rows = [
        {
            "id": new_id(),
            "user_id": user_id,
            "calendar_id": calendar_id,
            "title": span.title,
            "starts_at": span.start,
            "ends_at": span.end,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }
        for span in found.spans
    ]
    for begin in range(0, len(rows), BATCH):
        await session.execute(queries.add_times(rows[begin : begin + BATCH]))
    await merging.refresh(session, user_id)
