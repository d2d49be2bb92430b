"""A small application behind the real edge, called in process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from upnext.core import edge
from upnext.core.config import load
from upnext.core.edge.json import parse
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics


def _routes(app: FastAPI) -> None:
    @app.get("/api/v1/whoami")
    async def whoami(request: Request) -> dict[str, object]:
        state = request.scope["state"]
        context = state["context"]
        return {
            "request_id": context.request_id,
            "trace_id": context.trace_id,
            "ip": context.ip,
            "user_agent": context.user_agent,
            "scheme": request.scope["scheme"],
            "local": state["local"],
            "inside": state["inside"],
            "user_id": state.get("user_id"),
        }

    @app.get("/api/v1/tasks/{task_id}")
    async def task(task_id: str) -> dict[str, str]:
        return {"id": task_id}

    @app.get("/api/v1/shared/{share_token}")
    async def shared(share_token: str) -> dict[str, int]:
        return {"length": len(share_token)}

    @app.post("/api/v1/tasks")
    @app.post("/api/v1/tasks/bulk")
    @app.post("/api/v1/auth/login")
    async def accept(request: Request) -> Response:
        return JSONResponse({"got": parse(await request.body())})

    @app.post("/api/v1/form")
    async def form(request: Request) -> dict[str, int]:
        async with request.form() as fields:
            return {"fields": len(fields)}

    @app.get("/api/v1/crash")
    async def crash() -> None:
        raise ZeroDivisionError("the secret upn_abcdefghijklmnop is in here")

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "healthy"}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    _routes(app)
    return app


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def wrap(app: FastAPI, metrics: Metrics, tmp_path: Path) -> Callable[..., ASGIApp]:
    def wrap(
        inner: FastAPI | None = None,
        authenticate: edge.Authenticate | None = None,
        **environ: str,
    ) -> ASGIApp:
        settings = load(environ={"UPNEXT_DATA_DIR": str(tmp_path / "data"), **environ})
        return edge.wrap(
            inner or app,
            settings,
            limiter=Limiter(settings.limits),
            metrics=metrics,
            authenticate=authenticate,
        )

    return wrap


@pytest.fixture
def call(wrap: Callable[..., ASGIApp]) -> Callable[..., httpx.AsyncClient]:
    """A client of the wrapped application: keywords in capitals are settings."""

    def call(peer: str = "127.0.0.1", origin: str = "http://localhost", **how: Any) -> Any:
        transport = httpx.ASGITransport(wrap(**how), client=(peer, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=origin)

    return call
