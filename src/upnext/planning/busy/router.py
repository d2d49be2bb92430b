"""`/busy`: when a person has no time for tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.planning.busy import calendars, service
from upnext.planning.busy.models import BusyTime
from upnext.planning.busy.schemas import (
    BusyCalendarRead,
    BusyCreate,
    BusyPage,
    BusyPatch,
    BusyRead,
    CalendarCreate,
    CalendarPage,
    Span,
)
from upnext.planning.policy import PLANNING_READ, PLANNING_WRITE
from upnext.workspaces.http import requires

reads = Router(prefix="/busy", tags=["planning"], route_class=ReadRoute)
writes = Router(prefix="/busy", tags=["planning"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(PLANNING_READ)]
Writer = Annotated[Actor, requires(PLANNING_WRITE)]


@reads.get("", openapi_extra=described(Span))
async def list_busy(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[Span, Depends(query(Span))],
) -> BusyPage:
    """Your busy times, the soonest first: own entries, and what subscribed calendars say."""
    found, more = await service.find(session, actor, runtime.keys, asked, now)
    return BusyPage(items=[_read(busy) for busy in found], next_cursor=more)


@writes.post("", status_code=201)
async def create_busy(
    response: Response, session: Session, actor: Writer, data: BusyCreate
) -> BusyRead:
    return _answer(response, await service.create(session, actor, data))


@reads.get("/calendars")
async def list_calendars(session: Session, actor: Reader) -> CalendarPage:
    """The calendars that your busy times are read from, the newest first."""
    found = await calendars.find(session, actor)
    items = [BusyCalendarRead.model_validate(one) for one in found]
    return CalendarPage(items=items, next_cursor=None)


@writes.post("/calendars", status_code=201)
async def create_calendar(
    session: Session, actor: Writer, runtime: CurrentRuntime, data: CalendarCreate
) -> BusyCalendarRead:
    """Subscribe to an iCalendar on the web. It is read soon, and every hour from then on."""
    made = await calendars.subscribe(
        session, actor, data, keys=runtime.keys, outbound=runtime.outbound
    )
    return BusyCalendarRead.model_validate(made)


@writes.delete("/calendars/{calendar_id:uuid}", status_code=204)
async def delete_calendar(session: Session, actor: Writer, calendar_id: UUID) -> None:
    """Forget a calendar, and the busy times that came from it."""
    await calendars.unsubscribe(session, actor, calendar_id)


@writes.patch("/{busy_id:uuid}")
async def update_busy(
    response: Response,
    session: Session,
    actor: Writer,
    busy_id: UUID,
    data: BusyPatch,
    version: IfMatch,
) -> BusyRead:
    """Move or rename one of your own entries."""
    busy = await service.update(session, actor, busy_id, data, expected=version)
    return _answer(response, busy)


@writes.delete("/{busy_id:uuid}", status_code=204)
async def delete_busy(session: Session, actor: Writer, busy_id: UUID, version: IfMatch) -> None:
    await service.delete(session, actor, busy_id, expected=version)


def _answer(response: Response, busy: BusyTime) -> BusyRead:
    response.headers["ETag"] = etag(busy.version)
    return _read(busy)


def _read(busy: BusyTime) -> BusyRead:
    return BusyRead(
        id=busy.id,
        title=busy.title,
        start=busy.starts_at,
        end=busy.ends_at,
        calendar_id=busy.calendar_id,
        created_at=busy.created_at,
        updated_at=busy.updated_at,
        version=busy.version,
    )
