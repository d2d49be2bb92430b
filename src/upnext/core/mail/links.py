"""Addresses that stand in mails. They come from the settings, never from a request's Host."""

from upnext.core.config import Settings
from upnext.core.config.addresses import EVERY_ADDRESS


def base_url(settings: Settings) -> str:
    """Where people reach this instance, without a slash at the end."""
    server = settings.server
    if server.public_url:
        return server.public_url
    host = "localhost" if server.host in EVERY_ADDRESS else server.host
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{server.port}"


def link(settings: Settings, page: str, token: str | None = None) -> str:
    """A page of the web app. A token goes into the fragment, which no server and no log sees."""
    address = f"{base_url(settings)}/{page}"
    return f"{address}#token={token}" if token else address
