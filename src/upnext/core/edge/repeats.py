"""Answers what was just answered: the same question of the same credential, of which is known that
nobody has written anything meanwhile (core/pulse).

A route offers its answer with what it saw beforehand. It is given again for a second at most,
since a program of another machine could have written, and not into the next minute, since days
begin with one. Nobody who writes answers before the number of the workspace is another; beyond
that each request that may change something counts as a write of the person whose it is.
"""

import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core.auth import Credential
from upnext.core.clock import Clock
from upnext.core.edge.rates import Authenticate
from upnext.core.pulse import Pulse, Seen
from upnext.core.recent import Recent
from upnext.core.types import NEVER, micros

SECONDS: Final = 1.0
MINUTE: Final = 60_000_000
MOST_BYTES: Final = 4_000_000
MOST_ADDRESSES: Final = 2_000
# What an answer takes beside its body.
AROUND: Final = 1_500
UNCHANGING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OFFER: Final = "offer"
JSON: Final = b"application/json"

Address = tuple[str, bytes]
Key = tuple[Credential, Address]


class Offer(NamedTuple):
    """An answer that may be given again while nothing of what was `seen` has changed, up to a
    moment in microseconds. Without a `body` only to those who have it: as a 304."""

    seen: Seen
    tag: str
    until: int = NEVER
    body: bytes | None = None


class _Kept(NamedTuple):
    offer: Offer
    minute: int
    asked: float
    route: Any  # as FastAPI describes it
    path_params: dict[str, Any]  # ASGI's own type


class Repeats:
    def __init__(
        self, app: ASGIApp, *, authenticate: Authenticate, pulse: Pulse, clock: Clock
    ) -> None:
        self._app = app
        self._authenticate = authenticate
        self._pulse = pulse
        self._clock = clock
        self._kept: Recent[Key, _Kept] = Recent(MOST_BYTES, _size)
        self._offered: Recent[Address, bool] = Recent(MOST_ADDRESSES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] not in UNCHANGING:
            await self._write(scope, receive, send)
        elif scope["method"] != "GET" or not await self._repeated(scope, send):
            await self._read(scope, receive, send)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]

        def beat() -> None:
            if (credential := state.get("credential")) is not None:
                self._pulse.beat((credential.user_id,))

        async def before_it_is_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                beat()
            await send(message)

        try:
            await self._app(scope, receive, before_it_is_told)
        except BaseException:
            # It may have been done all the same.
            beat()
            raise

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        # Before the route looks at the clock: an answer of yesterday is none of today.
        began, minute = time.monotonic(), micros(self._clock.now()) // MINUTE
        await self._app(scope, receive, watch)
        offer: Offer | None = scope["state"].get(OFFER)
        credential: Credential | None = scope["state"].get("credential")
        if offer is not None and credential is not None and status in {200, 304}:
            self._keep(scope, credential, offer, (began, minute))

    def _keep(
        self, scope: Scope, credential: Credential, offer: Offer, asked: tuple[float, int]
    ) -> None:
        key = _key(scope, credential)
        before = self._kept.get(key)
        if before is not None and offer.body is None and before.offer.tag == offer.tag:
            offer = offer._replace(body=before.offer.body)
        joined = scope.get("fastapi", {}).get("effective_route_context")
        route, params = joined or scope.get("route"), scope.get("path_params", {})
        began, minute = asked
        self._offered.put(_address(scope), True)
        self._kept.put(key, _Kept(offer, minute, began, route, params))

    async def _repeated(self, scope: Scope, send: Send) -> bool:
        state = scope["state"]
        if "credential" not in state:
            # Where requests are not counted, nobody has found out yet whose it is.
            if self._offered.get(_address(scope)) is None:
                return False
            await self._authenticate(scope)
        credential: Credential | None = state.get("credential")
        kept = self._kept.get(_key(scope, credential)) if credential else None
        if kept is None or not self._holds(kept):
            return False
        offer = kept.offer
        tag = offer.tag.encode()
        if _names(scope["headers"], tag):
            status, body, about = 304, b"", [(b"etag", tag)]
        elif offer.body is not None:
            length = b"%d" % len(offer.body)
            about = [(b"etag", tag), (b"content-length", length), (b"content-type", JSON)]
            status, body = 200, offer.body
        else:
            return False
        scope["route"], scope["path_params"] = kept.route, kept.path_params
        await send({"type": "http.response.start", "status": status, "headers": about})
        await send({"type": "http.response.body", "body": body})
        return True

    def _holds(self, kept: _Kept) -> bool:
        if time.monotonic() - kept.asked > SECONDS:
            return False
        now = micros(self._clock.now())
        in_time = now // MINUTE == kept.minute and now < kept.offer.until
        return in_time and self._pulse.still(kept.offer.seen)


def _key(scope: Scope, credential: Credential) -> Key:
    return credential, _address(scope)


def _address(scope: Scope) -> Address:
    return scope["path"], scope["query_string"]


def _size(kept: _Kept) -> int:
    return AROUND + len(kept.offer.body or b"")


def _names(headers: Sequence[tuple[bytes, bytes]], tag: bytes) -> bool:
    for name, value in headers:
        if name == b"if-none-match":
            named = {part.strip().removeprefix(b"W/") for part in value.split(b",")}
            return bool(named & {tag, b"*"})
    return False
