"""Signatures, with the library of Standard Webhooks and the library of Ed25519 as oracles."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from tests.architecture.tree import ROOT
from upnext.core.outbound.signing import SigningKey, headers

BODY = '{"type":"task.created","data":{"title":"Grüße"}}'.encode()
ID = "0190a1b2-0000-7000-8000-000000000001"


def signed(*keys: SigningKey, at: datetime | None = None) -> dict[str, str]:
    return headers(ID, at or datetime.now(UTC), BODY, keys)


def test_the_library_accepts_it() -> None:
    key = SigningKey.new()
    assert Webhook(key.shown).verify(BODY, signed(key))["type"] == "task.created"


def test_the_library_refuses_another_body_key_or_time() -> None:
    key, now = SigningKey.new(), datetime.now(UTC)
    with pytest.raises(WebhookVerificationError):
        Webhook(key.shown).verify(BODY + b" ", signed(key))
    with pytest.raises(WebhookVerificationError):
        Webhook(SigningKey.new().shown).verify(BODY, signed(key))
    with pytest.raises(WebhookVerificationError):
        Webhook(key.shown).verify(BODY, signed(key, at=now - timedelta(minutes=10)))


def test_while_it_rotates_both_secrets_are_good() -> None:
    new, old = SigningKey.new(), SigningKey.new()
    sent = signed(new, old)
    for key in (new, old):
        Webhook(key.shown).verify(BODY, sent)
    assert sent["webhook-signature"].count("v1,") == 2
    assert sent["webhook-signature"].count("v1a,") == 2


def test_the_moment_is_the_same_in_every_zone() -> None:
    key = SigningKey(bytes(32), bytes(32))
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert signed(key, at=moment) == signed(key, at=elsewhere)
    assert signed(key, at=moment)["webhook-timestamp"] == "1782907200"


def _v1a(sent: dict[str, str]) -> list[bytes]:
    parts = [part.split(",", 1) for part in sent["webhook-signature"].split()]
    return [base64.b64decode(value) for version, value in parts if version == "v1a"]


def test_the_public_key_verifies_without_the_secret() -> None:
    key = SigningKey.new()
    sent = signed(key)
    raw = base64.b64decode(key.public.removeprefix("whpk_"))
    message = b".".join([ID.encode(), sent["webhook-timestamp"].encode(), BODY])
    Ed25519PublicKey.from_public_bytes(raw).verify(_v1a(sent)[0], message)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(raw).verify(_v1a(sent)[0], message + b" ")
    # Who has the secret of v1 cannot sign as v1a.
    assert key.secret != key.seed


def test_the_plain_header_is_what_openssl_says() -> None:
    new, old = SigningKey.new(), SigningKey.new()
    sent = signed(new, old)
    for name, key in (("x-upnext-signature", new), ("x-upnext-signature-previous", old)):
        expected = hmac.new(key.shown.encode(), BODY, hashlib.sha256).hexdigest()
        assert sent[name] == f"sha256={expected}"


def test_a_key_is_kept_whole() -> None:
    key = SigningKey.new()
    assert SigningKey.load(key.dump()) == key
    assert len(base64.b64decode(key.shown.removeprefix("whsec_"))) == 32


def test_the_example_of_the_documentation_verifies() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    known: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], known)  # what readers copy
    key, now = SigningKey.new(), datetime.now(UTC)
    verify = known["verify"]
    assert verify(key.shown, signed(key), BODY)
    assert verify(key.shown, signed(SigningKey.new(), key), BODY)
    assert not verify(key.shown, signed(key), BODY + b" ")
    assert not verify(SigningKey.new().shown, signed(key), BODY)
    assert not verify(key.shown, signed(key, at=now - timedelta(minutes=6)), BODY)
