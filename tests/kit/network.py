"""The suite talks to this machine alone: a connection to anywhere else is an error in the test."""

import ipaddress
import socket
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit


class InternetForbidden(RuntimeError):
    """A test tried to reach another machine. Put a fake at the port instead."""


def forbid_internet(given_urls: Iterable[str]) -> None:
    """From now on in this process. Servers that were given by URL stay reachable."""
    names = {urlsplit(url).hostname or "localhost" for url in given_urls} | {"localhost"}
    allowed = names | {str(found[4][0]) for name in names for found in socket.getaddrinfo(name, 0)}

    def guard(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.getaddrinfo":
            _check(arguments[0], allowed)
        elif event == "socket.connect" and isinstance(arguments[1], tuple):  # else a Unix socket
            _check(arguments[1][0], allowed)

    sys.addaudithook(guard)


def _check(host: object, allowed: set[str]) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or not name or name in allowed:
        return
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        raise InternetForbidden(f"{name} is not this machine") from None
    if not (address.is_loopback or address.is_unspecified):
        raise InternetForbidden(f"{name} is not this machine")
