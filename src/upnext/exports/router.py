from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, Now, context_of
from upnext.core.routing import Router
from upnext.exports import policy, service
from upnext.exports.naming import disposition
from upnext.exports.schemas import ExportAsked
from upnext.exports.service import FORMS
from upnext.exports.streaming import Stream, turns_of
from upnext.workspaces.http import requires

router = Router(prefix="/exports", tags=["exports"])
routers = (router,)

Reader = Annotated[Actor, requires(policy.EXPORTS_READ)]
KINDS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file, sent as it is read from the database",
        "content": {form.media_type.partition(";")[0]: {} for form in FORMS.values()},
    }
}


@router.get("", response_class=Response, responses=KINDS, openapi_extra=described(ExportAsked))
async def export(
    request: Request,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[ExportAsked, Depends(query(ExportAsked))],
) -> Response:
    """All one can see, or one workspace or project of it, as a file."""
    async with AsyncExitStack() as source:
        source.enter_context(turns_of(runtime).taken(actor.user_id))
        # Before it is made: what leaves is recorded, or does not leave.
        note = partial(service.note, actor=actor, asked=asked)
        await runtime.workshop.run(context_of(request), note)
        session = await source.enter_async_context(runtime.db.snapshot())
        # Up to here a refusal is still a refusal; later the file would only break off.
        found = await service.start(session, actor, asked, now=now)
        headers = {
            "Content-Type": found.media_type,
            "Content-Disposition": disposition(found.filename),
        }
        return Stream(found.chunks, source.pop_all(), headers)
