"""A URL taken apart once, strictly: what is vetted is what is called."""

import re
from dataclasses import dataclass

import httpx

from upnext.core.outbound.addresses import Address, read_address
from upnext.core.outbound.errors import OutboundRefused

LONGEST_URL = 2_048
SCHEMES = {"http": 80, "https": 443}
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*", re.ASCII)
# A last part that is a number makes a host an address to every resolver: 127.1, 0x7f000001,
# 2130706433, 0177.0.0.1. Only the usual spelling is taken for one.
NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
USUAL_PORTS = frozenset({80, 443})
FREE_PORTS = range(1_024, 65_536)
# Services above it that speak other protocols, and do harm when they get lines of HTTP.
OTHER_SERVICES = frozenset({
    1433, 1521, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5060, 5061, 5432, 5671, 5672,
    5900, 5901, 5984, 6000, 6379, 6380, 6443, 6665, 6666, 6667, 6668, 6669, 6697, 9042, 9160, 9200,
    9300, 10250, 10255, 11211, 25672, 26379, 27017, 27018,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """`host` is ASCII, in lower case, without a last dot. `address`: of a host that is one."""

    url: httpx.URL
    host: str
    port: int
    address: Address | None


def read_target(text: str) -> Target:
    """Raises OutboundRefused, with what to write instead."""
    url = _parsed(text)
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    address = read_address(host)
    if address is None and (not NAME.fullmatch(host) or NUMBER.fullmatch(host)):
        raise _bad("has a host that is neither a name nor an address in its usual spelling.")
    port = url.port or SCHEMES[url.scheme]
    if port not in USUAL_PORTS and (port not in FREE_PORTS or port in OTHER_SERVICES):
        raise _bad(f"names port {port}, which is another service's. Use 443, 80 or one above 1023.")
    return Target(url, host, port, address)


def _parsed(text: str) -> httpx.URL:
    if len(text) > LONGEST_URL:
        raise _bad(f"is longer than {LONGEST_URL} characters.")
    # Programs disagree about what these mean, and one of them may be on the way.
    if not text.isprintable() or any(sign in text for sign in " \\"):
        raise _bad("has spaces, backslashes or control characters in it. Percent-encode them.")
    try:
        url = httpx.URL(text)
        known = url.scheme in SCHEMES and bool(url.raw_host)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise _bad("cannot be read. Write it as https://example.org/path.") from None
    if not known:
        raise _bad("is not http://… or https://… with a host.")
    if url.userinfo or "@" in text.split("//", 1)[1].split("/", 1)[0]:
        raise _bad("has a user name or password in it. Leave out what stands before the @.")
    return url


def _bad(what: str) -> OutboundRefused:
    return OutboundRefused("invalid_url", f"The URL {what}")
