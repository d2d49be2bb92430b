"""Notifications over HTTP."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from upnext.core.auth import Actor, Credential
from upnext.core.errors import NotFound
from upnext.core.http import CurrentRuntime, IfMatch, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.identity.http import Allows
from upnext.identity.policy import owner
from upnext.notifications import policy, push, service, unsubscribing
from upnext.notifications.schemas import (
    Marked,
    NotificationPage,
    NotificationRead,
    PreferencesIn,
    PreferencesRead,
    PushList,
    PushRead,
    PushSubscribe,
    ReadAll,
    TargetCreate,
    TargetPage,
    TargetRead,
)
from upnext.workspaces.http import requires

reads = Router(prefix="/notifications", tags=["notifications"], route_class=ReadRoute)
writes = Router(prefix="/notifications", tags=["notifications"], route_class=WriteRoute)
routers = (reads, writes)
# Beside the API and its versions: the address lies in people's mailboxes for years.
public_reads = Router(prefix="/unsubscribe", tags=["notifications"], route_class=ReadRoute)
public_writes = Router(prefix="/unsubscribe", tags=["notifications"], route_class=WriteRoute)
outside = (public_reads, public_writes)

Reader = Annotated[Actor, requires(policy.READ)]
Writer = Annotated[Actor, requires(policy.WRITE)]
Holder = Annotated[Credential, Depends(Allows(policy.READ))]
Chooser = Annotated[Credential, Depends(Allows(policy.WRITE))]
Person = Annotated[Credential, Depends(Allows(policy.WRITE, person=True))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1_000)]


@reads.get("")
async def list_notifications(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
    unread: Annotated[bool, Query(description="Only what was not read.")] = False,
) -> NotificationPage:
    """What one was told of, the newest first, and how much of it is unread."""
    found, more, count = await service.find(
        session, actor, runtime.keys, limit=limit, cursor=cursor, unread=unread
    )
    items = [NotificationRead.of(row) for row in found]
    return NotificationPage(items=items, next_cursor=more, unread=count)


@writes.post("/read-all")
async def read_all(session: Session, actor: Writer, data: ReadAll | None = None) -> Marked:
    """Mark all as read, or what is not newer than the one that is named."""
    marked = await service.mark_all(session, actor, data.up_to if data else None)
    return Marked(marked=marked)


@writes.post("/{notification_id:uuid}/read")
async def mark_read(session: Session, actor: Writer, notification_id: UUID) -> NotificationRead:
    row = await service.mark(session, actor, notification_id, read=True)
    return NotificationRead.of(row)


@writes.post("/{notification_id:uuid}/unread")
async def mark_unread(session: Session, actor: Writer, notification_id: UUID) -> NotificationRead:
    row = await service.mark(session, actor, notification_id, read=False)
    return NotificationRead.of(row)


@writes.delete("/{notification_id:uuid}", status_code=204)
async def delete_notification(session: Session, actor: Writer, notification_id: UUID) -> None:
    """Out of the list. One is not told of the same again."""
    await service.delete(session, actor, notification_id)


# Choices


@reads.get("/preferences")
async def get_preferences(
    session: Session, credential: Holder, response: Response
) -> PreferencesRead:
    """Of what one is told and where, with quiet hours, muted projects and the digest."""
    found = await service.preferences(session, credential.user_id)
    response.headers["ETag"] = etag(found.version)
    return found


@writes.put("/preferences")
async def put_preferences(
    session: Session,
    credential: Chooser,
    data: PreferencesIn,
    expected: IfMatch,
    response: Response,
) -> PreferencesRead:
    """Choose all of it. An event that is left out is told as for whoever chose nothing."""
    chosen = await service.choose(
        session, owner(credential), credential.user_id, data, expected=expected
    )
    response.headers["ETag"] = etag(chosen.version)
    return chosen


# Browsers


@reads.get("/push")
async def list_browsers(session: Session, actor: Reader, runtime: CurrentRuntime) -> PushList:
    """The browsers that are sent push messages, and the key that a browser asks for."""
    pair = await push.pair_of(runtime)
    items = [PushRead.of(row) for row in await service.browsers(session, actor)]
    return PushList(public_key=pair.public, items=items)


@writes.post("/push", status_code=201)
async def subscribe_browser(
    session: Session, credential: Person, runtime: CurrentRuntime, data: PushSubscribe
) -> PushRead:
    """Send push messages to a browser, by what it gave for this."""
    row = await service.subscribe(
        session, owner(credential), runtime.keys, credential.user_id, data
    )
    return PushRead.of(row)


@writes.delete("/push/{subscription_id:uuid}", status_code=204)
async def unsubscribe_browser(session: Session, actor: Writer, subscription_id: UUID) -> None:
    await service.unsubscribe(session, actor, subscription_id)


# Other services


@reads.get("/targets")
async def list_targets(session: Session, actor: Reader) -> TargetPage:
    """Services that one is told through, without their URLs."""
    return TargetPage(items=[TargetRead.of(row) for row in await service.targets(session, actor)])


@writes.post("/targets", status_code=201)
async def add_target(
    session: Session, credential: Person, runtime: CurrentRuntime, data: TargetCreate
) -> TargetRead:
    """Be told through another service, by its Apprise URL, which is kept encrypted."""
    # Apprise takes a second to load.
    kind = await asyncio.to_thread(service.judged, data.url)
    row = await service.add_target(
        session, owner(credential), runtime.keys, credential.user_id, data, kind
    )
    return TargetRead.of(row)


@writes.delete("/targets/{target_id:uuid}", status_code=204)
async def remove_target(session: Session, actor: Writer, target_id: UUID) -> None:
    await service.remove_target(session, actor, target_id)


# From a mail

HTML: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {"text/html": {}}}},
}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Upnext</title>
<p>{words}</p>{form}</html>"""
FORM = '<form method="post"><button>No more mails of this kind</button></form>'


@public_reads.get("/{token}", **HTML)
async def ask_to_unsubscribe(runtime: CurrentRuntime, token: str) -> Response:
    """A page with one button: what only looks at addresses, such as a scanner, changes nothing."""
    _read(runtime, token)
    return _page("Do you want to get no more mails of this kind?", FORM)


@public_writes.post("/{token}", **HTML)
async def unsubscribe(runtime: CurrentRuntime, session: Session, token: str) -> Response:
    """No more mails of this kind: by that button, or by a mail program (RFC 8058)."""
    user_id, event = _read(runtime, token)
    await service.silence(session, user_id, event)
    return _page("You get no more mails of this kind.", "")


def _read(runtime: Runtime, token: str) -> tuple[UUID, str]:
    found = unsubscribing.read(runtime.keys, token)
    if found is None:
        raise NotFound("This link is incomplete. Copy all of it from the mail.")
    return found


def _page(words: str, form: str) -> Response:
    body = PAGE.format(words=words, form=form)
    return Response(body, headers=HEADERS, media_type="text/html")
