"""Hosts, networks, origins and URLs read from text; and URLs made safe to print."""

import ipaddress
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from upnext.core.config.declare import Kind
from upnext.core.config.secret import MASK

Network = IPv4Network | IPv6Network
T = TypeVar("T")

LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*", re.ASCII)
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to
SECRET_PARAMETERS = frozenset({"password", "passwd", "sslpassword"})
DIALECTS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}


def _each(text: str, read: Callable[[str], T]) -> tuple[T, ...]:
    found: dict[T, None] = {}
    for part in filter(None, re.split(r"[,\s]+", text)):
        try:
            found[read(part)] = None
        except ValueError as error:
            raise ValueError(f"has {part!r}, which {error}") from None
    return tuple(found)


def _host(text: str) -> str:
    """Lower case, an IPv6 address without its brackets: the form that hosts are compared in."""
    name = text.strip().casefold().removesuffix(".")
    try:
        return str(ipaddress.ip_address(name.removeprefix("[").removesuffix("]")))
    except ValueError:
        # Digits and dots that are no address would be resolved as a name, or as something else.
        if not HOST_NAME.fullmatch(name) or name.replace(".", "").isdecimal():
            raise ValueError("is no host name or address") from None
        return name


bind_host = Kind("a host name or an IP address", _host)


def _host_pattern(text: str) -> str:
    if text == "*":
        return text
    if "://" in text:
        raise ValueError("names a scheme: write the host alone")
    if re.fullmatch(r"[^:]+:\d+|\[.*\]:\d+", text):
        raise ValueError("names a port: write the host alone")
    if text.startswith("*."):
        return "*." + _host(text[2:])
    return _host(text)


host_patterns = Kind(
    "host names or addresses separated by commas; *.example.org means every name below it, "
    "* every host",
    lambda text: _each(text, _host_pattern),
)


def _split(text: str) -> SplitResult:
    url = text.strip()
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("has white space or control characters in it")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no URL: percent-encode special characters of the password") from None
    if parts.fragment or "#" in url:
        raise ValueError("has a # in it: write it as %23")
    if port == 0 or (host is None and port is not None):
        raise ValueError("has no usable host and port")
    return parts


def _origin(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not http://host or https://host")
    if parts.path not in {"", "/"} or parts.query or "@" in parts.netloc:
        raise ValueError("has more than scheme, host and port")
    _host(parts.hostname)
    return f"{parts.scheme}://{parts.netloc}".casefold()


origin = Kind("http://host or https://host, with a port if it is not the usual one", _origin)
origins = Kind(
    "origins (scheme and host) such as https://app.example.org, separated by commas",
    lambda text: _each(text, _origin),
)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("is no address or network") from None


networks = Kind(
    "addresses or networks such as 10.0.0.0/8, separated by commas",
    lambda text: _each(text, _network),
)


def _reachable(text: str) -> Network | str:
    """Host bits beside a network are a mistake, and digits and dots are never a name."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        if "/" in text:
            raise ValueError("is no network") from None
    if "://" in text or re.fullmatch(r"[^:]+:\d+", text):
        raise ValueError("names a scheme or port: write the host alone")
    return _host(text)


reachable = Kind(
    "networks such as 10.0.0.0/8 and host names, separated by commas",
    lambda text: _each(text, _reachable),
)


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.absolute()}"


def _sqlite(url: str) -> str:
    # Not percent-decoded: SQLAlchemy takes the path as it stands.
    file = url.removeprefix("sqlite:///")
    if file == url or not file.strip("/") or ":memory:" in file or "?" in file:
        raise ValueError("names no file: write sqlite:///file.db or sqlite:////path/to/file.db")
    return sqlite_url(Path(file))


def _database_url(text: str) -> str:
    if text.strip().startswith("sqlite:"):
        return _sqlite(text.strip())
    parts = _split(text)
    dialect, _, driver = parts.scheme.partition("+")
    if driver and dialect in {*DIALECTS, "sqlite"}:
        raise ValueError(f"names the driver {driver}: write {dialect}://, Upnext brings its own")
    if dialect not in DIALECTS:
        raise ValueError("is for a database that Upnext does not speak")
    if not parts.path.strip("/"):
        raise ValueError("names no database after the host")
    if "@" in parts.path:
        raise ValueError("has an @ after the host: percent-encode special characters")
    if not parts.hostname and "host" not in dict(parse_qsl(parts.query)):
        raise ValueError("names no host")
    return _join(parts._replace(scheme=DIALECTS[dialect]))


database_url = Kind(
    "sqlite:///file, postgresql://user:password@host/name or mysql://user:password@host/name",
    _database_url,
    private=True,
)


SENTINELS = re.compile(
    r"rediss?\+sentinel://([^/@\s#]*@)?[\w.-]+(:\d{1,5})?(,[\w.-]+(:\d{1,5})?)*/[\w.-]+(/\d{1,5})?",
    re.ASCII,
)


def _redis_url(text: str) -> str:
    if "+sentinel:" in text:
        if not SENTINELS.fullmatch(text.strip()):
            raise ValueError("is not redis+sentinel://host:26379,host:26379/name-of-the-master/0")
        return text.strip()
    parts = _split(text)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("is not redis://host or rediss://host")
    if parts.path not in {"", "/"} and not re.fullmatch(r"/\d{1,5}", parts.path, re.ASCII):
        raise ValueError("must end in a database number, as in redis://host:6379/0")
    return _join(parts)


redis_url = Kind(
    "redis://host:6379/0, or redis+sentinel://host:26379,host:26379/master/0, or with TLS "
    "rediss:// or rediss+sentinel://",
    _redis_url,
    private=True,
)


def _broker_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in {"redis", "rediss", "amqp", "amqps"} or not parts.hostname:
        raise ValueError("is not redis://, rediss://, amqp:// or amqps:// with a host")
    return _join(parts)


broker_url = Kind(
    "redis://host:6379/1 or amqp://user:password@host:5672/name, or with TLS rediss:// or amqps://",
    _broker_url,
    private=True,
)


def masked(url: str) -> str:
    """`url` with every password in it replaced."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if parts.password:
        credentials, _, host = netloc.rpartition("@")
        netloc = f"{credentials.partition(':')[0]}:{MASK}@{host}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if any(name.casefold() in SECRET_PARAMETERS for name, _ in pairs):
        hidden = [(n, MASK if n.casefold() in SECRET_PARAMETERS else v) for n, v in pairs]
        parts = parts._replace(query=urlencode(hidden, safe="*"))
    return _join(parts._replace(netloc=netloc))


def _join(parts: SplitResult) -> str:
    """As `geturl()`, which drops the slashes of a URL without a host (`postgresql:///name`)."""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}"
