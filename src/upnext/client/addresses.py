"""Addresses of servers, as they are typed and as they are kept."""

from urllib.parse import urlsplit

from upnext.client.errors import Usage


def checked(text: str) -> str:
    """A server's address without a trailing slash; http is assumed when no scheme is typed."""
    address = text.strip().rstrip("/")
    if "://" not in address:
        address = f"http://{address}"
    if not _is_server(address):
        hint = "It looks like https://upnext.example.org or http://127.0.0.1:8000"
        raise Usage(f"“{text}” is not the address of a server.", hint=hint)
    return address


def _is_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    named = bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and named and port != 0


def is_loopback(server: str) -> bool:
    """Whether the server is this machine, to which no proxy leads and no wire either."""
    host = urlsplit(server).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_exposed(server: str) -> bool:
    """Whether a password would cross a network in clear text."""
    return server.startswith("http://") and not is_loopback(server)
