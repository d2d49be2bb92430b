"""One log event and one measurement per request, and nothing secret in either."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Scope

from upnext.core.metrics import Metrics

Call = Callable[..., httpx.AsyncClient]
Log = Callable[[], list[dict[str, Any]]]


async def test_one_event_per_request(call: Call, log: Log) -> None:
    headers = {"x-request-id": "request-0001"}
    await call().get("/api/v1/tasks/17?text=hidden", headers=headers)
    (event,) = log()
    assert isinstance(event.pop("ms"), float)
    assert event.pop("at").endswith("Z")
    assert event == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/api/v1/tasks/{task_id}",
        "path": "/api/v1/tasks/17",
        "status": 200,
        "ip": "127.0.0.1",
        "user_id": None,
        "request_id": "request-0001",
    }


async def test_the_event_names_the_user(call: Call, log: Log) -> None:
    async def ann(_: Scope) -> str:
        return "user-ann"

    await call(authenticate=ann).get("/api/v1/whoami")
    assert log()[0]["user_id"] == "user-ann"


async def test_routes_of_included_routers_are_named_whole(
    call: Call, log: Log, metrics: Metrics
) -> None:
    inner, outer = APIRouter(prefix="/tasks"), APIRouter(prefix="/api/v1")

    @inner.get("/{task_id}/files/{file_id}")
    async def read(task_id: str, file_id: str) -> None: ...

    outer.include_router(inner)
    app = FastAPI()
    app.include_router(outer)
    await call(inner=app).get("/api/v1/tasks/1/files/2")
    await call(inner=app).post("/api/v1/tasks/1/files/2")
    assert {event["route"] for event in log()} == {"/api/v1/tasks/{task_id}/files/{file_id}"}
    assert [event["status"] for event in log()] == [200, 405]


async def test_t058_no_credential_reaches_the_log(call: Call, log: Log) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    client = call()
    await client.get(f"/api/v1/whoami?access_token={token}&password=hunter2hunter2")
    await client.get("/api/v1/whoami", headers={"authorization": f"Bearer {token}"})
    await client.get("/api/v1/shared/s3cr3t-link-part")
    await client.get(f"/nowhere/{token}")
    await client.post("/api/v1/tasks", content=b'{"password": "hunter2hunter2"}')
    text = str(log())
    assert len(log()) == 5
    for secret in (token, "hunter2", "s3cr3t-link-part", "c2lnbmF0dXJl"):
        assert secret not in text


async def test_probes_are_logged_only_when_they_fail(call: Call, log: Log) -> None:
    await call().get("/health")
    assert log() == []
    await call().get("/health/ready")
    assert [event["status"] for event in log()] == [404]


async def test_measures_by_route_and_class_of_status(call: Call, metrics: Metrics) -> None:
    client = call()
    for task in "123":
        await client.get(f"/api/v1/tasks/{task}")
    for path in ("/a", "/b/c", "/d%20e"):
        await client.get(path)
    await client.request("BREW", "/api/v1/tasks/1")
    read = metrics.registry.get_sample_value
    task_labels = {"method": "GET", "route": "/api/v1/tasks/{task_id}", "status": "2xx"}
    unmatched = {"method": "GET", "route": "(unmatched)", "status": "4xx"}
    assert read("http_requests_total", task_labels) == 3
    assert read("http_request_duration_seconds_count", task_labels) == 3
    assert read("http_requests_total", unmatched) == 3
    other = {"method": "OTHER", "route": "/api/v1/tasks/{task_id}", "status": "4xx"}
    assert read("http_requests_total", other) == 1
    assert read("http_requests_in_flight") == 0


async def test_a_client_that_leaves_is_no_error(
    wrap: Callable[..., ASGIApp], log: Log, metrics: Metrics
) -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        """What a server does with an answer to nobody."""

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/api/v1/tasks", "raw_path": b"/api/v1/tasks",
        "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("localhost", 80), "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    await wrap()(scope, gone, send)
    events = log()
    assert [(event["event"], event["level"]) for event in events] == [("request", "info")]
    assert events[0]["status"] == 499
    assert metrics.registry.get_sample_value("http_requests_in_flight") == 0


async def test_requests_in_flight(call: Call, metrics: Metrics) -> None:
    release = asyncio.Event()
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> None:
        await release.wait()

    requests = [asyncio.create_task(call(inner=app).get("/slow")) for _ in range(3)]
    async with asyncio.timeout(20):
        while metrics.registry.get_sample_value("http_requests_in_flight") != 3:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    release.set()
    await asyncio.gather(*requests)
    assert metrics.registry.get_sample_value("http_requests_in_flight") == 0


@pytest.mark.parametrize("path", ["/health", "/metrics"])
async def test_probes_are_measured_too(call: Call, metrics: Metrics, path: str) -> None:
    await call().get(path)
    page, _ = metrics.render()
    assert b'http_requests_total{method="GET"' in page
