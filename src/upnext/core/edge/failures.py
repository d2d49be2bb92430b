"""The last boundary: whatever escapes the application becomes a problem and one log event."""

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core.edge.observe import CLIENT_LEFT, route_template
from upnext.core.edge.problems import MEDIA_TYPE, crash, problem_body, problem_response
from upnext.core.errors import AppError
from upnext.core.work import translate

log = structlog.get_logger("upnext.http")


class Failures:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            return
        except Exception as error:
            # The top-level boundary of a request. A server above would log it a second time.
            refusal = _refusal(error, scope)
        else:
            return
        if not started:
            await problem_response(refusal, scope, send)


def _refusal(error: Exception, scope: Scope) -> AppError:
    """The edge itself asks the database whose a request is, and may not reach it either."""
    told = translate(error)
    if isinstance(told, AppError):
        return told
    log.exception("request_failed", method=scope["method"], route=route_template(scope))
    return crash()


async def client_left_response(_: Request, __: Exception) -> Response:
    """For `app.add_exception_handler(ClientDisconnect, …)`: nobody reads it but the log."""
    return Response(status_code=CLIENT_LEFT)


async def last_response(request: Request, error: Exception) -> Response:
    """For `app.add_exception_handler(Exception, …)`: Starlette sends it, then raises again."""
    refusal = error if isinstance(error, AppError) else crash()
    body = problem_body(refusal, request.scope)
    return Response(body, refusal.status, refusal.headers, media_type=MEDIA_TYPE.decode())
