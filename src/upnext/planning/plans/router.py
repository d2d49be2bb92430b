"""`/plan`: what to do when."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask

from upnext.core.auth import Actor
from upnext.core.context import RequestContext
from upnext.core.errors import AppError
from upnext.core.fastread import described, query
from upnext.core.http import (
    CurrentRuntime,
    Now,
    ReadRoute,
    Session,
    WriteRoute,
    context_of,
    runtime_of,
)
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.planning.plans import pinning, promises, service
from upnext.planning.plans.schemas import Days, PinPage, PinRead, PinWrite, PlanRead, RiskPage
from upnext.planning.plans.service import Look
from upnext.planning.policy import PLANNING_READ, PLANNING_WRITE
from upnext.workspaces.http import requires

log = structlog.get_logger("upnext.planning")

reads = Router(prefix="/plan", tags=["planning"], route_class=ReadRoute)
writes = Router(prefix="/plan", tags=["planning"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(PLANNING_READ)]
Writer = Annotated[Actor, requires(PLANNING_WRITE)]


@reads.get("", response_model=PlanRead, openapi_extra=described(Days))
async def read_plan(
    request: Request,
    session: Session,
    actor: Reader,
    now: Now,
    asked: Annotated[Days, Depends(query(Days))],
) -> Response:
    """Your plan in time blocks, around busy times and working hours, and what does not fit."""
    found = await service.look(session, actor, asked, now)
    return _answer(request, found, PlanRead.model_validate(found.body), now)


@reads.get("/risks", response_model=RiskPage)
async def read_risks(request: Request, session: Session, actor: Reader, now: Now) -> Response:
    """How likely you keep your dates: promises of projects (SLA), deadlines, targets of goals."""
    found = await promises.look(session, actor, now)
    return _answer(request, found, RiskPage.model_validate(found.body), now)


def _answer(request: Request, found: Look, body: BaseModel, now: datetime) -> Response:
    keep = None
    if found.made.row is not None or found.made.touched:
        keep = BackgroundTask(_keep, runtime_of(request), context_of(request), found, now)
    told = body.model_dump_json(by_alias=True).encode()
    return Response(told, media_type="application/json", background=keep)


async def _keep(runtime: Runtime, context: RequestContext, found: Look, now: datetime) -> None:
    """The plan has been told already, and would be made again if it could not be kept."""
    keep = partial(service.keep, user_id=found.user_id, made=found.made, now=now)
    try:
        await runtime.workshop.run(context, keep)
    except (AppError, DBAPIError) as error:
        log.warning("plan_not_kept", user_id=str(found.user_id), error=repr(error))


@writes.post("/replan", openapi_extra=described(Days))
async def make_anew(
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[Days, Depends(query(Days))],
) -> PlanRead:
    """Plan anew, moving as little as possible for at most 1 % of cost; `replan` says how much."""
    # Searched before the transaction takes its connection.
    async with runtime.db.read() as reading:
        found = await service.look(reading, actor, asked, now, anew=True)
    await service.keep(session, found.user_id, found.made, now)
    return PlanRead.model_validate(found.body)


@reads.get("/pins")
async def list_pins(session: Session, actor: Reader, now: Now) -> PinPage:
    """Your pins that are not over, the first one first."""
    items = await pinning.find(session, actor, now)
    return PinPage(items=[PinRead.model_validate(one) for one in items], next_cursor=None)


@writes.put("/pins")
async def put_pin(session: Session, actor: Writer, data: PinWrite) -> PinRead:
    """Put a task of yours to a time, whatever else is planned; a second time moves it."""
    return PinRead.model_validate(await pinning.put(session, actor, data))


@writes.delete("/pins/{task_id:uuid}", status_code=204)
async def delete_pin(session: Session, actor: Writer, task_id: UUID) -> None:
    await pinning.remove(session, actor, task_id)
