"""The web app's files, as `make web` leaves them, and the plain page without them.

Every address of the app answers with the same page, which finds its screen by itself. Files whose
names hold their hash are kept for ever; the others are asked for again. Nothing is `unsafe-inline`:
the page's policy names the hash of the one script that is part of it.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from upnext.core.edge.packing import taken
from upnext.core.errors import NotFound
from upnext.core.routing import Router

BUILT = Path(__file__).parent.parent / "web_assets"

# First words of the app's addresses; `web/src/app/router.tsx` has the same ones (a test compares).
SCREENS = (
    "admin", "automations", "board", "forgot-password", "goals", "invitation", "lists",
    "notifications", "plan", "register", "reset-password", "search", "settings", "sign-in",
    "stats", "tasks", "verify-email",
)  # fmt: skip
# Beside the page, under names that browsers look for.
BESIDE = (
    "icon.svg", "icon-192.png", "icon-512.png", "icon-maskable-512.png",
    "manifest.webmanifest", "push.js", "sw.js",
)  # fmt: skip
TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
}
POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
ONE_YEAR = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
# In the order in which they are preferred: the smallest first.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Upnext</title></head>
<body>
<h1>Upnext runs, its web app is not built</h1>
<p>Build it with <code>make web</code>, then start the server again.</p>
<p>Until then: the API is described at <a href="/docs">/docs</a>, and
<code>upnext --help</code> is the command line.</p>
</body>
</html>
"""


@dataclass(frozen=True)
class File:
    """A file as it is sent, by the encoding a browser takes."""

    type: str
    plain: bytes
    packed: Mapping[str, bytes]

    @cached_property
    def policy(self) -> str:
        found = INLINE.findall(self.plain) if self.type == TYPES[".html"] else []
        hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in found)
        return POLICY.format(scripts="".join(f" 'sha256-{one}'" for one in hashes))

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.plain).hexdigest()[:16]}"'


class Shelf:
    """The built files in memory, under the addresses they are asked for by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _files(self) -> Mapping[str, File]:
        found = (path for path in self._folder.rglob("*") if path.suffix in TYPES)
        return {path.relative_to(self._folder).as_posix(): _read(path) for path in found}

    def find(self, name: str) -> File | None:
        """Names are looked up, never joined to a path."""
        return self._files.get(name)


def _read(path: Path) -> File:
    beside = {name: path.with_name(path.name + ending) for name, ending in ENCODINGS}
    packed = {name: file.read_bytes() for name, file in beside.items() if file.is_file()}
    plain = path.read_bytes()
    if path.suffix not in {".png", ".woff2"} and "gzip" not in packed:
        packed["gzip"] = gzip.compress(plain, mtime=0)
    return File(TYPES[path.suffix], plain, packed)


def router(folder: Path = BUILT) -> Router:
    """To be included last: it has the plainest addresses."""
    shelf = Shelf(folder)
    routes = Router(include_in_schema=False)

    async def page(request: Request) -> Response:
        found = shelf.find("index.html")
        if found is None:
            headers = {"Content-Security-Policy": POLICY.format(scripts="")}
            return HTMLResponse(NOT_BUILT, headers=headers | {"Cache-Control": "no-store"})
        return _sent(request, found, ASKED_AGAIN, {"Content-Security-Policy": found.policy})

    async def hashed(request: Request, name: str) -> Response:
        return _sent(request, _there(shelf.find(f"assets/{name}")), ONE_YEAR, {})

    async def beside(request: Request) -> Response:
        found = _there(shelf.find(request.scope["path"].rstrip("/").rpartition("/")[2]))
        # A service worker lives by the policy of its own file.
        return _sent(request, found, ASKED_AGAIN, {"Content-Security-Policy": found.policy})

    methods = ["GET", "HEAD"]
    routes.add_api_route("/assets/{name:path}", hashed, methods=methods)
    for name in BESIDE:
        routes.add_api_route(f"/{name}", beside, methods=methods)
    # The service worker keeps the page by its file name.
    for address in ("/", "/index.html"):
        routes.add_api_route(address, page, methods=methods)
    for screen in SCREENS:
        routes.add_api_route(f"/{screen}", page, methods=methods)
        routes.add_api_route(f"/{screen}/{{rest:path}}", page, methods=methods)
    return routes


def _there(found: File | None) -> File:
    if found is None:
        raise NotFound("There is no such file. If the app was updated, load its page again.")
    return found


def _sent(request: Request, file: File, lasting: str, headers: dict[str, str]) -> Response:
    headers = {"Cache-Control": lasting, "ETag": file.etag, "Vary": "Accept-Encoding"} | headers
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    names = taken(request.headers.get("accept-encoding", ""))
    for name, _ in ENCODINGS:
        if name in names and name in file.packed:
            headers["Content-Encoding"] = name
            return Response(file.packed[name], media_type=file.type, headers=headers)
    return Response(file.plain, media_type=file.type, headers=headers)
