"""Long JSON answers are compressed for who asks for it, and nothing else is touched."""

import gzip
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response, StreamingResponse

from upnext.core.edge import packing

Call = Callable[..., httpx.AsyncClient]
LONG = {"items": [{"title": f"Task {number}", "priority": "medium"} for number in range(200)]}
HUGE = {"text": "as long as a whole export " * 20_000}
ASKING = {"accept-encoding": "gzip, deflate, br"}


def _long(**headers: str) -> JSONResponse:
    return JSONResponse(LONG, headers=headers)


async def _pieces() -> AsyncIterator[bytes]:
    yield b'{"items": ['
    yield b'"x"' + b" " * 4_000 + b"]}"


ANSWERS: dict[str, Callable[[], Response]] = {
    "/list": lambda: JSONResponse(LONG),
    "/huge": lambda: JSONResponse(HUGE),
    "/varying": lambda: _long(vary="Origin"),
    "/short": lambda: JSONResponse({"items": []}),
    "/tagged": lambda: _long(etag='"7"'),
    "/download": lambda: _long(**{"content-disposition": "attachment; filename=tasks.json"}),
    "/done": lambda: _long(**{"content-encoding": "identity"}),
    "/error": lambda: JSONResponse(LONG, 422),
    "/text": lambda: Response("so " * 2_000, media_type="text/calendar"),
    "/unchanged": lambda: Response(status_code=304, headers={"etag": '"7"'}),
    "/pieces": lambda: StreamingResponse(_pieces(), media_type="application/json"),
    "/sized-pieces": lambda: StreamingResponse(
        _pieces(), media_type="application/json", headers={"content-length": "4016"}
    ),
    "/api/v1/auth/sessions": lambda: JSONResponse(LONG),
}
LEFT = sorted(ANSWERS.keys() - {"/list", "/huge", "/varying"})


@pytest.fixture
def client(call: Call) -> httpx.AsyncClient:
    app = FastAPI()
    for path, make in ANSWERS.items():
        app.add_api_route(path, make, methods=["GET", "POST"], response_model=None)
    return call(inner=app)


@pytest.mark.parametrize(("path", "body"), [("/list", LONG), ("/huge", HUGE), ("/varying", LONG)])
async def test_a_long_answer_is_compressed_for_who_asks(
    client: httpx.AsyncClient, path: str, body: object
) -> None:
    async with client.stream("GET", path, headers=ASKING) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers.get_list("vary")
    assert int(answer.headers["content-length"]) == len(raw) < len(str(body)) / 5
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("path", LEFT)
async def test_what_is_left_as_it_is(client: httpx.AsyncClient, path: str) -> None:
    asked = await client.get(path, headers=ASKING)
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    assert asked.content == plain.content
    assert asked.headers.get("content-encoding") == plain.headers.get("content-encoding")
    assert asked.headers.get("etag") == plain.headers.get("etag")


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.000, br"])
async def test_who_does_not_ask_gets_it_plain(client: httpx.AsyncClient, accepted: str) -> None:
    answer = await client.get("/list", headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.json() == LONG


async def test_what_writes_is_answered_plain(client: httpx.AsyncClient) -> None:
    """Keys and secrets are told once, in the answer to the request that made them."""
    answer = await client.post("/list", headers=ASKING)
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("gzip, deflate, br", {"gzip", "deflate", "br"}),
        ("GZIP;q=0.5", {"gzip"}),
        ("br;q=0, gzip;q=1.0", {"gzip"}),
        ("gzip; q=0.0", set()),
        ("gzip;q=", {"gzip"}),
    ],
)
def test_weights_of_nothing_mean_no(header: str, names: set[str]) -> None:
    assert packing.taken(header) - {""} == names
