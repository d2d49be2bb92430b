"""One log event and one measurement per request."""

from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core import logs, tracing
from upnext.core.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked for every few seconds by machines: logged when they fail, else only at debug level.
PROBES = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})
# What a path parameter is called when its value lets somebody in.
SECRET_PARAMETERS = ("token", "secret", "ticket", "code")
# The client left before the answer began (the number nginx gives to this).
CLIENT_LEFT = 499
UNMATCHED = "(unmatched)"


class Observe:
    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._log = logs.Kept("upnext.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = CLIENT_LEFT
        path = scope["path"]

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = perf_counter()
        self._metrics.in_flight.inc()
        with tracing.request(scope["state"]["context"], _traceparent(scope)) as span:
            try:
                await self._app(scope, receive, watch)
            finally:
                self._metrics.in_flight.dec()
                self._report(scope, path, status, perf_counter() - started)
                _tell(span, scope, status)

    def _report(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        route = route_template(scope)
        self._metrics.count(method, route, status, seconds)
        state = scope["state"]
        quiet = path in PROBES and status < 400  # noqa: PLR2004 - the HTTP error classes
        log = self._log()
        (log.debug if quiet else log.info)(
            "request",
            method=method,
            route=route,
            path=_loggable(path, route, scope.get("path_params")),
            status=status,
            ms=round(seconds * 1000, 2),
            ip=state["context"].ip,
            user_id=state.get("user_id"),
        )


def _traceparent(scope: Scope) -> str | None:
    if not tracing.on():
        return None
    found = (value for name, value in scope["headers"] if name == b"traceparent")
    return next((value.decode("latin-1") for value in found), None)


def _tell(span: tracing.Named, scope: Scope, status: int) -> None:
    if tracing.on():
        method, route = scope["method"], route_template(scope)
        facts = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        span.tell(f"{method} {route}", facts, failed=status >= 500)  # noqa: PLR2004  (HTTP's)


def route_template(scope: Scope) -> str:
    """The matched route as it was written, prefixes of including routers with it.

    FastAPI keeps the joined route of an included router beside `scope["route"]`, which is the
    route as the inner router knows it.
    """
    joined = scope.get("fastapi", {}).get("effective_route_context")
    route = joined or scope.get("route")
    template: str = getattr(route, "path_format", UNMATCHED)
    return template


def _loggable(path: str, route: str, parameters: dict[str, Any] | None) -> str:  # ASGI's own type
    """The path, unless a part of it is a credential: then its template."""
    for name in parameters or ():
        if any(word in name for word in SECRET_PARAMETERS):
            return route
    return path
