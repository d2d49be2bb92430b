"""The three doors to what happens, and the ticket for the last of them."""

from typing import Annotated, Any

from fastapi import Depends, Header, Response, WebSocket

from upnext.core.auth import Actor, Credential
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, ReadRoute, Session
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.identity.http import Allows, SecretRoute, origin_is_ours
from upnext.realtime import service, tickets
from upnext.realtime.following import beginning
from upnext.realtime.policy import EVENTS_READ
from upnext.realtime.schemas import (
    LARGEST_SEQ,
    EventPage,
    EventsAsked,
    StreamAsked,
    TicketRead,
)
from upnext.realtime.socket import PROTOCOL, TICKET_PROTOCOL, Socket
from upnext.realtime.stream import EventStream, Following
from upnext.workspaces.http import requires

reads = Router(prefix="/events", tags=["events"], route_class=ReadRoute)
secret_writes = Router(prefix="/auth", tags=["events"], route_class=SecretRoute)
sockets = Router()
routers = (reads, secret_writes, sockets)

Reader = Annotated[Actor, requires(EVENTS_READ)]
Asked = Annotated[EventsAsked, Depends(query(EventsAsked))]
Wanted = Annotated[StreamAsked, Depends(query(StreamAsked))]
Holder = Annotated[Credential, Depends(Allows(EVENTS_READ))]
LastEventId = Annotated[str, Header(pattern=r"^[0-9]{0,18}$")]
GONE: dict[int | str, dict[str, Any]] = {  # FastAPI's own type
    410: {
        "description": "What follows upon that `seq` is not there any more",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    },
}
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events as they happen", "content": {"text/event-stream": {}}},
    **GONE,
}


@reads.get("", openapi_extra=described(EventsAsked), response_model=EventPage, responses=GONE)
async def list_events(session: Session, actor: Reader, asked: Asked) -> Response:
    """What happened in a workspace after a `seq`, the oldest first."""
    page = await service.find(session, actor, asked)
    cursor = b'"%d"' % page.last_seq if page.more else b"null"
    items = b",".join(one.json for one in page.told)
    body = b'{"items":[%s],"next_cursor":%s,"last_seq":%d}' % (items, cursor, page.last_seq)
    return Response(body, media_type="application/json")


@reads.get(
    "/stream",
    openapi_extra=described(StreamAsked),
    responses=STREAMED,
    response_class=Response,
)
async def stream_events(
    session: Session,
    actor: Reader,
    credential: Holder,
    runtime: CurrentRuntime,
    asked: Wanted,
    last_event_id: LastEventId = "",
) -> Response:
    """Server-sent events from `Last-Event-ID` on, else from `after`, else from now."""
    wanted = await service.wanted_of(session, actor, asked)
    after = min(int(last_event_id), LARGEST_SEQ) if last_event_id else asked.after
    after = await beginning(session, wanted.workspace_id, after)
    asked_for = Following(credential, wanted, after, asked.limit)
    return EventStream(runtime.parts["hub"], runtime.parts["connections"], asked_for)


@secret_writes.post("/ws-ticket", status_code=201)
async def issue_socket_ticket(session: Session, credential: Holder) -> TicketRead:
    """A ticket that opens one WebSocket within 30 seconds, for pages: they cannot send headers."""
    ticket = await tickets.issue(session, credential)
    return TicketRead(ticket=ticket, expires_in=int(tickets.LIFETIME.total_seconds()))


@sockets.websocket("/ws")
async def open_socket(socket: WebSocket) -> None:
    runtime: Runtime = socket.app.state.runtime
    if not origin_is_ours(socket):
        # Before it is accepted: the browser of whoever looks at a foreign page gets a 403.
        await socket.close(1008)
        return
    offered: list[str] = socket.scope["subprotocols"]
    ticket = next((one for one in offered if one.startswith(TICKET_PROTOCOL)), None)
    await socket.accept(PROTOCOL if PROTOCOL in offered else None)
    await Socket(socket, runtime).hold(ticket and ticket.removeprefix(TICKET_PROTOCOL))
