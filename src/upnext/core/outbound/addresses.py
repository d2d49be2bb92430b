"""Which addresses may be called: a list of our own.

`ipaddress.is_global` is not enough. It is true for multicast, for the site-local fec0::/10, and for
forms that carry a private IPv4 address inside (NAT64, 6to4); and it changes with Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORBIDDEN_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers (CGNAT); Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own service of each machine
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# All that is assigned for the public. What lies outside needs no entry below: loopback, mapped and
# compatible IPv4, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard, fc00::/7 with AWS' metadata,
# link-local, site-local, segment routing, multicast.
PUBLIC_V6 = IPv6Network("2000::/3")
FORBIDDEN_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the old 6bone
        "3fff::/20",  # documentation
    )
)
# The upper half of an ISATAP interface id, whose lower half is an IPv4 address.
ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be called although the list forbids it. `hosts` are exact names, in lower case;
    whoever names one trusts its DNS."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()


def allowed_of(entries: Iterable[Network | str]) -> Allowed:
    """From networks and host names, as the setting has them."""
    given = tuple(entries)
    return Allowed(
        tuple(one for one in given if not isinstance(one, str)),
        frozenset(one for one in given if isinstance(one, str)),
    )


def may_call(address: Address, allowed: Allowed) -> bool:
    # `in` between an address and a network of the other family is False.
    return _is_public(address) or any(address in network for network in allowed.networks)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FORBIDDEN_V4)
    if address not in PUBLIC_V6 or address.scope_id is not None:
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in ISATAP:
        return False
    return not any(address in network for network in FORBIDDEN_V6)


def read_address(text: str) -> Address | None:
    """None for what is a name, or nothing, or an address on one of our own interfaces (`%eth0`)."""
    try:
        return ip_address(text) if "%" not in text else None
    except ValueError:
        return None
