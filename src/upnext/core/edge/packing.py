"""Long JSON answers, compressed for those who say that they take it: browsers.

Who does not ask for it pays one look at the headers. Left as they are: what is short, what comes
in pieces (streams, downloads), what is compressed already, and what has an ETag, which stands for
these very bytes and is what `If-Match` is compared with. Why nothing secret leaks through the
length of an answer: docs/adr/0009.
"""

import asyncio
import zlib
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]

# What fits one packet gains nothing.
SHORTEST = 1_400
# Longer ones are compressed in a thread: this many bytes take about three milliseconds.
LONGEST_AT_ONCE = 256 * 1024
# JSON that repeats its names: the first level takes off nine tenths, in a third of the usual time.
LEVEL = 1
GZIP = 16 + zlib.MAX_WBITS
# Their answers are passwords' and tokens' own; they are neither long nor asked for by lists.
NEVER = "/api/v1/auth/"
OWN_WAYS = frozenset({b"content-encoding", b"etag", b"content-disposition"})


@lru_cache(maxsize=64)
def taken(accepted: str) -> frozenset[str]:
    """What `Accept-Encoding` names. Said with a weight of nothing, it is not taken."""
    parts = (part.partition(";") for part in accepted.lower().split(","))
    return frozenset(name.strip() for name, _, weight in parts if not _is_nothing(weight))


def _is_nothing(weight: str) -> bool:
    name, _, value = weight.replace(" ", "").partition("=")
    return name == "q" and value.strip("0.") == "" and value != ""


class Packing:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _asks(scope):
            send = _Packer(send).send
        await self._app(scope, receive, send)


def _asks(scope: Scope) -> bool:
    if scope["method"] != "GET" or scope["path"].startswith(NEVER):
        return False
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            return "gzip" in taken(value.decode("latin-1"))
    return False


class _Packer:
    """Holds the beginning of an answer back until it is known whether all of it came at once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_long_json(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                start, message = await _packed(start, message["body"])
            await self._send(start)
        await self._send(message)


def _is_long_json(start: Message) -> bool:
    headers = dict(start.get("headers", ()))
    return (
        start["status"] == 200  # noqa: PLR2004  (HTTP's own)
        and headers.get(b"content-type", b"").startswith(b"application/json")
        and int(headers.get(b"content-length", 0)) >= SHORTEST
        and not OWN_WAYS & headers.keys()
    )


async def _packed(start: Message, body: bytes) -> tuple[Message, Message]:
    small = await asyncio.to_thread(_gzip, body) if len(body) > LONGEST_AT_ONCE else _gzip(body)
    headers: Headers = [one for one in start["headers"] if one[0] != b"content-length"]
    headers += [
        (b"content-length", b"%d" % len(small)),
        (b"content-encoding", b"gzip"),
        (b"vary", b"Accept-Encoding"),
    ]
    return {**start, "headers": headers}, {"type": "http.response.body", "body": small}


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(body) + packer.flush()
