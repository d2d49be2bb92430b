"""Which credentials hold, where they are read from, and what that costs."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest

from tests.identity.conftest import Instance, signed
from tests.kit.app import SECRETS, Person, good, max_queries, refused
from upnext.core.runtime import Runtime
from upnext.identity.credentials import MOST_REMEMBERED, Authenticator, bearer


def _text(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.get_unverified_header(token), claims


async def test_t053_forged_tokens_are_refused(instance: Instance) -> None:
    email, client = await instance.member()
    token = (await instance.login(email))["access_token"]
    header, claims = _parts(token)
    signature = token.rpartition(".")[2]
    secret = SECRETS["JWT_SECRET_KEY"]
    kid = header["kid"]
    forged = [
        f"{_text({**header, 'alg': 'none'})}.{_text(claims)}.",
        f"{_text({**header, 'alg': 'RS256'})}.{_text(claims)}.{signature}",
        f"{_text({**header, 'jwk': {'kty': 'oct', 'k': 'AAAA'}})}.{_text(claims)}.{signature}",
        f"{_text({**header, 'jku': 'https://evil.example/k'})}.{_text(claims)}.{signature}",
        f"{_text({**header, 'crit': ['x'], 'x': 1})}.{_text(claims)}.{signature}",
        f"{_text({**header, 'kid': '../../dev/null'})}.{_text(claims)}.{signature}",
        f"{_text(header)}.{_text({**claims, 'sub': str(uuid4())})}.{signature}",
        jwt.encode(claims, secret, "HS256", {"kid": kid, "typ": "access+jwt"}),
        "x.y.z",
        token[:-2],
        token + "=",
        "upn_" + "A" * 43,
        "",
    ]
    for one in forged:
        answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {one}"})
        refused(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    good(await client.get("/auth/me", headers={"Authorization": f"Bearer {token}"}))


@pytest.mark.parametrize("drop", ["exp", "iat", "sub", "jti", "aud", "iss"])
async def test_t053_every_claim_is_needed(instance: Instance, drop: str) -> None:
    email, client = await instance.member()
    _, claims = _parts((await instance.login(email))["access_token"])
    del claims[drop]
    ring = instance.runtime.keys._jwt_ring  # noqa: SLF001  (signs what the key ring never would)
    key = ring.current.subkey("jwt/access")
    header = _parts(instance.runtime.keys.sign_jwt(
        {"sub": "x", "jti": "x", "iat": 1, "exp": 2}, "access"))[0]  # fmt: skip
    forged = jwt.encode(claims, key, "HS256", header)
    answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {forged}"})
    refused(answer, 401, "invalid_token")


async def test_t053_a_token_for_another_use_is_no_access_token(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    _, claims = _parts(tokens["access_token"])
    own = {name: claims[name] for name in ("sub", "sid", "jti", "iat", "exp")}
    reset = instance.runtime.keys.sign_jwt(own, "reset")
    for other in (reset, tokens["refresh_token"]):
        answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {other}"})
        refused(answer, 401, "invalid_token")


async def test_a_session_of_another_user_does_not_hold(instance: Instance) -> None:
    email, client = await instance.member()
    _, claims = _parts((await instance.login(email))["access_token"])
    own = {name: claims[name] for name in ("sid", "jti", "iat", "exp")}
    forged = instance.runtime.keys.sign_jwt({**own, "sub": str(uuid4())}, "access")
    answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {forged}"})
    refused(answer, 401, "invalid_token")


async def test_an_access_token_lasts_half_an_hour(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    instance.clock.advance(timedelta(minutes=29, seconds=57))
    good(await client.get("/auth/me", headers=signed(tokens)))
    instance.clock.advance(timedelta(seconds=4))
    refused(await client.get("/auth/me", headers=signed(tokens)), 401, "invalid_token")


async def test_t058_a_token_in_the_address_is_not_read(person: Person) -> None:
    token = person.client.headers.pop("Authorization").removeprefix("Bearer ")
    for name in ("access_token", "token", "authorization"):
        answer = await person.client.get("/auth/me", params={name: token})
        refused(answer, 401, "unauthorized")


@pytest.mark.parametrize(
    "value", ["Basic eDp5", "Bearer", "Bearer ", "bearer  ", "Token x", "Bearer é", "x"]
)
async def test_headers_that_hold_no_token(client: httpx.AsyncClient, value: str) -> None:
    header = (b"Authorization", value.encode("latin-1"))
    answer = await client.get("/auth/me", headers=[header])
    refused(answer, 401)


def test_two_tokens_are_none() -> None:
    one = (b"authorization", b"Bearer a")
    assert bearer({"headers": [one]}) == "a"
    assert bearer({"headers": [one, one]}) is None
    assert bearer({"headers": [(b"authorization", b"Bearer " + b"x" * 3000)]}) is None


@pytest.mark.each
async def test_a_known_credential_costs_no_query(person: Person, runtime: Runtime) -> None:
    runtime.parts["authenticate"].forget(UUID(person.id))
    with max_queries(runtime, 2) as statements:
        good(await person.client.get("/auth/me"))
    assert len(statements) == 2
    with max_queries(runtime, 1):
        good(await person.client.get("/auth/me"))


async def test_what_is_remembered_is_bounded(instance: Instance) -> None:
    email, _ = await instance.member()
    authenticator: Authenticator = instance.runtime.parts["authenticate"]
    token = (await instance.login(email))["access_token"]
    credential = await authenticator.verify(token)
    assert credential is not None
    known = next(iter(authenticator._known.values()))  # noqa: SLF001  (its size is the point)
    for number in range(MOST_REMEMBERED + 10):
        authenticator._remember(number.to_bytes(32), known)  # noqa: SLF001  (as above)
    assert len(authenticator._known) == MOST_REMEMBERED  # noqa: SLF001  (as above)
