"""Which names this server answers to, and whether it insists on TLS.

A Host header that is no host is refused whatever is configured: other code builds URLs and
decisions from it. A name that is not in the settings is refused because a hostile page may point
its own name at this machine (DNS rebinding) and then speak to it from inside somebody's browser.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from upnext.core.edge.addresses import canonical
from upnext.core.edge.observe import PROBES
from upnext.core.errors import BadRequest

NAME = rb"[A-Za-z0-9_][A-Za-z0-9._-]{0,252}"
IPV6 = rb"\[[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,40}\]"
HOST = re.compile(rb"(" + NAME + rb"|" + IPV6 + rb")(?::[0-9]{1,5})?")


class Hosts:
    """`allowed` as the settings have it: lower case, `*.example.org`, `*`, IPv6 unbracketed."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        allowed: Iterable[str],
        public_url: str | None,
        redirect_to_https: bool,
    ) -> None:
        self._app = app
        self._redirects = redirect_to_https
        self._public = (urlsplit(public_url).netloc if public_url else "").encode()
        self._names = frozenset(allowed)
        self._domains = tuple(name[1:] for name in self._names if name.startswith("*."))
        self._allows = lru_cache(maxsize=1024)(self._look_up)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind != "lifespan":
            host = host_of(scope)
            if refusal := self._refusal(scope, host):
                if kind == "http":
                    raise refusal
                await send({"type": "websocket.close", "code": 1008})
                return
            if self._redirects and scope["scheme"] == "http" and scope["path"] not in PROBES:
                await self._redirect(scope, send, host)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, host: str) -> BadRequest | None:
        if not host:
            return BadRequest("The Host header is missing or is no host.", code="invalid_host")
        if self._allows(host) or _may_use_any_name(scope["path"], host):
            return None
        return BadRequest(
            "This server does not answer to that host name. ALLOWED_HOSTS lists those it does.",
            code="host_not_allowed",
        )

    def _look_up(self, host: str) -> bool:
        return host in self._names or host.endswith(self._domains) or "*" in self._names

    async def _redirect(self, scope: Scope, send: Send, host: str) -> None:
        place = b"https://" + (self._public or (f"[{host}]" if ":" in host else host).encode())
        place += scope.get("raw_path") or quote(scope["path"]).encode()
        if scope["query_string"]:
            place += b"?" + scope["query_string"]
        headers = [(b"location", place), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 308, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _may_use_any_name(path: str, host: str) -> bool:
    """Machines call an instance by whatever they have for it, often its bare address.

    An address cannot be rebound. A name can, so it opens no more than what /health tells anybody.
    """
    return path in PROBES and (path != "/metrics" or canonical(host) is not None)


def host_of(scope: Scope) -> str:
    """The host that was asked for, lower case, without port or brackets; "" if there is no one."""
    values = [value for name, value in scope["headers"] if name == b"host"]
    found = HOST.fullmatch(values[0]) if len(values) == 1 else None
    if found is None:
        return ""
    host = found[1].decode().lower().rstrip(".")
    return (canonical(host) or "") if host.startswith("[") else host
