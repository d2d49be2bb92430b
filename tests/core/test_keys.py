"""The key ring: what it made it reads back; whatever was changed, or made elsewhere, it refuses."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from tests.core.rings import (
    AUTH,
    CLAIMS,
    NEW,
    NOW,
    OLD,
    RING,
    ROTATED,
    SIGNED,
    STRANGER,
    TOKEN,
    b64,
    subkey,
    unb64,
)
from upnext.core.config import AuthSettings, Secret
from upnext.core.keys import AUDIENCE, ISSUER, SKEW, BadCiphertext, BadToken, KeyRing


def header_of(token: str) -> dict[str, object]:
    header: dict[str, object] = json.loads(unb64(token.partition(".")[0]))
    return header


def forged(header: Mapping[str, object], claims: Mapping[str, object] = SIGNED) -> str:
    """A token with any header, its signature right for it under the key of access tokens."""
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, claims)]
    body = ".".join(b64(part) for part in parts)
    return f"{body}.{b64(hmac.digest(subkey(RING, 'access'), body.encode(), 'sha256'))}"


def refusal(token: str, typ: str = "access", now: datetime = NOW, ring: KeyRing = RING) -> str:
    with pytest.raises(BadToken) as caught:
        ring.read_jwt(token, typ, now=now)
    return caught.value.reason


# Access tokens


def test_a_token_is_read_back() -> None:
    assert RING.read_jwt(TOKEN, "access", now=NOW) == SIGNED
    assert header_of(TOKEN) == {"alg": "HS256", "typ": "access+jwt", "kid": header_of(TOKEN)["kid"]}


def test_the_forger_of_these_tests_can_forge() -> None:
    """Else the refusals below would prove nothing."""
    ordered = dict(sorted(header_of(TOKEN).items()))
    assert RING.read_jwt(forged(ordered), "access", now=NOW) == SIGNED


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_every_algorithm_signs_without_a_warning(
    algorithm: Literal["HS256", "HS384", "HS512"],
) -> None:
    ring = KeyRing(replace(AUTH, jwt_algorithm=algorithm))
    token = ring.sign_jwt(CLAIMS, "access")
    assert header_of(token)["alg"] == algorithm
    assert ring.read_jwt(token, "access", now=NOW) == SIGNED
    if algorithm != "HS256":
        assert refusal(token) == "key"


@pytest.mark.parametrize("name", ["sub", "jti", "iat", "exp"])
def test_a_token_is_not_signed_without_its_claims(name: str) -> None:
    with pytest.raises(ValueError, match=f"claims lack {name}"):
        RING.sign_jwt({key: value for key, value in CLAIMS.items() if key != name}, "access")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("keep_signature", [True, False])
def test_t053_alg_none(alg: str, keep_signature: bool) -> None:
    token = forged(dict(sorted((header_of(TOKEN) | {"alg": alg}).items())))
    assert refusal(token if keep_signature else token.rpartition(".")[0] + ".") == "key"


def test_t053_no_alg() -> None:
    header = header_of(TOKEN)
    del header["alg"]
    assert refusal(forged(header)) == "key"


@pytest.mark.parametrize("alg", ["HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA"])
def test_t053_another_algorithm(alg: str) -> None:
    assert refusal(forged(dict(sorted((header_of(TOKEN) | {"alg": alg}).items())))) == "key"


def test_t053_signed_with_an_asymmetric_key() -> None:
    rsa_key = rsa.generate_private_key(65537, 2048)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    headers = {name: header_of(TOKEN)[name] for name in ("kid", "typ")}
    assert refusal(jwt.encode(SIGNED, rsa_key, "RS256", headers)) == "key"
    assert refusal(jwt.encode(SIGNED, ec_key, "ES256", headers)) == "key"


def test_t053_a_public_key_used_as_hmac_key() -> None:
    public = rsa.generate_private_key(65537, 2048).public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = TOKEN.rpartition(".")[0]
    assert refusal(f"{body}.{b64(hmac.digest(pem, body.encode(), 'sha256'))}") == "signature"


@pytest.mark.parametrize(
    "more",
    [
        {"jwk": {"kty": "oct", "k": b64(b"attacker")}},
        {"jku": "https://attacker.example/keys"},
        {"x5u": "https://attacker.example/cert"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": True},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ],
    ids="+".join,
)
def test_t053_a_header_with_more_in_it(more: dict[str, object]) -> None:
    assert refusal(forged(dict(sorted((header_of(TOKEN) | more).items())))) == "key"


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null",
        "/dev/null",
        "' UNION SELECT 'key",
        "x; DROP TABLE keys",
        "",
        None,
        7,
        ["a"],
        {"a": 1},
        "A" * 100_000,
        "\x00",
    ],
    ids=lambda kid: repr(kid)[:20],
)
def test_t053_kid_that_is_not_ours(kid: object) -> None:
    assert refusal(forged(dict(sorted((header_of(TOKEN) | {"kid": kid}).items())))) == "key"


def test_t053_no_kid() -> None:
    header = header_of(TOKEN)
    del header["kid"]
    assert refusal(forged(header)) == "key"


@pytest.mark.parametrize("lacking", ["exp", "iat", "sub", "aud", "jti", "iss"])
@pytest.mark.parametrize("as_null", [True, False])
def test_t053_missing_claim(lacking: str, as_null: bool) -> None:
    claims = SIGNED | {lacking: None}
    if not as_null:
        del claims[lacking]
    assert refusal(forged(header_of(TOKEN), claims)) == "claims"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "other"},
        {"aud": [AUDIENCE]},
        {"aud": [AUDIENCE, "other"]},
        {"iss": "other"},
        {"iss": [ISSUER]},
        {"sub": 7},
        {"jti": 7},
        {"exp": "9999999999"},
        {"exp": 9999999999.5},
        {"exp": True},
        {"exp": [9999999999]},
        {"iat": "1"},
        {"iat": True},
    ],
    ids=str,
)
def test_t053_wrong_claim(wrong: dict[str, object]) -> None:
    assert refusal(forged(header_of(TOKEN), SIGNED | wrong)) == "claims"


@pytest.mark.parametrize("typ", ["refresh", "reset", "verify", "ticket", "", "JWT", "access+jwt"])
def test_t053_a_token_of_another_type(typ: str) -> None:
    assert refusal(RING.sign_jwt(CLAIMS, typ), "access") == "key"
    assert refusal(TOKEN, typ) == "key"


def test_t053_a_token_relabelled_as_another_type() -> None:
    """With the header of an access token put on, the signature is still one of another key."""
    _, claims, signature = RING.sign_jwt(CLAIMS, "reset").split(".")
    assert refusal(f"{TOKEN.split('.')[0]}.{claims}.{signature}") == "signature"


def test_t053_a_token_of_another_instance() -> None:
    assert refusal(STRANGER.sign_jwt(CLAIMS, "access")) == "key"
    _, claims, signature = STRANGER.sign_jwt(CLAIMS, "access").split(".")
    assert refusal(f"{TOKEN.split('.')[0]}.{claims}.{signature}") == "signature"


def test_t053_the_configured_key_itself_signs_nothing() -> None:
    headers = {name: header_of(TOKEN)[name] for name in ("kid", "typ")}
    token = jwt.encode(SIGNED, OLD.reveal(), "HS256", headers)
    assert token.split(".")[0] == TOKEN.split(".")[0]
    assert refusal(token) == "signature"


@pytest.mark.parametrize("length", [0, 1, 31])
@pytest.mark.parametrize(
    "place",
    ["secret_key", "jwt_secret_key", "secret_key_previous", "jwt_secret_key_previous"],
)
def test_t053_a_short_key_is_refused(place: str, length: int) -> None:
    short = Secret("k" * length)
    value = (short,) if place.endswith("previous") else short
    # The types of replace() cannot follow a name that varies.
    auth = replace(AUTH, **{place: value})  # type: ignore[arg-type]  # see above
    with pytest.raises(ValueError, match=f"a key needs 32 bytes, one has {length}"):
        KeyRing(auth)


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (timedelta(minutes=29, seconds=59), None),
        (timedelta(minutes=30), "expired"),
        (timedelta(days=4000), "expired"),
        (-SKEW, None),
        (-SKEW - timedelta(seconds=1), "early"),
    ],
)
def test_t050_the_life_of_a_token(later: timedelta, reason: str | None) -> None:
    if reason is None:
        assert RING.read_jwt(TOKEN, "access", now=NOW + later) == SIGNED
    else:
        assert refusal(TOKEN, now=NOW + later) == reason


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a", "a.b", "a.b.c", TOKEN.split(".")[0], TOKEN + ".x", TOKEN + "=",
     TOKEN[:-1], TOKEN + "A", " " + TOKEN, TOKEN + "\n", TOKEN + "\udcff",
     TOKEN.replace(".", ".é", 1), TOKEN.split(".")[0] + "..", TOKEN.upper(),
     "Bearer " + TOKEN, "\x00" * 10],
)  # fmt: skip
def test_text_that_is_no_token(token: str) -> None:
    assert refusal(token) in {"malformed", "key", "signature"}


@given(st.text(max_size=300))
def test_any_text_is_refused_and_not_an_error(text: str) -> None:
    refusal(text)
    refusal(TOKEN.split(".")[0] + "." + text)


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TOKEN) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/"
    letter = data.draw(st.sampled_from(letters.replace(TOKEN[place], "")))
    refusal(TOKEN[:place] + letter + TOKEN[place + 1 :])


# Rotation


def test_after_a_rotation_the_old_is_read_and_the_new_is_made() -> None:
    assert ROTATED.read_jwt(TOKEN, "access", now=NOW) == SIGNED
    assert ROTATED.unsign("cursor", RING.sign("cursor", b"x")) == b"x"
    stored = RING.encrypt("totp", b"x", bound_to=b"1")
    assert ROTATED.decrypt("totp", stored, bound_to=b"1") == b"x"

    assert refusal(ROTATED.sign_jwt(CLAIMS, "access")) == "key"
    with pytest.raises(BadToken, match="key"):
        RING.unsign("cursor", ROTATED.sign("cursor", b"x"))
    with pytest.raises(BadCiphertext):
        RING.decrypt("totp", ROTATED.encrypt("totp", b"x", bound_to=b"1"), bound_to=b"1")


def test_after_a_rotation_derived_values_of_both_keys_are_known() -> None:
    now, before = ROTATED.derive_each("refresh", b"m")
    assert now == ROTATED.derive("refresh", b"m")
    assert before == RING.derive("refresh", b"m")


def test_a_previous_key_that_is_dropped_is_gone() -> None:
    ring = KeyRing(AuthSettings(secret_key=NEW, jwt_secret_key=NEW))
    assert refusal(TOKEN, ring=ring) == "key"


def test_a_key_named_twice_counts_once() -> None:
    ring = KeyRing(replace(AUTH, secret_key_previous=(OLD, NEW, OLD)))
    assert len(list(ring.derive_each("x", b""))) == 2


def test_a_key_ring_shows_no_key() -> None:
    assert OLD.reveal() not in f"{RING!r} {vars(RING)}"
    assert OLD.reveal() not in str(unb64(RING.sign("x", b"")))
