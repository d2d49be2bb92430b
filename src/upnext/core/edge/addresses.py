"""Who is calling: the client's address behind proxies, and which of them are believed.

An `X-Forwarded-For` header is written by whoever sends it. It is read from its right end, and only
as far as each hop that vouches for the next one is a proxy named in the settings.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

Network = IPv4Network | IPv6Network

FORWARDING = frozenset({b"x-forwarded-for", b"forwarded", b"x-real-ip"})
# A chain longer than this is not a chain of proxies that anybody runs.
MOST_HOPS = 20


@lru_cache(maxsize=4096)
def canonical(text: str) -> str | None:
    """The one spelling of an address, without port, zone or IPv4-in-IPv6 wrapping; else None."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)


@lru_cache(maxsize=4096)
def bucket(address: str) -> str:
    """What a rate limit counts: an IPv4 address, or the /64 that one IPv6 customer owns whole."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False))


def is_loopback(address: str | None) -> bool:
    return address is not None and (address == "::1" or address.startswith("127."))


class Proxies:
    """The networks whose forwarding headers are believed."""

    def __init__(self, networks: Iterable[str | Network] = ()) -> None:
        self._networks = tuple(ip_network(network, strict=False) for network in networks)
        self._trusts = lru_cache(maxsize=4096)(self._look_up)

    def _look_up(self, address: str) -> bool:
        parsed = ip_address(address)
        return any(parsed in network for network in self._networks)

    def trusts(self, address: str | None) -> bool:
        return bool(self._networks) and address is not None and self._trusts(address)

    def client(self, scope: Scope) -> str | None:
        """The nearest address that no trusted proxy stands for."""
        peer = peer_of(scope)
        if not self.trusts(peer):
            return peer
        return self._walk(peer, header_values(scope, b"x-forwarded-for"))

    def _walk(self, peer: str | None, hops: list[str]) -> str | None:
        nearest = peer
        for hop in reversed(hops[-MOST_HOPS:]):
            address = canonical(hop)
            if address is None:
                return nearest
            nearest = address
            if not self.trusts(nearest):
                return nearest
        return nearest

    def scheme(self, scope: Scope) -> str | None:
        """The scheme a trusted proxy was called with, if the caller is one and says so."""
        if not self.trusts(peer_of(scope)):
            return None
        said = header_values(scope, b"x-forwarded-proto")
        scheme = said[-1].strip().lower() if said else ""
        return scheme if scheme in {"http", "https"} else None

    def inside(self, scope: Scope, client: str | None) -> bool:
        """Whether the call comes from this machine or a trusted network, not through a stranger.

        A forwarding header from a peer nobody named means that a proxy stands in front which the
        settings do not know: the loopback address is then the proxy's, and proves nothing.
        """
        if not (is_loopback(client) or self.trusts(client)):
            return False
        return self.trusts(peer_of(scope)) or not any(n in FORWARDING for n, _ in scope["headers"])


def peer_of(scope: Scope) -> str | None:
    peer = scope.get("client")
    return canonical(peer[0]) if peer else None


def header_values(scope: Scope, name: bytes) -> list[str]:
    """The comma-separated values of all headers of that name, in order."""
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ",".join(found).split(",") if found else []
