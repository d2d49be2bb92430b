"""Key rings and a token for the tests of keys."""

import base64
from datetime import UTC, datetime, timedelta

from upnext.core.config import AuthSettings, Secret
from upnext.core.keys import AUDIENCE, ISSUER, KeyRing

OLD, NEW, OTHER = (Secret(letter * 4 + "k3y-of-the-tests-ABCDEFGHIJKLMNO") for letter in "abc")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AUTH = AuthSettings(secret_key=OLD, jwt_secret_key=OLD)
RING = KeyRing(AUTH)
ROTATED = KeyRing(
    AuthSettings(
        secret_key=NEW,
        secret_key_previous=(OLD,),
        jwt_secret_key=NEW,
        jwt_secret_key_previous=(OLD,),
    )
)
STRANGER = KeyRing(AuthSettings(secret_key=OTHER, jwt_secret_key=OTHER))
CLAIMS: dict[str, object] = {
    "sub": "ann",
    "jti": "1",
    "iat": NOW,
    "exp": NOW + timedelta(minutes=30),
    "sid": "s",
}
SIGNED = CLAIMS | {
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 1800,
    "iss": ISSUER,
    "aud": AUDIENCE,
}
TOKEN = RING.sign_jwt(CLAIMS, "access")


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def subkey(ring: KeyRing, typ: str) -> bytes:
    """The key itself: these tests play an attacker who has it, so that only the check is left."""
    (key,) = ring._keys_of(typ).values()  # noqa: SLF001 - see above
    return key
