"""Whether this instance is alive, ready and in what shape; and its figures for Prometheus.

None of it is limited, so what costs a query is asked once a second at most, however often a
stranger calls. `/metrics` exists for this machine and the trusted networks only.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request
from prometheus_client import Metric
from pydantic import BaseModel
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from upnext.core.errors import AppError, NotFound, Unavailable
from upnext.core.jobs.vitals import metrics_of, metrics_of_database, vitals
from upnext.core.routing import Router
from upnext.core.runtime import Runtime

log = structlog.get_logger("upnext.health")

QueueCheck = Callable[[Runtime], Awaitable[bool]]
"""Whether background work is being taken up."""

Connection = Literal["connected", "disconnected"]

# A database that takes longer to say "here" is not there for anybody.
PATIENCE = 2.0
FRESH_FOR = 1.0
UNAVAILABLE: dict[int | str, dict[str, Any]] = {  # FastAPI's own type
    503: {"description": "Not now.", "content": {"application/problem+json": {}}}
}


class Health(BaseModel):
    status: Literal["healthy", "degraded"]
    database: Literal["connected"]
    cache: Literal["connected", "disconnected", "in-process"]
    queue: Connection
    version: str


class Liveness(BaseModel):
    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    status: Literal["ready"] = "ready"
    database: Literal["connected"]
    cache: Literal["connected", "disconnected", "in-process"]
    queue: Literal["connected"]


@dataclass(frozen=True, slots=True)
class Findings:
    database: Connection
    cache: Literal["connected", "disconnected", "in-process"]
    queue: Connection

    def facts(self) -> dict[str, str]:
        return {"database": self.database, "cache": self.cache, "queue": self.queue}


class Probe:
    """Asks everything at once, and remembers the findings for a second."""

    def __init__(self, queue: QueueCheck) -> None:
        self._queue = queue
        self._lock = asyncio.Lock()
        self._findings: Findings | None = None
        self._stale_at = 0.0

    async def __call__(self, runtime: Runtime) -> Findings:
        async with self._lock:
            if self._findings is None or time.monotonic() >= self._stale_at:
                self._findings = await self._ask(runtime)
                self._stale_at = time.monotonic() + FRESH_FOR
            return self._findings

    async def _ask(self, runtime: Runtime) -> Findings:
        database, cache, queue = await asyncio.gather(
            _connection("database", _select_nothing(runtime)),
            runtime.limiter.state(),
            _connection("queue", self._queue(runtime)),
        )
        return Findings(database, cache, queue)


async def _select_nothing(runtime: Runtime) -> bool:
    async with runtime.db.read() as session:
        await session.scalar(func.now())
    return True


async def _connection(name: str, answer: Awaitable[bool]) -> Connection:
    try:
        async with asyncio.timeout(PATIENCE):
            return "connected" if await answer else "disconnected"
    except (SQLAlchemyError, AppError, OSError, TimeoutError) as error:
        log.warning("health_check_failed", check=name, error=repr(error))
        return "disconnected"


def router(queue: QueueCheck) -> Router:
    """The routes outside of `/api/v1` that machines call."""
    routes = Router(tags=["health"])
    probe = Probe(queue)

    async def health(request: Request) -> Response:
        found = await probe(_runtime(request))
        if found.database != "connected":
            raise _unavailable(found, "The database does not answer.")
        whole = found.cache != "disconnected" and found.queue == "connected"
        facts = found.facts() | {"version": _app(request).version}
        return JSONResponse({"status": "healthy" if whole else "degraded"} | facts)

    async def ready(request: Request) -> Response:
        # A lost cache is no reason to stop: each process goes on with its own.
        found = await probe(_runtime(request))
        if "disconnected" in {found.database, found.queue}:
            raise _unavailable(found, "Not ready to serve.")
        return JSONResponse({"status": "ready"} | found.facts())

    _add(routes, "/health", health, Health)
    _add(routes, "/health/live", _live, Liveness)
    _add(routes, "/health/ready", ready, Readiness)
    routes.add_api_route("/metrics", metrics, methods=["GET"], include_in_schema=False)
    return routes


async def _live() -> Liveness:
    return Liveness()


async def metrics(request: Request) -> Response:
    # Decided by the edge: a public instance shows nobody which routes are busy.
    if not request.scope["state"].get("inside"):
        raise NotFound("There is nothing here.")
    runtime = _runtime(request)
    page, media_type = await asyncio.to_thread(runtime.metrics.render, await _measured(runtime))
    return Response(page, headers={"Content-Type": media_type})


async def _measured(runtime: Runtime) -> list[Metric]:
    """Without them if the database does not answer: that is when the rest is looked at most."""
    try:
        async with asyncio.timeout(PATIENCE):
            return metrics_of(await vitals(runtime))
    except (SQLAlchemyError, AppError, OSError, TimeoutError) as error:
        log.warning("vitals_not_measured", error=repr(error))
        return [metrics_of_database(up=False)]


def _add(
    routes: Router, path: str, answer: Callable[..., Awaitable[object]], shape: type[BaseModel]
) -> None:
    responses = {} if shape is Liveness else UNAVAILABLE
    routes.add_api_route(path, answer, response_model=shape, responses=responses)
    # Load balancers ask by HEAD; one operation is enough in the description.
    routes.add_api_route(path, answer, methods=["HEAD"], include_in_schema=False)


def _unavailable(found: Findings, detail: str) -> Unavailable:
    return Unavailable(
        detail,
        headers={"Retry-After": "5"},
        database=found.database,
        cache=found.cache,
        queue=found.queue,
    )


def _app(request: Request) -> FastAPI:
    app: FastAPI = request.app
    return app


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime
