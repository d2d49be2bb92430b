"""Signatures after Standard Webhooks 1.0.0, so that a receiver knows who calls, and when.

`v1` is HMAC-SHA256 under a shared secret, `v1a` Ed25519, which a receiver verifies with the public
key alone. The plain header is the hex HMAC of the body under the secret as text: for programs that
know nothing else.
"""

import base64
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_BYTES = 32
SECRET_PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"
PLAIN_HEADER = "x-upnext-signature"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`secret` for v1, `seed` for v1a. One does not follow from the other."""

    secret: bytes
    seed: bytes

    @staticmethod
    def new() -> "SigningKey":
        return SigningKey(os.urandom(SECRET_BYTES), os.urandom(SECRET_BYTES))

    @staticmethod
    def load(stored: bytes) -> "SigningKey":
        return SigningKey(stored[:SECRET_BYTES], stored[SECRET_BYTES:])

    def dump(self) -> bytes:
        return self.secret + self.seed

    @property
    def shown(self) -> str:
        """What its receiver is given, once."""
        return SECRET_PREFIX + base64.b64encode(self.secret).decode()

    @property
    def public(self) -> str:
        key = _private(self.seed).public_key().public_bytes_raw()
        return PUBLIC_PREFIX + base64.b64encode(key).decode()

    def sign(self, message: bytes) -> str:
        shared = hmac.digest(self.secret, message, "sha256")
        own = _private(self.seed).sign(message)
        return f"v1,{base64.b64encode(shared).decode()} v1a,{base64.b64encode(own).decode()}"

    def plain(self, body: bytes) -> str:
        return "sha256=" + hmac.digest(self.shown.encode(), body, "sha256").hex()


def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def headers(
    message_id: str, at: datetime, body: bytes, keys: Sequence[SigningKey]
) -> dict[str, str]:
    """With a signature by each key: the current one first, then that which it replaces."""
    moment = str(int(at.timestamp()))
    message = b".".join((message_id.encode(), moment.encode(), body))
    found = {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(key.sign(message) for key in keys),
    }
    for name, key in zip((PLAIN_HEADER, f"{PLAIN_HEADER}-previous"), keys, strict=False):
        found[name] = key.plain(body)
    return found
