"""Sending a file out: all of it or parts of it, and never as a page of this server."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from upnext.core.http import not_modified
from upnext.core.storage import Content, Shown, Storage
from upnext.files import keys
from upnext.files.names import disposition
from upnext.files.pictures import THUMBNAIL_KIND
from upnext.files.ranges import Part, parts_of

_SANDBOX: Final = "sandbox; default-src 'none'"
SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": _SANDBOX,
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
}
"""No sniffer stops a file that is two things at once, so this is what keeps it harmless."""

Found = Mapping[str, Any]


class Held(StreamingResponse):
    """Closes what it reads from, also if nobody reads it to its end, or begins to."""

    def __init__(self, stack: AsyncExitStack, pieces: AsyncIterator[bytes], **rest: Any) -> None:
        super().__init__(pieces, **rest)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._stack:
            await super().__call__(scope, receive, send)


async def download(request: Request, storage: Storage, found: Found) -> Response:
    """RFC 9110: conditions first, then ranges. Raises RangeRefused, or 503 without the content."""
    headers = _headers(found)
    if answer := not_modified(request, headers["ETag"]):
        answer.headers.update(headers)
        return answer
    size = int(found["size"])
    parts = None
    if request.method == "GET" and _may_be_partial(request, headers):
        parts = parts_of(request.headers.get("range"), size)
    if request.method == "HEAD":
        headers["Content-Length"] = str(size)
        return Response(headers=headers, media_type=found["content_type"])
    key = keys.key_of(UUID(str(found["workspace_id"])), UUID(str(found["content_id"])))
    shown = Shown(content_type=found["content_type"], disposition=headers["Content-Disposition"])
    if link := await storage.link(key, shown):
        return RedirectResponse(link, 307, {"Cache-Control": "no-store"})
    stack = AsyncExitStack()
    content = await stack.enter_async_context(storage.open(key))
    return _answer(stack, content, found, parts, headers)


def _headers(found: Found) -> dict[str, str]:
    return SAFE | {
        "ETag": f'"{bytes(found["sha256"]).hex()}"',
        "Last-Modified": _http_date(found["created_at"]),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(found["filename"]),
    }


def _http_date(at: datetime) -> str:
    return format_datetime(at.replace(microsecond=0), usegmt=True)


def _may_be_partial(request: Request, headers: Mapping[str, str]) -> bool:
    """If-Range: only what is exactly the same may be continued."""
    held = request.headers.get("if-range")
    if held is None or held == headers["ETag"]:
        return True
    if held.startswith(('"', "W/")):
        return False
    try:
        return parsedate_to_datetime(held) == parsedate_to_datetime(headers["Last-Modified"])
    except ValueError:
        return False


def _answer(
    stack: AsyncExitStack,
    content: Content,
    found: Found,
    parts: Sequence[Part] | None,
    headers: dict[str, str],
) -> Response:
    size, kind = content.size, str(found["content_type"])
    if parts is None:
        headers["Content-Length"] = str(size)
        return Held(stack, content.pieces(0, size), headers=headers, media_type=kind)
    if len(parts) == 1:
        headers["Content-Range"] = _range(parts[0], size)
        headers["Content-Length"] = str(parts[0].length)
        pieces = content.pieces(*parts[0])
        return Held(stack, pieces, status_code=206, headers=headers, media_type=kind)
    boundary = secrets.token_hex(12)
    heads = [_part_head(part, boundary, kind, size) for part in parts]
    end = f"--{boundary}--\r\n".encode()
    length = sum(len(h) + p.length + 2 for h, p in zip(heads, parts, strict=True)) + len(end)
    headers["Content-Length"] = str(length)
    body = _multipart(content, parts, heads, end)
    kind = f"multipart/byteranges; boundary={boundary}"
    return Held(stack, body, status_code=206, headers=headers, media_type=kind)


def _range(part: Part, size: int) -> str:
    return f"bytes {part.start}-{part.end}/{size}"


def _part_head(part: Part, boundary: str, kind: str, size: int) -> bytes:
    text = f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {_range(part, size)}\r\n\r\n"
    return text.encode()


async def _multipart(
    content: Content, parts: Sequence[Part], heads: Sequence[bytes], end: bytes
) -> AsyncGenerator[bytes]:
    for part, head in zip(parts, heads, strict=True):
        yield head
        async for piece in content.pieces(*part):
            yield piece
        yield b"\r\n"
    yield end


async def small_picture(request: Request, storage: Storage, found: Found) -> Response:
    """Pixels that this server encoded itself, so it may be shown as it is."""
    headers = SAFE | {
        "ETag": f'"{bytes(found["sha256"]).hex()[:32]}-thumb"',
        "Content-Disposition": disposition(f"{found['filename']}.webp", "inline"),
    }
    if answer := not_modified(request, headers["ETag"]):
        answer.headers.update(headers)
        return answer
    owner = UUID(str(found["workspace_id"])), UUID(str(found["content_id"]))
    stack = AsyncExitStack()
    content = await stack.enter_async_context(storage.open(keys.thumbnail_of(*owner)))
    headers["Content-Length"] = str(content.size)
    pieces = content.pieces(0, content.size)
    return Held(stack, pieces, headers=headers, media_type=THUMBNAIL_KIND)
