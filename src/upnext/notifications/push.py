"""Web push: a message encrypted for one browser (RFC 8291), from a server it knows (RFC 8292)."""

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.context import RequestContext
from upnext.core.keys import KeyRing
from upnext.core.outbound import OutboundError, OutboundRefused
from upnext.core.runtime import Runtime
from upnext.notifications import queries
from upnext.notifications.ports import Gone, Postponed, Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CONTEXT: Final = RequestContext(request_id="push key")
PURPOSE: Final = "push"
KEY_BOUND_TO: Final = b"vapid"
KEY_PART: Final = "push_key"
# What a browser that is switched off misses after this long was news only then.
GOOD_FOR: Final = timedelta(hours=24)
SIGNED_FOR: Final = timedelta(hours=12)
CURVE_BYTES: Final = 32
MOST_PAYLOAD: Final = 3_000
GONE: Final = frozenset({404, 410})
ACCEPTED: Final = range(200, 300)
PASSING: Final = frozenset({408, 413, 425, 429})
FIRST_SERVER_ERROR: Final = 500


class Subscription(NamedTuple):
    """What a browser gives, in base64 without padding but for the address."""

    endpoint: str
    p256dh: str
    auth: str


class Pair(NamedTuple):
    public: str
    private: str


def seal(keys: KeyRing, subscription: Subscription, bound_to: bytes) -> str:
    return keys.encrypt(PURPOSE, orjson.dumps(subscription._asdict()), bound_to=bound_to)


def opened(keys: KeyRing, sealed: str, bound_to: bytes) -> Subscription:
    return Subscription(**orjson.loads(keys.decrypt(PURPOSE, sealed, bound_to=bound_to)))


async def pair_of(runtime: Runtime) -> Pair:
    """This instance's key pair: made when it is first asked for, and the same ever after."""
    known: Pair | None = runtime.parts.get(KEY_PART)
    if known is None:
        async with runtime.db.read() as session:
            known = await _stored(session, runtime.keys)
        if known is None:
            known = await _make(runtime)
        runtime.parts[KEY_PART] = known
    return known


async def _stored(session: AsyncSession, keys: KeyRing) -> Pair | None:
    row = await session.scalar(queries.push_key())
    if row is None:
        return None
    private = keys.decrypt(PURPOSE, row.sealed, bound_to=KEY_BOUND_TO).decode()
    return Pair(row.public, private)


async def _make(runtime: Runtime) -> Pair:
    """Of many processes that make one at once, the first one's counts."""
    pair, now = new_pair(), runtime.clock.now()
    sealed = runtime.keys.encrypt(PURPOSE, pair.private.encode(), bound_to=KEY_BOUND_TO)
    row = {"id": 1, "public": pair.public, "sealed": sealed, "created_at": now}

    async def keep(session: AsyncSession) -> Pair | None:
        await session.execute(queries.keep_push_key(session.get_bind().dialect.name, row))
        return await _stored(session, runtime.keys)

    kept = await runtime.workshop.run(CONTEXT, keep)
    return kept or pair


def new_pair() -> Pair:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    return Pair(_text(_point(key)), _text(number.to_bytes(CURVE_BYTES)))


def _point(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above

    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def check(subscription: Subscription) -> None:
    """Raises ValueError for keys that no browser makes."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(subscription.p256dh))
    if len(_bytes(subscription.auth)) != 16:  # noqa: PLR2004 - as RFC 8291 has it
        raise ValueError("auth has 16 bytes")


def encrypt(subscription: Subscription, payload: bytes) -> bytes:
    import http_ece  # noqa: PLC0415 - only who sends push messages needs it
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    sealed: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(subscription.p256dh),
        auth_secret=_bytes(subscription.auth),
        version="aes128gcm",
    )
    return sealed


def signed(pair: Pair, endpoint: str, contact: str, now: datetime) -> str:
    """The Authorization header."""
    from py_vapid import Vapid02  # noqa: PLC0415 - as above

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{contact}",
    }
    headers: dict[str, str] = Vapid02.from_raw(pair.private.encode()).sign(claims)
    return headers["Authorization"]


async def send(runtime: Runtime, subscription: Subscription, told: dict[str, Any]) -> None:
    """Raises Gone when the browser is no longer there, Refused, or Postponed."""
    pair = await pair_of(runtime)
    contact = runtime.settings.mail.sender
    headers = {
        "Authorization": signed(pair, subscription.endpoint, contact, runtime.clock.now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(GOOD_FOR.total_seconds())),
        "Urgency": "normal",
    }
    body = encrypt(subscription, orjson.dumps(told)[:MOST_PAYLOAD])
    try:
        answer = await runtime.outbound.request(
            "POST", subscription.endpoint, headers=headers, content=body, cut=True
        )
    except OutboundRefused as error:
        raise Refused(error.detail) from error
    except OutboundError as error:
        raise Postponed(error.detail) from error
    _judge(answer.status)


def _judge(status: int) -> None:
    if status in ACCEPTED:
        return
    said = f"The push service answered {status}."
    if status in GONE:
        raise Gone(said)
    if status in PASSING or status >= FIRST_SERVER_ERROR:
        raise Postponed(said)
    raise Refused(said)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
