"""The pages that show the API work without the internet, under their policy."""

import gzip
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from upnext.api import docs
from upnext.api.routes import lay
from upnext.core import edge
from upnext.core.config import load
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics

PAGES = ("/docs", "/redoc")


class Page(HTMLParser):
    """Everything a page loads, and everything it runs by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.nonces: set[str] = set()
        self.inline = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        assert not [name for name in given if name.startswith("on") or name == "style"]
        if address := given.get("src") or given.get("href"):
            self.loads.append(address)
        if nonce := given.get("nonce"):
            self.nonces.add(nonce)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"}:
            self.inline += data.strip()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(title="Up & <next>", docs_url=None, redoc_url=None, openapi_url=None)
    lay(app.router, docs.router)
    app.add_api_route("/api/v1/tasks", lambda: [], summary="List tasks")
    settings = load(environ={"UPNEXT_DATA_DIR": str(tmp_path)})
    wrapped = edge.wrap(app, settings, limiter=Limiter(settings.limits), metrics=Metrics())
    transport = httpx.ASGITransport(wrapped)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_ours_alone(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    page = Page(answer.text)
    assert page.inline == ""
    assert len(page.loads) >= 4
    for address in page.loads:
        assert address.startswith("/docs/assets/")
        assert (await client.get(address)).status_code == 200
    assert "Up &amp; &lt;next&gt;" in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_its_policy_admits_nothing_else(client: httpx.AsyncClient, path: str) -> None:
    answers = [await client.get(path) for _ in range(2)]
    policies = [answer.headers["content-security-policy"] for answer in answers]
    assert policies[0] != policies[1]  # a nonce is used once
    for answer, policy in zip(answers, policies, strict=True):
        assert len(answer.headers.get_list("content-security-policy")) == 1
        (nonce,) = Page(answer.text).nonces
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": f"'self' 'nonce-{nonce}'",
            "img-src": "'self' data:",
            "connect-src": "'self'",
            "worker-src": "blob:",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }


@pytest.mark.parametrize("name", docs.TYPES)
async def test_a_file_is_kept_by_browsers_for_good(client: httpx.AsyncClient, name: str) -> None:
    version = docs.asset(name).version
    answer = await client.get(f"/docs/assets/{name}?v={version}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == f"{docs.TYPES[name]}; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "ratelimit" not in answer.headers
    etag = answer.headers["etag"]
    again = await client.get(f"/docs/assets/{name}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    plain = await client.get(f"/docs/assets/{name}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.content == answer.content


@pytest.mark.parametrize(
    "name", ["README.md", "nothing.js", "..%2Fdocs.py", "%2e%2e%2f%2e%2e%2fdocs.py", "..\\docs.py"]
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/docs/assets/{name}")).status_code == 404


async def test_the_description(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    description = answer.json()
    assert description["openapi"].startswith("3.1")
    assert list(description["paths"]) == ["/api/v1/tasks"]
    headers = {"if-none-match": answer.headers["etag"]}
    assert (await client.get("/openapi.json", headers=headers)).status_code == 304
    plain = await client.get("/openapi.json", headers={"accept-encoding": "identity"})
    assert plain.json() == description


async def test_behind_a_prefix(tmp_path: Path) -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    lay(app.router, docs.router)
    transport = httpx.ASGITransport(app, root_path="/upnext")
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        page = Page((await client.get("/upnext/docs")).text)
        assert all(address.startswith("/upnext/docs/assets/") for address in page.loads)
        assert (await client.get(page.loads[1])).status_code == 200
        description = (await client.get("/upnext/openapi.json")).json()
        assert description["servers"] == [{"url": "/upnext"}]


def test_what_is_vendored_is_what_its_readme_says() -> None:
    folder = Path(docs.__file__).parent / "assets"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for package in ("swagger-ui-dist", "redoc"):
        assert re.search(rf"\| {package} \| \d+\.\d+\.\d+ \| \S+ \| `sha512-", readme)
        assert (folder / f"{package}.LICENSE").stat().st_size > 1_000
    for name, version in re.findall(r"\| (\S+) \| (\d+\.\d+\.\d+) \|", readme):
        bundle = {"redoc": "redoc.standalone.js", "swagger-ui-dist": "swagger-ui-bundle.js"}[name]
        program = gzip.decompress((folder / f"{bundle}.gz").read_bytes())
        assert version.encode() in program


def test_no_program_calls_home() -> None:
    """Addresses stay in the programs as names and links; what loads by itself was taken out."""
    redoc = gzip.decompress(docs.asset("redoc.standalone.js").packed)
    assert b"cdn.redoc.ly" not in redoc
    assert b"document.currentScript.nonce" in redoc
    own = gzip.decompress(docs.asset("docs.js").packed)
    assert b"validatorUrl: null" in own
