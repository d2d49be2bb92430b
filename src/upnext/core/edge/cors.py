"""Which other origins' pages may call this API from a browser (the Fetch standard's CORS)."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core.edge.problems import problem_response
from upnext.core.errors import Forbidden

METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
SENDABLE = (
    b"Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    b"Last-Event-ID, Traceparent, Tracestate, X-Request-ID, X-Upnext-Client"
)
READABLE = (
    b"Content-Disposition, Deprecation, ETag, Idempotent-Replayed, Link, Location, RateLimit, "
    b"RateLimit-Policy, Retry-After, Sunset, X-Request-ID"
)
VARY = (b"vary", b"Origin")


class Cors:
    def __init__(self, app: ASGIApp, *, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.rstrip("/").lower().encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        listed = origin.lower() in self._origins
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await _preflight(scope, send, origin if listed else None)
            return
        grants = [VARY]
        if listed:
            grants += [*_grants(origin), (b"access-control-expose-headers", READABLE)]

        async def grant(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *grants]
            await send(message)

        await self._app(scope, receive, grant)


def _grants(origin: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
    ]


async def _preflight(scope: Scope, send: Send, origin: bytes | None) -> None:
    if origin is None:
        refusal = Forbidden("This origin is not in CORS_ORIGINS.", code="origin_not_allowed")
        await problem_response(refusal, scope, send)
        return
    headers = [
        *_grants(origin),
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", SENDABLE),
        (b"access-control-max-age", b"600"),
        VARY,
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
