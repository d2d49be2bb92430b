from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from upnext.automation import policy
from upnext.automation.schedules import runs, service
from upnext.automation.schedules.schemas import (
    DryRun,
    ScheduleCreate,
    ScheduleList,
    SchedulePage,
    SchedulePatch,
    ScheduleRead,
    ScheduleRunPage,
    ScheduleRunRead,
)
from upnext.automation.schedules.service import Whole
from upnext.automation.serving import CurrentMeans
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.workspaces.http import requires

reads = Router(prefix="/schedules", tags=["automation"], route_class=ReadRoute)
writes = Router(prefix="/schedules", tags=["automation"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.AUTOMATION_READ)]
Writer = Annotated[Actor, requires(policy.AUTOMATION_WRITE)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
ONE = "/{schedule_id:uuid}"


def _read(whole: Whole, now: datetime) -> ScheduleRead:
    asked, engine = whole
    names = (*ScheduleRead.model_fields.keys() - {"timezone", "misfire", "next_runs"},)
    return ScheduleRead(
        **{name: getattr(asked, name) for name in names},
        timezone=engine.timezone,
        misfire=engine.misfire,
        next_runs=service.next_runs(whole, now),
    )


def _answer(whole: Whole, now: datetime, response: Response) -> ScheduleRead:
    response.headers["ETag"] = etag(whole.asked.version)
    return _read(whole, now)


@reads.get("")
async def list_schedules(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    wanted: Annotated[ScheduleList, Query()],
) -> SchedulePage:
    """One's own, the newest first."""
    found, more = await service.find(session, actor, runtime.keys, wanted)
    return SchedulePage(items=[_read(each, now) for each in found], next_cursor=more)


@writes.post("", status_code=201)
async def create_schedule(
    data: ScheduleCreate, means: CurrentMeans, actor: Writer, response: Response
) -> ScheduleRead:
    """Have something done at a time, or again and again. It acts in your name."""
    made = await service.create(means.session, actor, data, **means.registries)
    response.headers["Location"] = f"/api/v1/schedules/{made.asked.id}"
    return _answer(made, means.now, response)


@reads.get(ONE)
async def get_schedule(
    schedule_id: UUID, session: Session, actor: Reader, now: Now, response: Response
) -> ScheduleRead:
    return _answer(await service.get(session, actor, schedule_id), now, response)


@writes.patch(ONE)
async def update_schedule(
    schedule_id: UUID,
    data: SchedulePatch,
    means: CurrentMeans,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> ScheduleRead:
    """What is left out stays as it is."""
    found = await service.update(
        means.session, actor, schedule_id, data, expected=expected, **means.registries
    )
    return _answer(found, means.now, response)


@writes.delete(ONE, status_code=204)
async def delete_schedule(
    schedule_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    """With its runs."""
    await service.delete(session, actor, schedule_id, expected=expected)


@writes.post(f"{ONE}/pause")
async def pause_schedule(
    schedule_id: UUID, session: Session, actor: Writer, now: Now, response: Response
) -> ScheduleRead:
    """It does not run any more until it is resumed."""
    return _answer(await service.pause(session, actor, schedule_id), now, response)


@writes.post(f"{ONE}/resume")
async def resume_schedule(
    schedule_id: UUID, session: Session, actor: Writer, now: Now, response: Response
) -> ScheduleRead:
    """What passed meanwhile is not made up for."""
    return _answer(await service.resume(session, actor, schedule_id), now, response)


@writes.post(f"{ONE}/run-now", status_code=202)
async def run_schedule(schedule_id: UUID, session: Session, actor: Writer) -> ScheduleRunRead:
    """One more run, at once. When it runs by itself stays as it is."""
    return ScheduleRunRead.model_validate(await runs.run_now(session, actor, schedule_id))


@writes.post(f"{ONE}/dry-run")
async def try_schedule(schedule_id: UUID, means: CurrentMeans, actor: Writer) -> DryRun:
    """What it would do now. Nothing is done."""
    whole, would = await runs.dry_run(means.session, actor, schedule_id, **means.registries)
    return DryRun(would=dict(would), next_runs=service.next_runs(whole, means.now))


@reads.get(f"{ONE}/runs")
async def list_runs(
    schedule_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ScheduleRunPage:
    """The newest first; kept for 90 days."""
    found, more = await runs.runs(
        session, actor, runtime.keys, schedule_id, limit=limit, cursor=cursor
    )
    return ScheduleRunPage(
        items=[ScheduleRunRead.model_validate(each) for each in found], next_cursor=more
    )
