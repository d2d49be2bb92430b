"""One request to one address, and as much of the answer as is wanted."""

import ssl
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import httpx

from upnext.core.outbound.errors import OutboundFailed
from upnext.core.outbound.targets import Target

GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`cut`: an answer longer than `most` bytes is cut off there, and else refused."""

    method: str
    headers: Mapping[str, str]
    content: bytes
    most: int
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes
    was_cut: bool


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that certifi lists; made once, since reading them takes a while."""
    return httpx.create_ssl_context(trust_env=False)


async def send(
    target: Target,
    addresses: Sequence[str],
    question: Question,
    *,
    connect: float,
    context: ssl.SSLContext | None,
) -> Reply:
    """Tries one address after the other until one takes the connection.

    A connection serves one request: kept for the next one, it could carry a request for another
    name at the same address past the check of the certificate.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    transport = httpx.AsyncHTTPTransport(verify=context or trusted(), limits=limits)
    async with transport:
        for address in addresses[:-1]:
            try:
                return await _send_to(transport, target, address, question, connect)
            except OutboundFailed as error:
                if error.code != "connect":
                    raise
        return await _send_to(transport, target, addresses[-1], question, connect)


async def _send_to(
    transport: httpx.AsyncHTTPTransport,
    target: Target,
    address: str,
    question: Question,
    connect: float,
) -> Reply:
    request = httpx.Request(
        question.method, target.url, headers=dict(question.headers), content=question.content
    )
    # From here on the URL is the vetted address; the Host header has been made of the name.
    request.url = target.url.copy_with(host=address)
    times = httpx.Timeout(None, connect=connect).as_dict()
    request.extensions = {"timeout": times, "sni_hostname": target.host}
    try:
        response = await transport.handle_async_request(request)
    except httpx.TimeoutException:
        raise OutboundFailed("connect", "No connection came about in time.") from None
    except httpx.ConnectError as error:
        raise _not_connected(error) from None
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
        raise _broken(error) from None
    try:
        body, was_cut = await _read(response, question)
    except httpx.TransportError as error:
        raise _broken(error) from None
    finally:
        await response.aclose()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(status=response.status_code, headers=headers, body=body, was_cut=was_cut)


def _not_connected(error: httpx.ConnectError) -> OutboundFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "handshake failed"
            return OutboundFailed("tls", f"No safe connection: {reason}.")
        cause = cause.__cause__ or cause.__context__
    return OutboundFailed("connect", "The host took no connection.")


def _broken(error: Exception) -> OutboundFailed:
    return OutboundFailed("protocol", f"The exchange broke off ({type(error).__name__}).")


async def _read(response: httpx.Response, question: Question) -> tuple[bytes, bool]:
    """Bytes are counted as they come and again unpacked, so that neither can be a flood."""
    most, body = question.most, bytearray()
    unpack = _unpacking(response)
    arrived = 0
    async for chunk in response.aiter_raw():
        arrived += len(chunk)
        room = most + 1 - len(body)
        try:
            body += unpack.decompress(chunk, room) if unpack else chunk
        except zlib.error:
            raise OutboundFailed("protocol", "The answer is not what it says it is.") from None
        if len(body) > most or arrived > most:
            if question.cut:
                return bytes(body[:most]), True
            raise OutboundFailed("too_large", f"The answer is larger than {most:,} bytes.")
    return bytes(body), False


def _unpacking(response: httpx.Response) -> "zlib._Decompress | None":
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return None
    if coding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(GZIP)
    raise OutboundFailed("protocol", "The answer is packed in a way that was not asked for.")
