"""What the key ring signs, derives and encrypts besides access tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.rings import AUTH, RING, STRANGER, b64, subkey, unb64
from upnext.core.keys import BadCiphertext, BadToken, KeyRing

# Compact signed tokens


@given(purpose=st.text(max_size=20), payload=st.binary(max_size=100))
def test_signed_payload_is_read_back(purpose: str, payload: bytes) -> None:
    token = RING.sign(purpose, payload)
    assert RING.unsign(purpose, token) == payload
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(payload=st.binary(max_size=40), data=st.data())
def test_a_changed_byte_is_refused(payload: bytes, data: st.DataObject) -> None:
    raw = bytearray(unb64(RING.sign("cursor", payload)))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadToken):
        RING.unsign("cursor", b64(bytes(raw)))


@pytest.mark.parametrize("payload", [b"", b"1", b"12", b"123"])
def test_every_changed_character_is_refused(payload: bytes) -> None:
    """The last characters too, where base64 has bits that no byte uses."""
    token = RING.sign("cursor", payload)
    for place, old in enumerate(token):
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. é":
            if letter != old:
                with pytest.raises(BadToken):
                    RING.unsign("cursor", token[:place] + letter + token[place + 1 :])


@given(st.text(max_size=100))
def test_any_text_is_no_signed_token(text: str) -> None:
    with pytest.raises(BadToken):
        RING.unsign("cursor", text)


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_shortened_or_lengthened_token_is_refused(cut: int) -> None:
    token = RING.sign("cursor", b"0123456789")
    for changed in (token[:-cut], token[cut:], token + "A" * cut, token + "=" * cut):
        with pytest.raises(BadToken):
            RING.unsign("cursor", changed)


def test_a_token_is_for_one_purpose_of_one_instance() -> None:
    token = RING.sign("cursor", b"x")
    with pytest.raises(BadToken, match="signature"):
        RING.unsign("ticket", token)
    with pytest.raises(BadToken, match="key"):
        STRANGER.unsign("cursor", token)


# Derived values


def test_derived_values_are_stable_and_apart() -> None:
    value = RING.derive("refresh", b"family:1")
    assert value == KeyRing(AUTH).derive("refresh", b"family:1")
    others = [
        RING.derive("refresh", b"family:2"),
        RING.derive("reset", b"family:1"),
        STRANGER.derive("refresh", b"family:1"),
    ]
    assert len({value, *others}) == 4
    assert len(value) == 32


def test_uses_of_one_name_have_different_keys() -> None:
    """A value derived from a message is not a signature of it, and not under the JWTs' key."""
    signature = unb64(RING.sign("x", b"message"))[4:20]
    assert signature != RING.derive("x", b"message")[:16]
    assert subkey(RING, "x") != subkey(RING, "y")


# Encryption


@given(plain=st.binary(max_size=100), bound_to=st.binary(max_size=20))
def test_what_is_encrypted_is_decrypted(plain: bytes, bound_to: bytes) -> None:
    stored = RING.encrypt("totp", plain, bound_to=bound_to)
    assert RING.decrypt("totp", stored, bound_to=bound_to) == plain


def test_ciphertext_differs_each_time_and_hides_the_text() -> None:
    one, two = (RING.encrypt("totp", b"hunter2hunter2", bound_to=b"1") for _ in range(2))
    assert one != two
    assert b"hunter2" not in unb64(one)


def test_ciphertext_opens_only_where_it_belongs() -> None:
    stored = RING.encrypt("totp", b"x", bound_to=b"row 1")
    for ring, purpose, bound_to in (
        (RING, "totp", b"row 2"),
        (RING, "webhook", b"row 1"),
        (STRANGER, "totp", b"row 1"),
    ):
        with pytest.raises(BadCiphertext):
            ring.decrypt(purpose, stored, bound_to=bound_to)


def test_every_changed_byte_of_a_ciphertext_is_refused() -> None:
    raw = unb64(RING.encrypt("totp", b"secret", bound_to=b"1"))
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(BadCiphertext):
            RING.decrypt("totp", b64(changed), bound_to=b"1")
    for length in range(len(raw)):
        with pytest.raises(BadCiphertext):
            RING.decrypt("totp", b64(raw[:length]), bound_to=b"1")


@given(st.text(max_size=100))
def test_any_text_is_no_ciphertext(text: str) -> None:
    with pytest.raises(BadCiphertext):
        RING.decrypt("totp", text, bound_to=b"1")
