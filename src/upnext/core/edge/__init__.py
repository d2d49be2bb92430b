"""Everything between the server's socket and the routes, as pure ASGI middleware.

Owns what holds for every request alike: who calls, how often, how large, under which host name,
and how an answer is hardened, counted and logged. Knows no route, no user and no database: who a
credential belongs to is asked of the function it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from upnext.core.clock import Clock
from upnext.core.config import ServerSettings, Settings
from upnext.core.edge.addresses import Proxies
from upnext.core.edge.bodies import Bodies
from upnext.core.edge.context import Context
from upnext.core.edge.cors import Cors
from upnext.core.edge.failures import Failures, client_left_response, last_response
from upnext.core.edge.hosts import Hosts
from upnext.core.edge.observe import Observe
from upnext.core.edge.packing import Packing
from upnext.core.edge.paths import Paths
from upnext.core.edge.rates import AUTH_PATHS, Authenticate, RateLimits
from upnext.core.edge.repeats import Repeats
from upnext.core.edge.security import SecurityHeaders
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics
from upnext.core.pulse import Pulse

__all__ = ["Authenticate", "Special", "wrap"]

AROUND_A_FILE = 20_000
"""Bytes of a form beside the file in it: what is counted exactly is the file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """The paths that are treated unlike the others, and what tells that an answer still holds."""

    # Take a password or a refresh token: limited per address, whoever calls.
    auth_paths: frozenset[str] = AUTH_PATHS
    # Bytes by the ending of the path, besides `/bulk`.
    larger_bodies: Mapping[str, int] = field(default_factory=dict)
    # Without it every question goes to its route.
    repeats: tuple[Pulse, Clock] | None = None


ORDINARY = Special()


def wrap(
    app: Starlette,
    settings: Settings,
    *,
    limiter: Limiter,
    metrics: Metrics,
    authenticate: Authenticate | None = None,
    special: Special = ORDINARY,
) -> ASGIApp:
    """The application behind its edge; to be read from the last line, which runs first."""
    app.add_exception_handler(Exception, last_response)
    app.add_exception_handler(ClientDisconnect, client_left_response)
    limits, server = settings.limits, settings.server
    larger = {"/bulk": limits.bulk_body_bytes, **special.larger_bodies}
    larger |= dict.fromkeys(("/imports", "/imports/preview"), limits.import_body_bytes)
    larger["/files"] = settings.files.max_bytes + AROUND_A_FILE
    inner: ASGIApp = Bodies(Packing(app), usual=limits.body_bytes, larger=larger)
    if authenticate is not None and special.repeats is not None:
        pulse, clock = special.repeats
        inner = Repeats(inner, authenticate=authenticate, pulse=pulse, clock=clock)
    if limits.enabled:
        inner = RateLimits(
            inner, limiter=limiter, authenticate=authenticate, auth_paths=special.auth_paths
        )
    inner = Failures(_guarded(inner, server))
    # Outside of Failures, so that a page of another origin can read a refusal as well.
    if server.cors_origins:
        inner = Cors(inner, origins=server.cors_origins)
    inner = Observe(SecurityHeaders(inner), metrics=metrics)
    return Context(inner, proxies=Proxies(server.trusted_proxies))


def _guarded(inner: ASGIApp, server: ServerSettings) -> ASGIApp:
    """Refuses what has no clear meaning, before anything is counted or decided by it."""
    hosts = Hosts(
        inner,
        allowed=server.allowed_hosts,
        public_url=server.public_url,
        redirect_to_https=server.https_redirect,
    )
    return Paths(hosts)
