"""The table of routes finds what trying one after the other finds."""

import re
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match, Mount
from starlette.types import ASGIApp

from tests.kit.app import connect, refused
from upnext.api.routes import Index, lay
from upnext.core.routing import Router

PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def _path(route: APIRoute) -> str:
    return PARAMETER.sub(lambda m: str(uuid4()) if m[2] == "uuid" else "some", route.path)


def test_each_route_is_found_as_one_after_the_other(app: FastAPI) -> None:
    routes = [route for route in app.router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 200
    index = Index(app.router)
    for route in routes:
        for method in route.methods or ():
            scope = {"type": "http", "path": _path(route), "method": method, "root_path": ""}
            first = next(one for one in routes if one.matches(dict(scope))[0] == Match.FULL)
            found = index.find(scope)
            assert found is None if ":path}" in first.path else found and found[0] is first


async def test_what_no_route_takes_goes_the_usual_way(served: ASGIApp) -> None:
    async with connect(served) as client:
        refused(await client.get("/no/such/place"), 404)
        answer = await client.delete("/tasks")
        refused(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, POST"


def test_only_routes_of_an_api_are_laid_out() -> None:
    router = Router(routes=[Mount("/files", routes=[])])
    with pytest.raises(TypeError, match="no route of the API"):
        lay(APIRouter(), router)


async def test_options_of_a_router_are_kept() -> None:
    app, router = FastAPI(), Router(prefix="/things", tags=["things"])

    @router.get("/{name}", status_code=203, responses={404: {"description": "None"}})
    async def read(name: str) -> dict[str, str]:
        return {"name": name}

    assert not any(isinstance(route, APIRoute) for route in router.routes), "made once, below"
    lay(app.router, router, "/v1", {500: {"description": "Broken"}})
    app.router.middleware_stack = Index(app.router)
    described = app.openapi()["paths"]["/v1/things/{name}"]["get"]
    assert described["tags"] == ["things"]
    assert described["responses"].keys() == {"203", "404", "422", "500"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        answer = await client.get("/v1/things/ball")
    assert (answer.status_code, answer.json()) == (203, {"name": "ball"})
