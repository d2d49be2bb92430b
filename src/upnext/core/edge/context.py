"""Gives each request its identity: ids, the caller's address, and the caller's program."""

import re
import secrets
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core import logs, tracing
from upnext.core.context import RequestContext
from upnext.core.edge.addresses import Proxies, is_loopback

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
# Version ff is invalid, and so are ids of zeros only: https://www.w3.org/TR/trace-context/
TRACEPARENT = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)
LONGEST_AGENT = 256


class Context:
    """Puts into `scope["state"]`: `context`, `local` (this machine) and `inside` (trusted)."""

    def __init__(self, app: ASGIApp, *, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        context = self._describe(scope)
        request_id = (b"x-request-id", context.request_id.encode())

        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), request_id]
            await send(message)

        with logs.about(context):
            await self._app(scope, receive, stamp)

    def _describe(self, scope: Scope) -> RequestContext:
        headers = dict(scope["headers"])
        if scheme := self._proxies.scheme(scope):
            scope["scheme"] = (
                scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme
            )
        client = self._proxies.client(scope)
        context = RequestContext(
            request_id=_request_id(headers.get(b"x-request-id")),
            trace_id=_trace_id(headers.get(b"traceparent")) or tracing.new_trace_id(),
            ip=client,
            user_agent=_user_agent(headers.get(b"user-agent")),
        )
        state = scope.setdefault("state", {})
        state["context"] = context
        state["inside"] = self._proxies.inside(scope, client)
        state["local"] = state["inside"] and is_loopback(client)
        return context


def _request_id(offered: bytes | None) -> str:
    if offered is not None and REQUEST_ID.fullmatch(offered):
        return offered.decode()
    return secrets.token_hex(16)


def _trace_id(traceparent: bytes | None) -> str | None:
    found = TRACEPARENT.fullmatch(traceparent) if traceparent else None
    return found[1].decode() if found else None


@lru_cache(maxsize=256)
def _user_agent(value: bytes | None) -> str | None:
    """What the client calls itself, in printable characters: it is stored and logged."""
    if not value:
        return None
    text = value.decode("utf-8", "replace")[:LONGEST_AGENT]
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())
