"""Refusals that come from the edge itself, sent as RFC 9457 problems over bare ASGI."""

import orjson
from starlette.types import Scope, Send

from upnext.core.errors import AppError, problem

MEDIA_TYPE = b"application/problem+json"


class UrlTooLong(AppError):
    status = 414
    code = "url_too_long"
    title = "URL too long"


class HeadersTooLarge(AppError):
    status = 431
    code = "headers_too_large"
    title = "Request header fields too large"


class Crash(AppError):
    """A defect of ours. Says nothing about itself: the log has the traceback by request id."""

    status = 500
    code = "internal_error"
    title = "Internal server error"


def crash() -> Crash:
    return Crash("Something went wrong on our side. Quote the request id when you report it.")


def problem_body(error: AppError, scope: Scope) -> bytes:
    context = scope.get("state", {}).get("context")
    request_id = context.request_id if context else None
    return orjson.dumps(problem(error, instance=scope["path"], request_id=request_id))


async def socket_refusal(error: AppError, scope: Scope, send: Send) -> None:
    """Instead of accepting a WebSocket: as the answer to its handshake, or else by closing it."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await problem_response(error, scope, send, prefix="websocket.")


async def problem_response(error: AppError, scope: Scope, send: Send, prefix: str = "") -> None:
    """Sends the whole answer; nothing may have been sent before."""
    body = problem_body(error, scope)
    headers = [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", str(len(body)).encode()),
        *(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in error.headers.items()
        ),
    ]
    start = {"type": f"{prefix}http.response.start", "status": error.status, "headers": headers}
    await send(start)
    await send({"type": f"{prefix}http.response.body", "body": body})
