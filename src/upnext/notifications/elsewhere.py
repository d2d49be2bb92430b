"""Other services, by Apprise: which kinds of its URLs are taken, and how its requests leave.

A URL comes from a person, so only kinds are taken that speak HTTP and nothing else, and none of
their options that read files of this machine. Whatever such a plugin asks for goes through
`core/outbound`, as if it were ours: see `_Vetted`.
"""

import asyncio
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from upnext.core.keys import KeyRing
from upnext.core.outbound import Outbound, OutboundError
from upnext.core.runtime import Runtime
from upnext.notifications.ports import Postponed, Refused

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

PURPOSE: Final = "apprise"
KINDS: Final = frozenset({
    "discord", "gchat", "gotify", "gotifys", "json", "jsons", "mmost", "mmosts", "ntfy", "ntfys",
    "pover", "rocket", "rockets", "slack", "tgram", "twist", "zulip",
})  # fmt: skip
# Parts of the names of options that name a file, or change how a request is made.
FORBIDDEN: Final = ("template", "attach", "file", "path", "cert", "verify", "config", "storage")
LONGEST_URL: Final = 2_000


def kind_of(url: str) -> str:
    """Raises ValueError with what is wrong as a sentence."""
    if len(url) > LONGEST_URL or not url.isprintable():
        raise ValueError("This URL is too long, or has control characters in it.")
    kind = url.partition("://")[0].casefold()
    if kind not in KINDS:
        raise ValueError(f"Only these kinds are taken: {', '.join(sorted(KINDS))}.")
    names = {name.casefold() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    bad = sorted(name for name in names if any(part in name for part in FORBIDDEN))
    if bad:
        raise ValueError(f"The option {bad[0]} is not taken.")
    if _plugin(url) is None:
        raise ValueError("Apprise does not understand this URL. See its page on this service.")
    return kind


def seal(keys: KeyRing, url: str, bound_to: bytes) -> str:
    return keys.encrypt(PURPOSE, url.encode(), bound_to=bound_to)


def opened(keys: KeyRing, sealed: str, bound_to: bytes) -> str:
    return keys.decrypt(PURPOSE, sealed, bound_to=bound_to).decode()


async def send(runtime: Runtime, url: str, title: str, text: str) -> None:
    """Raises Refused for a URL that is none (any more), Postponed when the service did not take it.
    Apprise waits for answers, so it does that in a thread."""
    plugin = _plugin(url)
    if plugin is None:
        raise Refused("Apprise does not understand this URL (any more).")
    loop = asyncio.get_running_loop()
    _way_out.outbound, _way_out.loop = runtime.outbound, loop
    taken = await asyncio.to_thread(plugin.notify, body=text, title=title)
    if not taken:
        raise Postponed(f"The service behind {url.partition('://')[0]}:// did not take it.")


def _plugin(url: str) -> Any:  # one of some hundred classes of Apprise
    return _apprise().Apprise.instantiate(url)


class _WayOut:
    """Where the requests of the plugins go: set before each use, the same in all of a process."""

    outbound: Outbound
    loop: asyncio.AbstractEventLoop


_way_out = _WayOut()


@cache
def _apprise() -> Any:  # the module, which is heavy
    """With the adapter of `requests`, which nothing else here uses, replaced by ours."""
    import requests  # noqa: PLC0415 - only who has such a URL needs it

    with warnings.catch_warnings():
        # Of some hundred plugins, which all load with the first, some are behind their time.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # noqa: PLC0415 - as above

        apprise.Apprise.instantiate("json://localhost")

    class _Vetted(requests.adapters.HTTPAdapter):
        """Every request of a plugin, and every redirect that it follows, is a request of ours."""

        def send(self, request: "PreparedRequest", *_: Any, **__: Any) -> "Response":
            return _sent(request)

    # By name, since the library does not mean it to be done; its sessions look it up there.
    vars(requests.sessions)["HTTPAdapter"] = _Vetted
    return apprise


def _sent(request: "PreparedRequest") -> "Response":
    import requests  # noqa: PLC0415 - as above

    content: Any = request.body or b""
    asked = _way_out.outbound.request(
        request.method or "GET",
        request.url or "",
        headers={str(name): str(value) for name, value in request.headers.items()},
        content=content.encode() if isinstance(content, str) else bytes(content),
    )
    try:
        answer = asyncio.run_coroutine_threadsafe(asked, _way_out.loop).result()
    except OutboundError as error:
        raise requests.ConnectionError(error.detail) from error
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(answer.headers)
    response.url, response.request = request.url or "", request
    response._content = answer.body  # noqa: SLF001 - as the library's own tests and adapters do
    return response
