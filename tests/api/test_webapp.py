"""The web app's files are served as the build left them, under a strict policy."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from upnext.api import problems, webapp
from upnext.api.routes import lay
from upnext.core import edge
from upnext.core.config import load
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics

PAGE = b"<!doctype html><title>Upnext</title><script>go()</script><script src='/a.js'></script>"
# printf 'go()' | openssl dgst -sha256 -binary | base64
OF_ITS_SCRIPT = "sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw="
SCRIPT = b"console.log('next')" * 20


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "sw.js").write_bytes(b"self.skipWaiting()")
    (folder / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-1a2b.js.br").write_bytes(b"as brotli")
    (folder / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.js").write_bytes(b"not of the app")
    return folder


def _client(folder: Path, data_dir: Path) -> httpx.AsyncClient:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    problems.install(app)
    lay(app.router, webapp.router(folder))
    settings = load(environ={"UPNEXT_DATA_DIR": str(data_dir)})
    wrapped = edge.wrap(app, settings, limiter=Limiter(settings.limits), metrics=Metrics())
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(wrapped), base_url="http://localhost", headers={}
    )


@pytest.fixture
async def client(built: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(built, tmp_path) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/lists/inbox", "/settings", "/goals/", "/board/x/y"]
)
async def test_every_screen_is_the_same_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.content == PAGE
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert f"script-src 'self' '{OF_ITS_SCRIPT}';" in policy
    assert "unsafe" not in policy


def test_the_server_and_the_app_know_the_same_screens() -> None:
    """An address that only one of them knows is a dead one when it is opened or loaded again."""
    router = Path(__file__).parents[2] / "web" / "src" / "app" / "router.tsx"
    paths = re.findall(r"path: '(/[^']*)'", router.read_text(encoding="utf-8"))
    assert len(paths) > 10
    assert {path.split("/")[1] for path in paths} - {""} == set(webapp.SCREENS)


async def test_what_is_no_screen_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/listless")).status_code == 404
    assert (await client.get("/api/v1/listless")).status_code == 404


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)],
)
async def test_files_come_as_small_as_the_browser_takes_them(
    client: httpx.AsyncClient, accepts: str, encoding: str | None
) -> None:
    request = client.build_request("GET", "/assets/index-1a2b.js")
    request.headers["accept-encoding"] = accepts
    answer = await client.send(request, stream=True)
    raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    # What gzip packs holds the second in which it was packed.
    shown = gzip.decompress(raw) if encoding == "gzip" else raw
    assert shown == {"br": b"as brotli", "gzip": SCRIPT, None: SCRIPT}[encoding]
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_what_did_not_change_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/sw.js")
    assert first.headers["cache-control"] == "no-cache"
    # By this policy a service worker may fetch what it keeps.
    assert "connect-src 'self'" in first.headers["content-security-policy"]
    again = await client.get("/sw.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["../../secret.js", "..%2f..%2fsecret.js", "gone-99.js", ""])
async def test_only_files_of_the_app_are_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/assets/{name}")).status_code in {400, 404}


async def test_without_a_build_a_page_says_what_to_do(tmp_path: Path) -> None:
    async with _client(tmp_path / "nowhere", tmp_path) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "make web" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_assets_are_not_limited(client: httpx.AsyncClient) -> None:
    answers = [await client.get("/assets/index-1a2b.js") for _ in range(120)]
    assert {answer.status_code for answer in answers} == {200}
