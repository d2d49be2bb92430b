"""Headers that tell browsers what an answer may do. What an answer sets itself is kept."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (
        b"permissions-policy",
        b"accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        b"microphone=(), payment=(), usb=()",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Without subdomains or preload: neither is ours to promise for a domain that others share.
HTTPS_ONLY: Header = (b"strict-transport-security", b"max-age=31536000")
NOT_STORED: Header = (b"cache-control", b"no-store")
# With an ETag a private cache may keep the answer, and must ask each time.
ASKED_AGAIN: Header = (b"cache-control", b"private, no-cache")


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def harden(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _hardened(message.get("headers", ()), scope["scheme"])
            await send(message)

        await self._app(scope, receive, harden)


def _hardened(headers: list[Header], scheme: str) -> list[Header]:
    present = {name for name, _ in headers}
    result = [*headers, *(header for header in HEADERS if header[0] not in present)]
    if b"cache-control" not in present:
        result.append(ASKED_AGAIN if b"etag" in present else NOT_STORED)
    if scheme == "https":
        result.append(HTTPS_ONLY)
    return result
