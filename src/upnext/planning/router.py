"""`GET /next-action`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, Now, ReadRoute, Session
from upnext.planning import service
from upnext.planning.policy import PLANNING_READ
from upnext.planning.schemas import NextAction, Question
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

reads = APIRouter(tags=["planning"], route_class=ReadRoute)
routers = (reads,)

Reader = Annotated[Actor, requires(PLANNING_READ)]


@reads.get("/next-action", response_model=NextAction, openapi_extra=described(Question))
async def next_action(
    question: Annotated[Question, Depends(query(Question))],
    actor: Reader,
    session: Session,
    runtime: CurrentRuntime,
    now: Now,
) -> Response:
    """What to do next, why, and what would have to change for others to come first."""
    answer = await service.next_action(session, actor, question, now)
    body = answer.body | {"ticket": service.ticket(runtime.keys, answer)}
    return Response(dump(body), media_type="application/json")
