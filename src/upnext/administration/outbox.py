"""The mails that stay on this machine, for whoever runs the instance."""

from typing import Annotated

from fastapi import Query, Response

from upnext.administration import policy
from upnext.administration.http import administers
from upnext.administration.schemas import MailKept, MailPage, MailShown
from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.http import CurrentRuntime, ReadRoute
from upnext.core.mail.outbox import MOST_KEPT, Kept
from upnext.core.mail.transports import outbox_of
from upnext.core.routing import Router
from upnext.core.runtime import Runtime

reads = Router(prefix="/admin/outbox", tags=["Administration"], route_class=ReadRoute)

Reader = Annotated[Actor, administers(policy.ADMIN_READ)]
# A mail may hold a link that opens an account.
SECRET = {"Cache-Control": "no-store"}


@reads.get("")
async def list_outbox(
    _: Reader, runtime: CurrentRuntime, limit: Annotated[int, Query(ge=1, le=MOST_KEPT)] = 50
) -> MailPage:
    """Mails that were kept as files, the newest first: no mail server is named in the settings."""
    found = await outbox_of(runtime.settings).newest(limit)
    return MailPage(items=[MailKept.model_validate(one) for one in found])


@reads.get("/{name}")
async def read_outbox(
    _: Reader, runtime: CurrentRuntime, name: str, response: Response
) -> MailShown:
    """One of them, with its text and its HTML."""
    kept = await _kept(runtime, name)
    response.headers.update(SECRET)
    return MailShown.model_validate(kept)


@reads.get("/{name}/raw", response_class=Response)
async def download_outbox(_: Reader, runtime: CurrentRuntime, name: str) -> Response:
    """One of them as it would have left: a file for mail programs."""
    kept = await _kept(runtime, name)
    headers = {**SECRET, "Content-Disposition": f'attachment; filename="{kept.name}"'}
    return Response(kept.raw, headers=headers, media_type="message/rfc822")


async def _kept(runtime: Runtime, name: str) -> Kept:
    kept = await outbox_of(runtime.settings).read(name)
    if kept is None:
        raise NotFound("There is no such mail in the outbox.")
    return kept
