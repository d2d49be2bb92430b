"""A browser that gets push messages: its keys, and decryption by RFC 8291 and 8188 themselves."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT = 65


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA-256 for up to one block."""
    key = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(key, info + b"\x01", hashlib.sha256)[:length]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Browser:
    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes ok"

    def subscription(self) -> dict[str, object]:
        keys = {"p256dh": text(_point(self.key.public_key())), "auth": text(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "expirationTime": None, "name": "Fox"}

    def read(self, body: bytes) -> object:
        """The message in a body with the content encoding aes128gcm, of one record."""
        salt, record, length = body[:16], int.from_bytes(body[16:20]), body[20]
        assert (length, record >= len(body) - 21 - POINT) == (POINT, True)
        theirs, sealed = body[21 : 21 + POINT], body[21 + POINT :]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), sender)
        about = b"WebPush: info\x00" + _point(self.key.public_key()) + theirs
        secret = _derive(self.auth, shared, about, 32)
        key = _derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        message, delimiter = plain.rstrip(b"\x00")[:-1], plain.rstrip(b"\x00")[-1:]
        assert delimiter == b"\x02"
        return orjson.loads(message)
