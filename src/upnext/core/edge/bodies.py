"""How large a request body may be, counted while it is read."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core.errors import BadRequest, TooLarge

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
# Digits of a Content-Length: 2**64 has 20.
LONGEST_LENGTH = 20


class Bodies:
    """`usual` bytes, or what `larger` has for the path's ending."""

    def __init__(self, app: ASGIApp, *, usual: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._usual = usual
        self._larger = dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length")
        if (
            announced is None
            and scope["method"] in BODILESS
            and (b"transfer-encoding" not in headers)
        ):
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        _check_announced(announced, limit)
        await self._bounded(scope, receive, send, limit)

    def _limit(self, path: str) -> int:
        for ending, limit in self._larger.items():
            if path.endswith(ending):
                return limit
        return self._usual

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """Whatever the application makes of a body that was cut off, the client is told why."""
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _too_large(limit)
            return message

        async def unless_cut_off(message: Message) -> None:
            nonlocal started
            if started or seen <= limit:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, unless_cut_off)
        except TooLarge:
            if started or seen <= limit:
                raise
        if seen > limit and not started:
            raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit:,} bytes.", code="body_too_large")


def _check_announced(length: bytes | None, limit: int) -> None:
    if length is None:
        return
    # isdigit, since int() also reads "+5", " 5" and "5_0".
    if not length.isdigit():
        raise BadRequest("Content-Length is not a number.", code="invalid_content_length")
    if len(length) > LONGEST_LENGTH or int(length) > limit:
        raise _too_large(limit)
