"""Routes whose calls are made straight away answer as FastAPI lets them answer."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Form, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

from upnext.core import direct

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
calls: list[str] = []


class Thing(BaseModel):
    name: str
    size: int = 1


def _json(value: Any) -> Response:  # whatever is to be seen
    return Response(orjson.dumps(value, default=str), media_type="application/json")


async def once(request: Request) -> str:
    calls.append("once")
    return request.headers.get("x-who", "nobody")


async def limit(limit: int = 10, who: str = Depends(once)) -> str:
    return f"{who} {limit}"


class Member:
    """A dependency that is an object, and describes how one signs in."""

    async def __call__(
        self,
        request: Request,
        _described: Annotated[str | None, Depends(OAuth2PasswordBearer("/x", auto_error=False))],
        who: Annotated[str, Depends(once)],
    ) -> str:
        if who == "stranger":
            raise RequestValidationError([])
        return f"{who}@{request.url.path}"


Asked = Annotated[str, Depends(limit)]
Signed = Annotated[str, Depends(Member())]


async def read(thing_id: UUID, asked: Asked, signed: Signed, tag: str = "none") -> Response:
    return _json([thing_id, asked, signed, tag])


async def named(name: str, version: Annotated[str, Header(pattern="^[0-9]+$")] = "1") -> Response:
    return _json([name, version])


async def write(thing: Thing, thing_id: UUID, asked: Asked) -> Response:
    return _json([thing.model_dump(), thing_id, asked])


async def maybe(thing: Annotated[Thing | None, Body()] = None) -> Response:
    return _json(thing and thing.model_dump())


def _routers(kind: type[APIRoute]) -> APIRouter:
    router = APIRouter(route_class=kind)
    router.add_api_route("/things/{thing_id:uuid}", read)
    router.add_api_route("/named/{name}", named)
    router.add_api_route("/things/{thing_id:uuid}", write, methods=["POST"])
    router.add_api_route("/maybe", maybe, methods=["POST"])
    return router


class Direct(APIRoute):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # FastAPI's own signature
        super().__init__(*args, **kwargs)
        handler = direct.handler_of(self, bodies=True)
        assert handler is not None, self.path
        self.app = direct.app_of(handler)


def _client(kind: type[APIRoute]) -> httpx.AsyncClient:
    app = FastAPI()
    for route in _routers(kind).routes:
        app.router.routes.append(route)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.fixture
async def both() -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    async with _client(APIRoute) as theirs, _client(Direct) as ours:
        yield theirs, ours


JSON = {"content-type": "application/json"}
REQUESTS: list[dict[str, Any]] = [
    {"url": f"/things/{ID}"},
    {"url": f"/things/{ID}?limit=3&tag=a&tag=b", "headers": {"x-who": "ada"}},
    {"url": f"/things/{ID}?limit=many"},
    {"url": f"/things/{ID}?limit=many", "headers": {"x-who": "stranger"}},
    {"url": "/things/none"},
    {"url": "/named/a%20b"},
    {"url": "/named/a", "headers": {"version": "2"}},
    {"url": "/named/a", "headers": {"version": "two"}},
    {"method": "POST", "url": f"/things/{ID}", "json": {"name": "a"}},
    {"method": "POST", "url": f"/things/{ID}?limit=x", "json": {"name": 1, "size": "x"}},
    {"method": "POST", "url": f"/things/{ID}", "json": [1]},
    {"method": "POST", "url": f"/things/{ID}"},
    {"method": "POST", "url": f"/things/{ID}", "content": "null", "headers": JSON},
    {"method": "POST", "url": f"/things/{ID}", "content": '{"name": "a"}'},
    {
        "method": "POST",
        "url": f"/things/{ID}",
        "content": '{"name": "a"}',
        "headers": {"content-type": "Application/Problem+JSON; charset=utf-8"},
    },
    {"method": "POST", "url": "/maybe"},
    {"method": "POST", "url": "/maybe", "content": "null", "headers": JSON},
    {"method": "POST", "url": "/maybe", "json": {"name": "a"}},
    {"method": "POST", "url": "/maybe", "json": {}},
]


@pytest.mark.parametrize("asked", REQUESTS, ids=lambda asked: f"{asked['url'][-20:]}")
async def test_the_same_answers(
    both: tuple[httpx.AsyncClient, httpx.AsyncClient], asked: dict[str, Any]
) -> None:
    told, called = [], []
    for client in both:
        calls.clear()
        answer = await client.request(**{"method": "GET", **asked})
        told.append((answer.status_code, answer.json()))
        called.append(list(calls))
    assert told[0] == told[1]
    assert called[0] == called[1], "each dependency is asked as often, so once"


async def makes_an_object(thing_id: UUID) -> Thing:
    return Thing(name=str(thing_id))


async def takes_a_form(name: Annotated[str, Form()]) -> Response:
    return _json(name)


async def takes_two(a: Thing, b: Thing) -> Response:
    return _json([a, b])


async def sets_headers(response: Response) -> Response:
    return response


async def opens() -> AsyncIterator[int]:
    yield 1


async def needs_it_open(number: Annotated[int, Depends(opens)]) -> Response:
    return _json(number)


def in_a_thread() -> int:
    return 1


async def needs_a_thread(number: Annotated[int, Depends(in_a_thread)]) -> Response:
    return _json(number)


def _of(endpoint: Any, **more: Any) -> direct.Handler | None:
    route = APIRoute("/x/{thing_id:uuid}", endpoint, methods=["POST"], **more)
    return direct.handler_of(route, bodies=True)


async def test_what_needs_more_is_left_to_fastapi() -> None:
    for endpoint in (makes_an_object, takes_a_form, takes_two, sets_headers, needs_it_open):
        assert _of(endpoint) is None, endpoint
    assert _of(needs_a_thread) is None
    assert _of(write) is not None
    route = APIRoute("/x/{thing_id:uuid}", write, methods=["POST"])
    assert direct.handler_of(route, bodies=False) is None
