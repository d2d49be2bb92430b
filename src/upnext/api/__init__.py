"""The HTTP application: assembles what the manifest lists, and decides nothing."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from fastapi import FastAPI
from starlette.types import ASGIApp

from upnext import __version__
from upnext.api import description, docs, health, problems, webapp
from upnext.api.routes import Index, lay
from upnext.core import edge
from upnext.core.edge import Special
from upnext.core.jobs import queue_alive
from upnext.core.routing import Router
from upnext.core.runtime import Runtime

PREFIX = "/api/v1"
DESCRIPTION = """\
What should I do next, and why? Tasks, projects and their people over REST.

Sign in with `POST /auth/login` and send `Authorization: Bearer …`. Errors are RFC 9457 problems.
Every change takes `If-Match` (the ETag you read) and `Idempotency-Key` (any text of your own, so
that a repeated request is carried out once). Lists page by `cursor`.
"""

Background = Callable[[Runtime], AbstractAsyncContextManager[None]]


def create_app(
    runtime: Runtime,
    routers: Iterable[Router],
    background: Background | None = None,
    *,
    outside: Iterable[Router] = (),
) -> FastAPI:
    """`routers` lie under /api/v1, those `outside` of it have addresses that last longer."""
    app = _bare(runtime, background)
    app.state.runtime = runtime
    problems.install(app)
    for router in routers:
        lay(app.router, router, PREFIX, problems.DOCUMENTED)
    for router in outside:
        lay(app.router, router, responses=problems.DOCUMENTED)
    lay(app.router, health.router(queue_alive))
    if runtime.settings.server.docs:
        lay(app.router, docs.router)
    lay(app.router, webapp.router())
    app.router.middleware_stack = Index(app.router)
    description.describe(app, runtime.parts["scopes"])
    return app


def _bare(runtime: Runtime, background: Background | None) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if background is None:
            yield
            return
        async with background(runtime):
            yield

    return FastAPI(
        title="Upnext",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # The edge traces and counts each request itself (core/tracing, core/metrics).
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )


def behind_edge(app: FastAPI, runtime: Runtime, special: Special | None = None) -> ASGIApp:
    """The application as the network sees it."""
    return edge.wrap(
        app,
        runtime.settings,
        limiter=runtime.limiter,
        metrics=runtime.metrics,
        authenticate=runtime.parts["authenticate"],
        special=replace(special or Special(), repeats=(runtime.workshop.pulse, runtime.clock)),
    )
