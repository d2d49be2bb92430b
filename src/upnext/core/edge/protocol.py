"""What the HTTP server itself must bound, because an application only sees complete requests.

llhttp reads a request's head of any size and for any time. Here both have an end, and what is not
HTTP at all is answered with a problem like every other refusal.
"""

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from upnext.core.edge.problems import HeadersTooLarge
from upnext.core.errors import AppError, BadRequest, problem

# More than the 16 kB that `paths` allows, so that usually it answers, with all its headers.
LARGEST_HEAD = 65_536
LARGEST_FRAME = 65_536
SECONDS_FOR_HEAD = 20.0


def _nothing() -> None:
    """What an ordinary answer has to be told when the server stops."""


class RequestTimeout(AppError):
    status = 408
    code = "request_timeout"
    title = "Request timeout"


class BoundedProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # uvicorn's own signature, passed on
        super().__init__(*args, **kwargs)
        self._head = 0
        self._in_head = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        super().connection_made(transport)
        # For what streams to one who does not read: an ordinary end would wait for them.
        self.app_state = {**self.app_state, "hang_up": transport.abort}
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Tells an answer without an end of its own that the server stops."""
        super().shutdown()
        cycle: Any = self.cycle  # uvicorn's type leaves out that there is none before a request
        if cycle is not None and not cycle.response_complete:
            cycle.scope["state"].get("at_shutdown", _nothing)()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > LARGEST_HEAD:
            self._refuse(HeadersTooLarge("The request's head is too large."))
        elif self._patience is None:
            self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(BadRequest(msg, code="invalid_http"))

    def _wait(self) -> None:
        self._patience = self.loop.call_later(SECONDS_FOR_HEAD, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if self.transport.is_closing():
            return
        if self._in_head:
            self._refuse(RequestTimeout("The request's head did not arrive in time."))
        else:
            self.transport.close()

    def _refuse(self, error: AppError) -> None:
        """By hand: there is no request yet that this could be an answer to."""
        body = orjson.dumps(problem(error, instance="", request_id=None))
        head = (
            STATUS_LINE[error.status] + b"content-type: application/problem+json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        self._stop_waiting()
        self.transport.write(head + body)
        self.transport.close()


def uvicorn_options() -> dict[str, Any]:  # uvicorn.Config's keywords are of many types
    """What this edge needs of `uvicorn.Config`: the rest is the caller's choice."""
    return {
        "http": BoundedProtocol,
        "ws_max_size": LARGEST_FRAME,
        # It costs memory per connection, and says something of secrets that lie beside chosen text.
        "ws_per_message_deflate": False,
        # Both are decided by `context`, from the settings' list of proxies.
        "proxy_headers": False,
        "server_header": False,
        # One event per request comes from `observe`, and `logs` formats uvicorn's own.
        "access_log": False,
        "log_config": None,
    }
