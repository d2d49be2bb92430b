"""The key ring: signs access tokens, cursors and tickets, and encrypts stored secrets.

Every use has a key of its own, derived from a configured one, so what is made for one purpose
says nothing for another. The first key of a ring makes new things; all of them are accepted, so a
key is rotated by moving it to the previous ones.
"""

import base64
import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upnext.core.config import AuthSettings, Secret
from upnext.core.config.secret import MINIMUM_BYTES

ISSUER = "upnext"
AUDIENCE = "upnext-api"
CLAIMS_OF_CALLER = ("exp", "iat", "sub", "jti")
CLAIMS = [*CLAIMS_OF_CALLER, "aud", "iss"]
# How far the clocks of two servers may differ before one refuses what the other just signed.
SKEW = timedelta(seconds=30)

KEY_ID_BYTES = 4
MAC_BYTES = 16
NONCE_BYTES = 12
AES_KEY_BYTES = 32


class BadToken(Exception):
    """A token that is not ours, was changed, is for another use, or is over.

    `reason` is one of malformed, key, signature, claims, early, expired. It is for logs: whoever
    sent the token learns at most that it has expired.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class BadCiphertext(Exception):
    """Stored data that no key of the ring opens: damaged, moved, or its key is gone."""


class _Key:
    """One configured key. `id` names it in what it made and tells nothing about it."""

    __slots__ = ("_secret", "_subkeys", "id")

    def __init__(self, secret: Secret) -> None:
        self._secret = secret.reveal().encode()
        if len(self._secret) < MINIMUM_BYTES:
            raise ValueError(f"a key needs {MINIMUM_BYTES} bytes, one has {len(self._secret)}")
        self._subkeys: dict[str, bytes] = {}
        self.id = self.subkey("id")[:KEY_ID_BYTES]

    def subkey(self, use: str) -> bytes:
        """64 bytes for one use: as long as the longest HMAC of a JWT asks for (HS512)."""
        found = self._subkeys.get(use)
        if found is None:
            found = hmac.digest(self._secret, f"upnext/1/{use}".encode(), "sha512")
            self._subkeys[use] = found
        return found


class _Ring:
    """The current key and the previous ones."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        keys = [_Key(secret) for secret in dict.fromkeys(secrets)]
        self.current = keys[0]
        self.by_id = {key.id: key for key in keys}
        if len(self.by_id) < len(keys):
            raise ValueError("two keys have the same key id: replace one of them")

    def __iter__(self) -> Iterator[_Key]:
        return iter(self.by_id.values())


class KeyRing:
    """All keys of an instance. Safe to share between threads and tasks."""

    def __init__(self, auth: AuthSettings) -> None:
        self._ring = _Ring((auth.secret_key, *auth.secret_key_previous))
        self._jwt_ring = _Ring((auth.jwt_secret_key, *auth.jwt_secret_key_previous))
        self._algorithm: str = auth.jwt_algorithm
        self._jwt_keys: dict[str, dict[str, bytes]] = {}

    # Access tokens and other JWTs

    def sign_jwt(self, claims: Mapping[str, object], typ: str) -> str:
        """A JWT of the type `typ`, such as "access". `claims` has sub, jti, iat and exp."""
        lacking = [name for name in CLAIMS_OF_CALLER if claims.get(name) is None]
        if lacking:
            raise ValueError(f"claims lack {', '.join(lacking)}")
        complete = {**claims, "iss": ISSUER, "aud": AUDIENCE}
        return self._encode(complete, self._jwt_ring.current, typ)

    def read_jwt(self, token: str, typ: str, *, now: datetime) -> dict[str, object]:
        """The claims of a token that `sign_jwt` made with the same `typ`; else BadToken."""
        key = self._keys_of(typ).get(token.partition(".")[0])
        if key is None:
            raise BadToken("key")
        # PyJWT would pass over padding; a token shall have one spelling.
        if "=" in token or not token.isascii():
            raise BadToken("malformed")
        claims = _verified(token, key, self._algorithm)
        _check_times(claims, now)
        return claims

    def _keys_of(self, typ: str) -> dict[str, bytes]:
        """Keys for tokens of a type, by the exact header that we give to a token.

        There is one header per key, type and algorithm. Comparing with it as a whole refuses
        every other algorithm, type and key id, and all that a header could smuggle in (jwk, jku,
        x5u, crit, b64), before anything in it is interpreted.
        """
        keys = self._jwt_keys.get(typ)
        if keys is None:
            keys = {
                self._encode({}, key, typ).partition(".")[0]: key.subkey(f"jwt/{typ}")
                for key in self._jwt_ring
            }
            self._jwt_keys[typ] = keys
        return keys

    def _encode(self, claims: dict[str, object], key: _Key, typ: str) -> str:
        headers = {"kid": _text(key.id), "typ": f"{typ}+jwt"}
        return jwt.encode(claims, key.subkey(f"jwt/{typ}"), self._algorithm, headers)

    # Compact signed tokens: readable, but only we can make them

    def sign(self, purpose: str, payload: bytes) -> str:
        """`payload` in a URL-safe text that `unsign` accepts for the same purpose."""
        key = self._ring.current
        return _text(key.id + _mac(key, purpose, payload) + payload)

    def unsign(self, purpose: str, token: str) -> bytes:
        """The payload of a token from `sign`; else BadToken."""
        raw = _bytes(token)
        if raw is None or len(raw) < KEY_ID_BYTES + MAC_BYTES:
            raise BadToken("malformed")
        key = self._ring.by_id.get(raw[:KEY_ID_BYTES])
        if key is None:
            raise BadToken("key")
        mac = raw[KEY_ID_BYTES : KEY_ID_BYTES + MAC_BYTES]
        payload = raw[KEY_ID_BYTES + MAC_BYTES :]
        if not hmac.compare_digest(mac, _mac(key, purpose, payload)):
            raise BadToken("signature")
        return payload

    # Values that can be computed again, but only by us

    def derive(self, purpose: str, message: bytes) -> bytes:
        """32 bytes that look random and are always the same for the same key and arguments."""
        return next(self.derive_each(purpose, message))

    def derive_each(self, purpose: str, message: bytes) -> Iterator[bytes]:
        """What `derive` gives now, then what it gave under each previous key."""
        for key in self._ring:
            yield hmac.digest(key.subkey(f"derive/{purpose}"), message, "sha256")

    # Secrets that must be read again

    def encrypt(self, purpose: str, plain: bytes, *, bound_to: bytes) -> str:
        """A text to store. It opens only with the same `bound_to`, such as the id of its row."""
        key = self._ring.current
        nonce = os.urandom(NONCE_BYTES)
        return _text(key.id + nonce + _cipher(key, purpose).encrypt(nonce, plain, bound_to))

    def decrypt(self, purpose: str, stored: str, *, bound_to: bytes) -> bytes:
        """What `encrypt` was given; else BadCiphertext."""
        raw = _bytes(stored) or b""
        key = self._ring.by_id.get(raw[:KEY_ID_BYTES])
        if key is None:
            raise BadCiphertext("made with a key that is not in SECRET_KEY or SECRET_KEY_PREVIOUS")
        nonce = raw[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        sealed = raw[KEY_ID_BYTES + NONCE_BYTES :]
        try:
            return _cipher(key, purpose).decrypt(nonce, sealed, bound_to)
        except (InvalidTag, ValueError) as error:  # ValueError: the nonce is cut off
            raise BadCiphertext("damaged, or stored for something else") from error


def _verified(token: str, key: bytes, algorithm: str) -> dict[str, object]:
    """The claims, all there and for us; their times are not yet looked at."""
    try:
        claims: dict[str, object] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=AUDIENCE,
            issuer=ISSUER,
            # Without PyJWT's own look at the clock: `_check_times` compares with a given moment.
            options={
                "require": CLAIMS,
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidSignatureError as error:
        raise BadToken("signature") from error
    except jwt.DecodeError as error:
        raise BadToken("malformed") from error
    except jwt.PyJWTError as error:
        raise BadToken("claims") from error
    return claims


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    moment = now.timestamp()
    expires, issued = claims["exp"], claims["iat"]
    # type(), not isinstance(): True is an int.
    if type(expires) is not int or type(issued) is not int:
        raise BadToken("claims")
    if issued > moment + SKEW.total_seconds():
        raise BadToken("early")
    if expires <= moment:
        raise BadToken("expired")


def _mac(key: _Key, purpose: str, payload: bytes) -> bytes:
    return hmac.digest(key.subkey(f"sign/{purpose}"), payload, "sha256")[:MAC_BYTES]


def _cipher(key: _Key, purpose: str) -> AESGCM:
    return AESGCM(key.subkey(f"encrypt/{purpose}")[:AES_KEY_BYTES])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    """The inverse of `_text`. Each value has one text: other spellings of it are None."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:  # also what is not ASCII or no base64
        return None
    return raw if _text(raw) == text else None
