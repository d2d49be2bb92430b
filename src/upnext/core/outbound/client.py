"""The client. Light to import: what speaks HTTP comes with the first request."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upnext import __version__
from upnext.core.config import Settings
from upnext.core.outbound.addresses import Allowed, allowed_of, may_call, read_address
from upnext.core.outbound.errors import OutboundFailed, forbidden
from upnext.core.outbound.resolving import Resolver, SystemResolver

if TYPE_CHECKING:
    from upnext.core.outbound.sending import Reply
    from upnext.core.outbound.targets import Target

LARGEST_ANSWER = 1_000_000
# Of a name with many addresses: who does not answer at three will not at the fourth.
MOST_ADDRESSES = 3
ALWAYS = {"User-Agent": f"Upnext/{__version__}", "Accept-Encoding": "gzip", "Connection": "close"}
NOTHING = Allowed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Header names in lower case. `was_cut`: there was more of the body than was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    was_cut: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """In seconds. `total` is for everything, from the name to the last byte."""

    connect: float = 5.0
    total: float = 20.0


class Outbound:
    """Makes requests to public addresses, and to what `allowed` names.

    `context` is for tests: else the authorities of certifi are trusted.
    """

    def __init__(
        self,
        allowed: Allowed = NOTHING,
        *,
        resolver: Resolver | None = None,
        context: ssl.SSLContext | None = None,
        times: Times | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver or SystemResolver()
        self._context = context
        self._times = times or Times()

    def inspect(self, url: str) -> None:
        """Raises OutboundRefused for what no name server has to be asked about."""
        target = _target(url)
        if target.address is not None and target.host not in self._allowed.hosts:
            _vet([str(target.address)], self._allowed)

    async def check(self, url: str) -> None:
        """Raises OutboundRefused when a request would be, as far as names say now.

        For telling people early. It protects nothing: each request looks again.
        """
        await self._addresses(_target(url))

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        most: int = LARGEST_ANSWER,
        cut: bool = False,
    ) -> Answer:
        """Whatever the answer's status: redirects too are answers. Raises OutboundError.

        An answer longer than `most` is refused, or with `cut` cut off there.
        """
        from upnext.core.outbound.sending import Question, send  # noqa: PLC0415 - brings httpx

        target = _target(url)
        question = Question(
            method=method,
            headers={**ALWAYS, **(headers or {})},
            content=content,
            most=most,
            cut=cut,
        )
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._times.total):
                addresses = (await self._addresses(target))[:MOST_ADDRESSES]
                connect = self._times.connect / len(addresses)
                reply = await send(
                    target, addresses, question, connect=connect, context=self._context
                )
        except TimeoutError:
            took = f"The answer took over {self._times.total:g} s."
            raise OutboundFailed("timeout", took) from None
        return _answer(reply, time.monotonic() - began)

    async def _addresses(self, target: "Target") -> list[str]:
        """All of them may be called, or none is: a name that mixes them is up to something."""
        if target.address is not None:
            found = [str(target.address)]
        else:
            try:
                async with asyncio.timeout(self._times.connect):
                    found = list(await self._resolver.resolve(target.host, target.port))
            except (OSError, UnicodeError, TimeoutError):
                raise forbidden() from None
        _vet(found, None if target.host in self._allowed.hosts else self._allowed)
        return found

    def close(self) -> None:
        self._resolver.close()


def outbound_of(settings: Settings) -> Outbound:
    return Outbound(allowed_of(settings.outbound.allow))


def _vet(found: Sequence[str], allowed: Allowed | None) -> None:
    """`allowed` None: whatever is an address at all."""
    addresses = [read_address(one) for one in found]
    if not addresses:
        raise forbidden()
    for one in addresses:
        if one is None or (allowed is not None and not may_call(one, allowed)):
            raise forbidden()


def _target(url: str) -> "Target":
    from upnext.core.outbound.targets import read_target  # noqa: PLC0415 - brings httpx

    return read_target(url)


def _answer(reply: "Reply", seconds: float) -> Answer:
    return Answer(
        status=reply.status,
        headers=reply.headers,
        body=reply.body,
        was_cut=reply.was_cut,
        seconds=seconds,
    )
