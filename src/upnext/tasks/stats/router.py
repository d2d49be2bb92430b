from typing import Annotated

from fastapi import Depends, Request, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import (
    CurrentRuntime,
    Now,
    ReadLane,
    ReadRoute,
    last_written,
    not_modified,
    offer,
)
from upnext.core.routing import Router
from upnext.tasks import policy
from upnext.tasks.stats import service
from upnext.tasks.stats.schemas import StatsQuery, StatsRead
from upnext.workspaces.http import requires

reads = Router(prefix="/tasks/stats", tags=["tasks"], route_class=ReadRoute)
routers = (reads,)

Reader = Annotated[Actor, requires(policy.TASKS_READ)]


@reads.get(
    "",
    response_model=StatsRead,
    openapi_extra=described(StatsQuery),
    responses={304: {"description": "As in If-None-Match"}},
)
async def get_stats(
    request: Request,
    actor: Reader,
    lane: ReadLane,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[StatsQuery, Depends(query(StatsQuery))],
) -> Response:
    """Figures about the tasks you can see, as they are now: never older than your last write."""
    written = last_written(request, actor)
    question = await service.question(lane, actor, asked, now)
    for tag in request.headers.get("if-none-match", "").split(","):
        if service.still_holds(question, tag.strip(), now):
            held = tag.strip().removeprefix("W/")
            offer(request, written, held, until=service.until_of(held))
            return Response(status_code=304, headers={"ETag": tag.strip()})
    found = await service.answer(lane, runtime.parts["stats"], question, now)
    tag = service.tag_of(question, found)
    offer(request, written, tag, until=found.until, body=found.body)
    unchanged = not_modified(request, tag)
    return unchanged or Response(found.body, headers={"ETag": tag}, media_type="application/json")
