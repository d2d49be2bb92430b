"""The API's description and the two pages that show it, with everything from our own origin.

The pages hold no script of their own: theirs lie beside the vendored programs. ReDoc makes its
styles while it runs, which its page's policy admits by a nonce; nothing is `unsafe-inline`.
"""

import asyncio
import gzip
import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

import orjson
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from upnext.core.errors import NotFound
from upnext.core.routing import Router

router = Router(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "docs.js": "text/javascript",
    "redoc.js": "text/javascript",
    "docs.css": "text/css",
    "icon.svg": "image/svg+xml",
}
ONE_YEAR = "public, max-age=31536000, immutable"

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
{styles}
</head>
<body>
<div id="docs" data-spec="{spec}"></div>
<noscript>This page needs JavaScript. The plain description is at {spec}.</noscript>
{scripts}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served: compressed, since every browser takes it so."""

    packed: bytes
    type: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.packed).hexdigest()[:16]


@cache
def asset(name: str) -> Asset:
    """Raises KeyError for what is no asset: names are looked up, never joined to a path."""
    kind = TYPES[name]
    stored = files("upnext.api") / "assets"
    packed = stored / f"{name}.gz"
    if packed.is_file():
        return Asset(packed.read_bytes(), kind)
    return Asset(gzip.compress((stored / name).read_bytes(), mtime=0), kind)


@router.get("/docs")
async def swagger_ui(request: Request) -> HTMLResponse:
    scripts = ("swagger-ui-bundle.js", "docs.js")
    return _page(request, "Swagger UI", ("swagger-ui.css", "docs.css"), scripts)


@router.get("/redoc")
async def redoc(request: Request) -> HTMLResponse:
    return _page(request, "ReDoc", ("docs.css",), ("redoc.standalone.js", "redoc.js"))


@router.get("/docs/assets/{name}")
async def docs_asset(request: Request, name: str) -> Response:
    if name not in TYPES:
        raise NotFound("There is no such file.")
    found = asset(name)
    # The pages ask for a version, so that what they name never changes.
    lasting = ONE_YEAR if request.query_params.get("v") == found.version else "no-cache"
    headers = {"Cache-Control": lasting, "ETag": f'"{found.version}"'}
    return await _packed(request, found.packed, f"{found.type}; charset=utf-8", headers)


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    packed = _described(request.app, request.scope.get("root_path", ""))
    etag = hashlib.sha256(packed).hexdigest()[:16]
    headers = {"Cache-Control": "no-cache", "ETag": f'"{etag}"'}
    return await _packed(request, packed, "application/json", headers)


def _described(app: FastAPI, prefix: str) -> bytes:
    """The description, written once: it changes only with the program."""
    known: bytes | None = getattr(app.state, "openapi_packed", None)
    if known is None:
        description = app.openapi()
        if prefix:
            description = {**description, "servers": [{"url": prefix}]}
        known = gzip.compress(orjson.dumps(description), compresslevel=6, mtime=0)
        app.state.openapi_packed = known
    return known


async def _packed(
    request: Request, packed: bytes, media_type: str, headers: dict[str, str]
) -> Response:
    headers = {**headers, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(packed, media_type=media_type, headers=headers)
    # Some ten milliseconds for the largest, and nearly nobody asks for it like this.
    plain = await asyncio.to_thread(gzip.decompress, packed)
    return Response(plain, media_type=media_type, headers=headers)


def _page(
    request: Request, program: str, styles: tuple[str, ...], scripts: tuple[str, ...]
) -> HTMLResponse:
    prefix = request.scope.get("root_path", "")
    nonce = secrets.token_urlsafe(16)

    def link(name: str) -> str:
        return escape(f"{prefix}/docs/assets/{name}?v={asset(name).version}")

    body = PAGE.format(
        title=escape(f"{request.app.title}: {program}"),
        icon=link("icon.svg"),
        spec=escape(f"{prefix}/openapi.json"),
        styles="\n".join(f'<link rel="stylesheet" href="{link(name)}">' for name in styles),
        scripts="\n".join(
            f'<script src="{link(name)}" nonce="{nonce}"></script>' for name in scripts
        ),
    )
    policy = POLICY.format(styles=f"'self' 'nonce-{nonce}'")
    return HTMLResponse(body, headers={"Content-Security-Policy": policy})
