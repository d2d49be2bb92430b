"""One HTTP exchange with the server: retried where that is safe, its refusal turned into an error.

Every write carries an Idempotency-Key, the same in each attempt, so a lost answer never doubles it.
"""

import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

import httpx

from upnext.client.addresses import is_loopback
from upnext.client.errors import Unreachable, from_problem

Query = Mapping[str, str | int | bool | Sequence[str] | None]

ATTEMPTS = 4
LONGEST_WAIT = 60.0
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
# A server may think about a large file for a while.
_UPLOAD_TIMEOUT = httpx.Timeout(180.0, connect=5.0)
_BUSY = frozenset({409, 429, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request, apart from who sends it.

    `keyed`: a write carries an Idempotency-Key. `repeatable`: sending it twice does no harm.
    A `file`, by name and content, goes as a form with the fields of `form`; one that is open is
    read piece by piece, and once more from its beginning if the call is repeated.
    """

    method: str
    path: str
    query: Query = field(default_factory=dict)
    body: object = None
    keyed: bool = True
    repeatable: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes | BinaryIO] | None = None
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: its status, what it says, its ETag, and the address of what comes after it."""

    status: int
    data: object
    etag: str | None
    following: str | None = None


class Transport:
    """Sends calls to one server. `tell` hears of waits that a person would wonder about."""

    def __init__(
        self,
        server: str,
        *,
        tell: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = server
        self._tell = tell
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=f"{server}/api/v1",
            timeout=_TIMEOUT,
            headers={"accept": "application/json", "user-agent": "upnext-cli"},
            trust_env=not is_loopback(server),
        )

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def send(self, call: Call, *, token: str | None = None) -> Reply:
        """The answer to a call; a refusal is raised as the ClientError it stands for."""
        return _read(self._answered(call, token), self.server)

    @contextmanager
    def download(self, call: Call, *, token: str | None = None) -> Iterator[Iterator[bytes]]:
        """The body of the answer in pieces as they arrive, all of it or a ClientError."""
        response = self._answered(call, token, in_pieces=True)
        with closing(response):
            if not response.is_success:
                response.read()
                _read(response, self.server)
            yield self._pieces(response)

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        try:
            yield from response.iter_bytes()
        except httpx.TransportError as error:
            hint = "Nothing of it was kept. Try again."
            raise Unreachable("The answer broke off before its end.", hint=hint) from error

    def _answered(
        self, call: Call, token: str | None, *, in_pieces: bool = False
    ) -> httpx.Response:
        """The last of a few attempts, whatever it says; its body is still to come `in_pieces`."""
        request = self._request(call, token)
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._http.send(request, stream=in_pieces)
            except httpx.TransportError as error:
                if last or not _may_repeat(call, error):
                    raise self._unreachable(error) from error
                self._sleep(_backoff(attempt))
                continue
            wait = None if last else _asked_wait(call, response, attempt)
            if wait is None:
                return response
            response.close()
            if wait >= 2:  # noqa: PLR2004 - seconds after which silence looks like a hang
                self._tell(f"The server asks to wait; trying again in {wait:.0f} s.")
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _request(self, call: Call, token: str | None) -> httpx.Request:
        headers = dict(call.headers)
        if token:
            headers["authorization"] = f"Bearer {token}"
        if call.keyed and call.method != "GET":
            headers["idempotency-key"] = secrets.token_hex(16)
        query = {name: value for name, value in call.query.items() if value is not None}
        path = call.path.lstrip("/")
        if call.file is not None:
            return self._http.build_request(
                call.method,
                path,
                data=dict(call.form),
                files={"file": call.file},
                headers=headers,
                timeout=_UPLOAD_TIMEOUT,
            )
        return self._http.build_request(
            call.method, path, params=query, json=call.body, headers=headers
        )

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        if isinstance(error, httpx.UnsupportedProtocol):
            hint = "An address looks like http://127.0.0.1:8000"
            return Unreachable(f"{self.server} is not an address of a server.", hint=hint)
        what = (
            "does not answer in time"
            if isinstance(error, httpx.TimeoutException)
            else "is not reachable"
        )
        hint = "Is it running? Start one with: upnext serve. Another address: --server URL"
        return Unreachable(f"The server {self.server} {what} ({_reason(error)}).", hint=hint)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.removeprefix("[Errno 111] ").lower() if "refused" in text.lower() else text


def _may_repeat(call: Call, error: httpx.TransportError) -> bool:
    """Whether a failed attempt may be followed by another one; a sure thing if it never got out."""
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return False
    return call.repeatable or isinstance(error, httpx.ConnectError)


def _asked_wait(call: Call, response: httpx.Response, attempt: int) -> float | None:
    """Seconds after which to send the same call again; None to take the answer as it is."""
    if response.status_code not in _BUSY or not call.repeatable:
        return None
    after = response.headers.get("retry-after", "")
    if after.isdigit():
        return seconds if (seconds := float(after)) <= LONGEST_WAIT else None
    return _backoff(attempt) if response.is_server_error else None


def _backoff(attempt: int) -> float:
    """Doubling waits with jitter, so that many clients do not come back in step."""
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
    return jitter * 0.2 * float(2 ** (attempt - 1))


def _read(response: httpx.Response, server: str) -> Reply:
    data = _data(response, server)
    if response.is_success:
        return Reply(
            status=response.status_code,
            data=data,
            etag=response.headers.get("etag"),
            following=response.links.get("next", {}).get("url"),
        )
    problem = data if isinstance(data, dict) else {}
    raise from_problem(response.status_code, problem)


def _data(response: httpx.Response, server: str) -> object:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        if response.is_server_error:
            raise from_problem(response.status_code, {}) from error
        hint = "Give the address of the server itself, such as http://127.0.0.1:8000"
        raise Unreachable(f"{server} does not speak like an Upnext server.", hint=hint) from error
