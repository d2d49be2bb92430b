"""What a request line and its headers may look like, and the two spellings of a path."""

import re
from urllib.parse import quote, unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from upnext.core.edge.problems import HeadersTooLarge, UrlTooLong
from upnext.core.errors import AppError, Invalid

LONGEST_URL = 8_000
LARGEST_HEADERS = 16_000
# What each header costs on the wire besides its name and value: ": " and the line end.
PUNCTUATION = 4
BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Paths:
    """Refuses what has no clear reading; `/tasks/` is `/tasks`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
            if scope["type"] == "http" and (refusal := _refusal(scope, raw_path)):
                raise refusal
            # By the raw path: an escaped slash at the end belongs to the last part's value.
            if raw_path.endswith(b"/") and len(raw_path) > 1:
                scope["path"] = scope["path"][:-1]
                scope["raw_path"] = raw_path[:-1]
        await self._app(scope, receive, send)


def _refusal(scope: Scope, raw_path: bytes) -> AppError | None:
    query: bytes = scope["query_string"]
    if len(raw_path) + len(query) > LONGEST_URL:
        return UrlTooLong(f"The URL is longer than {LONGEST_URL:,} bytes.")
    if sum([len(name) + len(value) + PUNCTUATION for name, value in scope["headers"]]) > (
        LARGEST_HEADERS
    ):
        return HeadersTooLarge(f"The headers are larger than {LARGEST_HEADERS:,} bytes.")
    if why := unreadable(raw_path):
        return Invalid(f"The path {why}.", code="invalid_path")
    if why := unreadable(query):
        return Invalid(f"The query string {why}.", code="invalid_query")
    return None


def unreadable(raw: bytes) -> str | None:
    """Why these bytes of a URL do not stand for one text, if they do not."""
    if not raw.isascii():
        return "has characters that are not percent-encoded"
    if b"%" not in raw:
        return None
    if BROKEN_ESCAPE.search(raw):
        return "has a % without two hexadecimal digits after it"
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "has a NUL character" if "\0" in text else None
