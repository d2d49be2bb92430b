from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends, Query, Request, Response
from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask

from upnext.core.auth import Actor, Credential
from upnext.core.context import RequestContext
from upnext.core.errors import AppError
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    Now,
    ReadRoute,
    Session,
    WriteRoute,
    context_of,
    etag,
    not_modified,
    runtime_of,
)
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.feeds import policy, reading, service
from upnext.feeds.reading import Form, Reading
from upnext.feeds.schemas import FeedAddress, FeedCreate, FeedPage, FeedRead
from upnext.feeds.service import Addressed
from upnext.identity.http import Allows, SecretRoute
from upnext.workspaces.actors import actor_for
from upnext.workspaces.http import requires

log = structlog.get_logger("upnext.feeds")

reads = Router(prefix="/feeds", tags=["feeds"], route_class=ReadRoute)
writes = Router(prefix="/feeds", tags=["feeds"], route_class=WriteRoute)
secret_writes = Router(prefix="/feeds", tags=["feeds"], route_class=SecretRoute)
routers = (reads, writes, secret_writes)

# Beside the API and its versions: the address lies in people's calendars for years.
public = Router(prefix="/feeds", tags=["feeds"], route_class=ReadRoute)
outside = (public,)

Reader = Annotated[Actor, requires(policy.FEEDS_READ)]
Writer = Annotated[Actor, requires(policy.FEEDS_WRITE)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=2_000)]

CALENDAR = "text/calendar; charset=utf-8"
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The calendar", "content": {"text/calendar": {}}},
    304: {"description": "As in If-None-Match, or not changed since If-Modified-Since"},
}


async def _maker(
    credential: Annotated[Credential, Depends(Allows(policy.FEEDS_WRITE, person=True))],
    runtime: CurrentRuntime,
) -> Actor:
    return await actor_for(runtime.db.lane, credential)


Maker = Annotated[Actor, Depends(_maker)]


@reads.get("")
async def list_feeds(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FeedPage:
    """One's calendar links, the newest first, without their addresses."""
    feeds, more = await service.find(session, actor, runtime.keys, limit=limit, cursor=cursor)
    return FeedPage(items=[FeedRead.model_validate(feed) for feed in feeds], next_cursor=more)


@secret_writes.post("", status_code=201)
async def create_feed(
    request: Request, response: Response, session: Session, actor: Maker, data: FeedCreate
) -> FeedAddress:
    """Make a calendar link. Its address is in this reply and nowhere else."""
    fields = runtime_of(request).parts["filter_fields"]
    made = await service.create(session, actor, data, fields=fields)
    return _address(request, response, made)


@secret_writes.post("/{feed_id:uuid}/rotate")
async def rotate_feed(
    request: Request,
    response: Response,
    session: Session,
    actor: Maker,
    feed_id: UUID,
    version: IfMatch,
) -> FeedAddress:
    """Give it a new address. The old one shows nothing any more."""
    made = await service.rotate(session, actor, feed_id, expected=version)
    return _address(request, response, made)


@writes.delete("/{feed_id:uuid}", status_code=204)
async def delete_feed(session: Session, actor: Writer, feed_id: UUID, version: IfMatch) -> None:
    await service.delete(session, actor, feed_id, expected=version)


def _address(request: Request, response: Response, made: Addressed) -> FeedAddress:
    feed, secret = made
    response.headers["ETag"] = etag(feed.version)
    public_url = request.app.state.runtime.settings.server.public_url
    base = public_url or f"{request.scope['scheme']}://{request.headers['host']}"
    url = f"{base}/feeds/{secret}.ics"
    return FeedAddress(
        **FeedRead.model_validate(feed).model_dump(),
        token=secret,
        url=url,
        webcal_url=f"webcal://{url.partition('://')[2]}",
    )


@public.get("/{token}.ics", response_class=Response, responses=SHOWN)
async def read_feed(
    request: Request,
    session: Session,
    runtime: CurrentRuntime,
    now: Now,
    token: str,
    form: Annotated[Form, Query(alias="as", description="`events` for Google Calendar.")] = "todos",
) -> Response:
    """The calendar behind a link: needs no sign-in, since the address is the secret."""
    fields = runtime.parts["filter_fields"]
    found = await reading.read(session, runtime.db.lane, token, now=now, fields=fields)
    # Once this session is closed: with another one beside it, readers could wait for each other.
    after = BackgroundTask(_note, runtime, context_of(request), found) if found.is_news else None
    headers = {
        "ETag": f'"{found.content.hex()[:32]}-{form}"',
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    if found.last_modified is not None:
        headers["Last-Modified"] = format_datetime(found.last_modified, usegmt=True)
    if _has_it(request, headers["ETag"], found.last_modified):
        return Response(status_code=304, headers=headers, background=after)
    body = reading.render(found, form)
    headers["Content-Disposition"] = 'inline; filename="upnext.ics"'
    return Response(body, headers=headers, media_type=CALENDAR, background=after)


public.add_api_route("/{token}.ics", read_feed, methods=["HEAD"], include_in_schema=False)


async def _note(runtime: Runtime, context: RequestContext, found: Reading) -> None:
    """A calendar can be read while the database cannot be written."""
    try:
        await runtime.workshop.run(context, partial(reading.note, found=found))
    except (AppError, DBAPIError) as error:
        log.warning("feed_reading_not_noted", feed_id=str(found.feed.id), error=repr(error))


def _has_it(request: Request, tag: str, last_modified: datetime | None) -> bool:
    """RFC 9110: the time counts only for those who hold no ETag."""
    if "if-none-match" in request.headers:
        return not_modified(request, tag) is not None
    try:
        since = parsedate_to_datetime(request.headers["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return last_modified is not None and since.tzinfo is not None and last_modified <= since
