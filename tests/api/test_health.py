"""What machines ask: alive, ready, in what shape, and the figures."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.engine import Engine

from upnext.api import health
from upnext.api.routes import lay
from upnext.core import edge, limits
from upnext.core.clock import SystemClock
from upnext.core.config import load
from upnext.core.db import Database
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics

Start = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address of this machine where nothing listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{reserved.getsockname()[1]}"


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def start(
            database: str = f"sqlite:///{tmp_path}/test.db",
            redis: str | None = None,
            peer: str = "127.0.0.1",
            queue: Callable[[Any], Awaitable[bool]] | None = None,
        ) -> httpx.AsyncClient:
            app = FastAPI(version="1.2.3", docs_url=None)
            lay(app.router, health.router(queue or _working))
            environ = {"UPNEXT_DATA_DIR": str(tmp_path), "UPNEXT_TRUSTED_PROXIES": "10.0.0.0/8"}
            settings = load(environ=environ)
            limiter, metrics = Limiter(settings.limits, redis), Metrics()
            db = Database(database)
            # Health looks at these alone.
            parts = {"db": db, "limiter": limiter, "metrics": metrics, "clock": SystemClock()}
            app.state.runtime = SimpleNamespace(**parts)
            stack.push_async_callback(db.dispose)
            stack.push_async_callback(limiter.close)
            wrapped = edge.wrap(app, settings, limiter=limiter, metrics=metrics)
            transport = httpx.ASGITransport(wrapped, client=(peer, 1))
            client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
            return await stack.enter_async_context(client)

        yield start


async def _working(_: object) -> bool:
    return True


async def _stuck(_: object) -> bool:
    return False


async def test_healthy(start: Start, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (health, limits):  # a busy machine is not what is tested
        monkeypatch.setattr(module, "PATIENCE", 20.0)
    answer = await (await start(redis=redis_url)).get("/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "status": "healthy",
        "database": "connected",
        "cache": "connected",
        "queue": "connected",
        "version": "1.2.3",
    }


async def test_without_redis_the_cache_is_in_the_process(start: Start) -> None:
    client = await start()
    assert (await client.get("/health")).json()["cache"] == "in-process"
    assert (await client.get("/health/ready")).json() == {
        "status": "ready",
        "database": "connected",
        "cache": "in-process",
        "queue": "connected",
    }


async def test_alive_asks_nobody(start: Start, nobody: str) -> None:
    client = await start(database=f"postgresql://u:p@{nobody}/db", redis=f"redis://{nobody}/0")
    answer = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
async def test_without_its_database_it_is_not(start: Start, nobody: str, path: str) -> None:
    answer = await (await start(database=f"postgresql://u:p@{nobody}/db")).get(path)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    body = answer.json()
    assert (body["status"], body["database"], body["queue"]) == (503, "disconnected", "connected")
    assert body["request_id"] == answer.headers["x-request-id"]
    assert nobody not in answer.text


async def test_a_database_that_never_answers(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        client = await start(database=f"postgresql://u:p@{address}/db")
        began = time.monotonic()
        assert (await client.get("/health/ready")).status_code == 503
        assert time.monotonic() - began < 30  # the driver alone would wait for a minute


async def test_a_lost_redis_is_no_reason_to_stop(start: Start, nobody: str) -> None:
    client = await start(redis=f"redis://{nobody}/0")
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["cache"]) == ("degraded", "disconnected")
    assert (await client.get("/health/ready")).status_code == 200


async def test_a_queue_that_stands_still(start: Start) -> None:
    client = await start(queue=_stuck)
    assert (await client.get("/health")).json()["status"] == "degraded"
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["queue"]) == (503, "disconnected")


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/health/"])
async def test_balancers_ask_by_head(start: Start, path: str) -> None:
    assert (await (await start()).head(path)).status_code == 200


@pytest.mark.each
async def test_strangers_cannot_make_it_work(start: Start) -> None:
    """However many ask, the database is asked once a second."""
    client = await start()
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(Engine, "before_cursor_execute", count)
    began = time.monotonic()
    try:
        answers = await asyncio.gather(*(client.get("/health") for _ in range(300)))
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= statements <= 3 + time.monotonic() - began


class TestMetrics:
    async def test_this_machine_may_read_them(self, start: Start) -> None:
        client = await start()
        await client.get("/health/live")
        answer = await client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert 'http_requests_total{method="GET",route="/health/live",status="2xx"} 1.0' in (
            answer.text
        )

    @pytest.mark.parametrize(
        ("peer", "forwarded", "status"),
        [
            ("::1", None, 200),
            ("10.1.2.3", None, 200),
            ("203.0.113.9", None, 404),
            ("10.1.2.3", "203.0.113.9", 404),
            ("127.0.0.1", "203.0.113.9", 404),
            ("127.0.0.1", "127.0.0.1", 404),
            ("203.0.113.9", "127.0.0.1", 404),
        ],
    )
    async def test_and_trusted_networks(
        self, start: Start, peer: str, forwarded: str | None, status: int
    ) -> None:
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        answer = await (await start(peer=peer)).get("/metrics", headers=headers)
        assert answer.status_code == status
        if status == 404:
            assert answer.headers["content-type"] == "application/problem+json"


def test_the_description_has_each_once() -> None:
    app = FastAPI()
    lay(app.router, health.router(_working))
    paths = app.openapi()["paths"]
    assert {path: list(item) for path, item in paths.items()} == {
        "/health": ["get"],
        "/health/live": ["get"],
        "/health/ready": ["get"],
    }
