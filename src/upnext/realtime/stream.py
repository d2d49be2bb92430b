"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from upnext.core.auth import Credential
from upnext.core.errors import AppError
from upnext.realtime.connections import Connection, Connections
from upnext.realtime.following import Part, Wanted, follow
from upnext.realtime.hub import FAILURES, Hub

log = structlog.get_logger("upnext.realtime")

HEARTBEAT_SECONDS = 20.0
# Who does not take a few kilobytes within this is too slow, and comes back to where they were.
SEND_SECONDS = 10.0
RETRY_MS = 2_000
MEDIA_TYPE = "text/event-stream; charset=utf-8"
HEADERS = {
    "Cache-Control": "no-store",
    # nginx would else keep it back until there is a buffer full of it.
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True)
class Following:
    """Whose stream it is, and of what; `limit` None: without end."""

    credential: Credential
    wanted: Wanted
    after: int | None
    limit: int | None = None


class EventStream(Response):
    """One workspace's events until the client, the server or the credential ends."""

    media_type = MEDIA_TYPE

    def __init__(self, hub: Hub, connections: Connections, following: Following) -> None:
        self._hub, self._connections, self._following = hub, connections, following
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._connections.open(self._following.credential) as connection:
            # The server tells who streams that it stops: nothing else would end this.
            scope["state"]["at_shutdown"] = lambda: connection.end("server_stops")
            line = Line(send, scope["state"].get("hang_up"))
            await line.head(self.status_code, self.raw_headers)
            await self._hold(connection, line, receive)

    async def _hold(self, connection: Connection, line: "Line", receive: Receive) -> None:
        asked = self._following
        parts = follow(self._hub, connection, asked.wanted, asked.after)
        tasks = [
            asyncio.create_task(_tell(line, parts, asked.limit)),
            asyncio.create_task(_left(receive)),
            asyncio.create_task(_beat(line)),
            asyncio.create_task(connection.ended.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await line.end(_why(tasks[0], connection), left=tasks[1] in done)


class Line:
    """What goes out, one piece at a time and never for long."""

    def __init__(self, send: Send, hang_up: object) -> None:
        self._send, self._hang_up = send, hang_up
        self._lock = asyncio.Lock()
        self._broken = False

    async def head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self.put(b"retry: %d\n\n" % RETRY_MS)

    async def put(self, data: bytes) -> None:
        """Raises TimeoutError for one who is too slow."""
        async with self._lock:
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send(
                        {"type": "http.response.body", "body": data, "more_body": True}
                    )
            except TimeoutError:
                self._broken = True
                raise

    async def end(self, why: str, *, left: bool) -> None:
        if self._broken:
            log.info("slow_client_dropped", door="stream")
            if callable(self._hang_up):
                self._hang_up()
            return
        body = b"" if left else b"event: end\ndata: %s\n\n" % orjson.dumps({"code": why})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


async def _tell(line: Line, parts: AsyncIterator[Part], limit: int | None) -> None:
    """Without end, or until `limit` events were told."""
    left = sys.maxsize if limit is None else limit
    async with aclosing(parts) as each:  # type: ignore[type-var] # an async generator has aclose
        async for part in each:
            data = [
                b"id: %d\nevent: %s\ndata: %s\n\n"
                % (one.event["seq"], one.event["type"].encode(), one.json)
                for one in part.told[:left]
            ]
            left -= len(data)
            # An id alone is an event for nobody, and the place to go on from.
            if left and (not part.told or part.told[-1].event["seq"] != part.seq):
                data.append(b"id: %d\n\n" % part.seq)
            await line.put(b"".join(data))
            if not left:
                return


async def _beat(line: Line) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await line.put(b": still here\n\n")


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _why(telling: "asyncio.Task[Any]", connection: Connection) -> str:
    if connection.ended.is_set():
        return connection.why
    error = None if telling.cancelled() or not telling.done() else telling.exception()
    if isinstance(error, AppError):
        return error.code
    if isinstance(error, FAILURES):
        return "unavailable"
    if error is not None and not isinstance(error, TimeoutError):
        log.error("stream_broke", exc_info=error)
        return "internal_error"
    return "limit"
