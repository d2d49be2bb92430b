"""Counts each request against whoever made it, before any routing.

Whose it is, is decided once: a request whose credential verifies counts for its user, every other
one for its address. Counting by the token's text would let anybody escape by varying it. The
routes that take a password count by themselves, per address.
"""

from collections.abc import Awaitable, Callable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upnext.core.edge.addresses import bucket
from upnext.core.edge.observe import PROBES
from upnext.core.edge.problems import socket_refusal
from upnext.core.errors import TooMany
from upnext.core.limits import Kind, Limiter, Verdict

Authenticate = Callable[[Scope], Awaitable[str | None]]
"""The user a request's credential belongs to; None without one, or with one that does not hold."""

AUTH_PATHS = frozenset({
    "/api/v1/auth/login",
    "/api/v1/auth/register",
    "/api/v1/auth/refresh",
    "/api/v1/auth/verify-email",
    "/api/v1/auth/verify-email/resend",
    "/api/v1/auth/forgot-password",
    "/api/v1/auth/reset-password",
    "/api/v1/invitations/lookup",
})  # fmt: skip
# Files that never change; a page of the web app asks for a dozen at once.
ASSETS = ("/docs/assets/", "/assets/")


class RateLimits:
    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: Limiter,
        authenticate: Authenticate | None,
        auth_paths: Iterable[str] = AUTH_PATHS,
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._authenticate = authenticate
        self._auth_paths = frozenset(auth_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open(scope, receive, send)
            return
        path = scope["path"] if scope["type"] == "http" else ""
        if not path or path in PROBES or path.startswith(ASSETS):
            await self._app(scope, receive, send)
            return
        kind, key = await self._caller(scope)
        verdict = await self._limiter.hit(kind, key)
        headers = self._limiter.headers(kind, verdict)
        if not verdict.allowed:
            raise _too_many(verdict, headers)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self._app(scope, receive, tell)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whose it is is said inside, so the attempts to open one count for the address."""
        verdict = await self._limiter.hit(
            "default", bucket(scope["state"]["context"].ip or "unknown")
        )
        if verdict.allowed:
            await self._app(scope, receive, send)
        else:
            refusal = _too_many(verdict, self._limiter.headers("default", verdict))
            await socket_refusal(refusal, scope, send)

    async def _caller(self, scope: Scope) -> tuple[Kind, str]:
        state = scope["state"]
        address = bucket(state["context"].ip or "unknown")
        if scope["path"] in self._auth_paths:
            return "auth", f"{address} {scope['path']}"
        if self._authenticate and (user_id := await self._authenticate(scope)):
            state["user_id"] = user_id
            return "user", user_id
        return "default", address


def _too_many(verdict: Verdict, headers: list[tuple[bytes, bytes]]) -> TooMany:
    seconds = max(1, verdict.reset_after)
    return TooMany(
        f"More than {verdict.limit:,} requests in {verdict.window:,} seconds. "
        f"Try again in {seconds:,} seconds.",
        code="rate_limited",
        headers={
            "Retry-After": str(seconds),
            **{name.decode(): value.decode() for name, value in headers},
        },
    )
