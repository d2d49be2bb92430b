from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.timetracking import policy, reading, service, timers
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.schemas import (
    Started,
    TaskTimeList,
    TimeEntryCreate,
    TimeEntryList,
    TimeEntryOfTask,
    TimeEntryPage,
    TimeEntryPatch,
    TimeEntryRead,
    Timer,
    TimerStart,
)
from upnext.timetracking.wire import entry_wire
from upnext.workspaces.http import requires

reads = Router(tags=["time"], route_class=ReadRoute)
writes = Router(tags=["time"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.TIME_READ)]
Writer = Annotated[Actor, requires(policy.TIME_WRITE)]
NO_NOTE = TimerStart()


@reads.get("/time-entries", openapi_extra=described(TimeEntryList))
async def list_entries(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[TimeEntryList, Depends(query(TimeEntryList))],
) -> TimeEntryPage:
    """Everybody's time that you may see, the newest first; `user_id=me` is yours."""
    return _page(await reading.find(session, actor, runtime.keys, asked), actor, now)


@writes.post("/time-entries", status_code=201)
async def create_entry(
    session: Session, actor: Writer, response: Response, data: TimeEntryOfTask
) -> TimeEntryRead:
    """Enter time that you worked."""
    return _made(session, actor, response, await service.create(session, actor, data.task_id, data))


@reads.get("/time-entries/{entry_id:uuid}")
async def get_entry(
    session: Session, actor: Reader, now: Now, response: Response, entry_id: UUID
) -> TimeEntryRead:
    return _told(await service.get(session, actor, entry_id), actor, now, response)


@writes.patch("/time-entries/{entry_id:uuid}")
async def update_entry(
    session: Session,
    actor: Writer,
    response: Response,
    entry_id: UUID,
    data: TimeEntryPatch,
    version: IfMatch,
) -> TimeEntryRead:
    """Only your own."""
    entry = await service.update(session, actor, entry_id, data, expected=version)
    return _told(entry, actor, unit_of(session).now, response)


@writes.delete("/time-entries/{entry_id:uuid}", status_code=204)
async def delete_entry(session: Session, actor: Writer, entry_id: UUID, version: IfMatch) -> None:
    """Only your own. It is gone for good."""
    await service.delete(session, actor, entry_id, expected=version)


@reads.get("/tasks/{task_id:uuid}/time-entries")
async def list_entries_of_task(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    task_id: UUID,
    asked: Annotated[TaskTimeList, Query()],
) -> TimeEntryPage:
    """Of everybody, the newest first."""
    return _page(await reading.of_task(session, actor, runtime.keys, task_id, asked), actor, now)


@writes.post("/tasks/{task_id:uuid}/time-entries", status_code=201)
async def create_entry_of_task(
    session: Session, actor: Writer, response: Response, task_id: UUID, data: TimeEntryCreate
) -> TimeEntryRead:
    return _made(session, actor, response, await service.create(session, actor, task_id, data))


@writes.post("/tasks/{task_id:uuid}/timer/start")
async def start_timer(
    session: Session, actor: Writer, task_id: UUID, data: TimerStart = NO_NOTE
) -> Started:
    """You have one timer: what ran until now is stopped. One for this task just goes on."""
    timer, stopped = await timers.start(session, actor, task_id, data.note)
    now = unit_of(session).now
    return Started(
        timer=_read(timer, actor, now),
        stopped=None if stopped is None else _read(stopped, actor, now),
    )


@writes.post("/tasks/{task_id:uuid}/timer/stop")
async def stop_timer_of_task(session: Session, actor: Writer, task_id: UUID) -> TimeEntryRead:
    """Your timer, if it runs for this task; else 409 `no_timer`."""
    stopped = await timers.stop(session, actor, task_id)
    return _read(stopped, actor, unit_of(session).now)


@writes.post("/timer/stop")
async def stop_timer(session: Session, actor: Writer) -> TimeEntryRead:
    """Your timer, whatever it runs for."""
    return _read(await timers.stop(session, actor, None), actor, unit_of(session).now)


@reads.get("/timer")
async def get_timer(session: Session, actor: Reader, now: Now) -> Timer:
    """Yours, if it runs."""
    found = await timers.current(session, actor)
    return Timer(timer=None if found is None else _read(found, actor, now))


def _page(found: reading.Page, actor: Actor, now: datetime) -> TimeEntryPage:
    entries, cursor = found
    return TimeEntryPage(items=[_read(one, actor, now) for one in entries], next_cursor=cursor)


def _made(session: Session, actor: Actor, response: Response, entry: TimeEntry) -> TimeEntryRead:
    response.headers["Location"] = f"/api/v1/time-entries/{entry.id}"
    return _told(entry, actor, unit_of(session).now, response)


def _told(entry: TimeEntry, actor: Actor, now: datetime, response: Response) -> TimeEntryRead:
    response.headers["ETag"] = etag(entry.version)
    return _read(entry, actor, now)


def _read(entry: TimeEntry, actor: Actor, now: datetime) -> TimeEntryRead:
    return TimeEntryRead.model_validate(entry_wire(entry, actor, now))
