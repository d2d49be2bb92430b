from typing import Annotated

from fastapi import Depends, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, ReadLane, ReadRoute
from upnext.core.routing import Router
from upnext.search import policy, service
from upnext.search.schemas import HitPage, SearchAsked
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

reads = Router(prefix="/search", tags=["search"], route_class=ReadRoute)
routers = (reads,)

Reader = Annotated[Actor, requires(policy.SEARCH_READ)]


@reads.get("", response_model=HitPage, openapi_extra=described(SearchAsked))
async def search(
    runtime: CurrentRuntime,
    actor: Reader,
    lane: ReadLane,
    asked: Annotated[SearchAsked, Depends(query(SearchAsked))],
) -> Response:
    """Find what has all these words, the best first: that very key, then hits in titles."""
    sources = runtime.parts["search_sources"]
    found = await service.search(runtime.db, lane, actor, asked, sources, runtime.keys)
    return Response(dump(found), media_type="application/json")
