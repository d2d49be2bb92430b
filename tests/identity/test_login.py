"""A2, A6, A8: logging in, and what slows down whoever guesses."""

import asyncio
import secrets
from datetime import timedelta

import bcrypt
import pytest
from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession

from tests.identity.conftest import Instance, new_email, signed
from tests.kit.app import PASSWORD, Person, good, refused
from upnext.core.context import RequestContext
from upnext.identity import accounts, queries

WRONG = "not the password"
CONTEXT = RequestContext(request_id="test")


async def _try(client: AsyncClient, email: str, password: str) -> Response:
    return await client.post("/auth/login", json={"email": email, "password": password})


async def _fail(client: AsyncClient, email: str, times: int) -> None:
    for _ in range(times):
        refused(await _try(client, email, WRONG), 401, "bad_credentials")


async def test_a_login_gives_a_pair(instance: Instance) -> None:
    email, client = await instance.member()
    answer = await _try(client, email, PASSWORD)
    tokens = good(answer)
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 1800
    assert answer.headers["cache-control"] == "no-store"
    me = good(await client.get("/auth/me", headers=signed(tokens)))
    assert me["email"] == email


async def test_by_user_name_and_in_any_case(instance: Instance) -> None:
    client = await instance.client("127.0.0.1")
    name = "n" + new_email()[:12]
    body = {"email": new_email(), "username": name, "password": PASSWORD}
    good(await client.post("/auth/register", json=body))
    for login in ({"username": name.upper()}, {"email": str(body["email"]).upper()}):
        good(await client.post("/auth/login", json={**login, "password": PASSWORD}))


async def test_as_the_password_form_of_oauth(instance: Instance) -> None:
    email, client = await instance.member()
    form = {"grant_type": "password", "username": email, "password": PASSWORD, "scope": ""}
    tokens = good(await client.post("/auth/login", data=form))
    good(await client.get("/auth/me", headers=signed(tokens)))


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"username=a&username=b&password=c", "application/x-www-form-urlencoded", 400),
        (b"username=a%00&password=c", "application/x-www-form-urlencoded", 400),
        (b"username=%ff&password=c", "application/x-www-form-urlencoded", 400),
        (b"username=a&password=c&x=1", "application/x-www-form-urlencoded", 422),
        (b"username=a", "application/x-www-form-urlencoded", 422),
        (b"{}", "application/json", 422),
        (b'{"email": "a@b.example"}', "application/json", 422),
        (b'{"email": "a", "username": "b", "password": "c"}', "application/json", 422),
        (b'{"email": null, "password": "c"}', "application/json", 422),
        (b'{"email": "a", "password": "c", "admin": true}', "application/json", 422),
        (b"[1]", "application/json", 422),
        (b"{", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"", "application/json", 422),
    ],
)
async def test_bodies_that_are_no_login(
    client: AsyncClient, content: bytes, kind: str, status: int
) -> None:
    answer = await client.post("/auth/login", content=content, headers={"content-type": kind})
    refused(answer, status)


async def test_swagger_finds_both_bodies_and_the_token_url(client: AsyncClient) -> None:
    described = (await client.get("http://localhost/openapi.json")).json()
    content = described["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    flow = described["components"]["securitySchemes"]["Bearer"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/v1/auth/login"
    assert described["paths"]["/api/v1/auth/me"]["get"]["security"] == [{"Bearer": []}]


async def test_unknown_accounts_get_the_same_answer(instance: Instance) -> None:
    email, client = await instance.member()
    known = refused(await _try(client, email, WRONG), 401, "bad_credentials")
    unknown = refused(await _try(client, new_email(), WRONG), 401, "bad_credentials")
    assert {**known, "request_id": ""} == {**unknown, "request_id": ""}


async def test_t062_failures_count_although_the_login_fails(instance: Instance) -> None:
    email, client = await instance.member()
    await _fail(client, email, 5)
    answer = await _try(client, email, PASSWORD)
    refused(answer, 429, "login_throttled")
    assert answer.headers["retry-after"] == "5"


async def test_the_wait_doubles_and_the_right_password_ends_it(instance: Instance) -> None:
    email, client = await instance.member()
    await _fail(client, email, 5)
    for seconds in (5, 10, 20):
        refused(await _try(client, email, WRONG), 429, "login_throttled")
        instance.clock.advance(timedelta(seconds=seconds))
        await _fail(client, email, 1)
    instance.clock.advance(timedelta(seconds=40))
    good(await _try(client, email, PASSWORD))
    await _fail(client, email, 4)
    good(await _try(client, email, PASSWORD))


async def test_unknown_accounts_are_throttled_alike(instance: Instance) -> None:
    client = await instance.client()
    email = new_email()
    await _fail(client, email, 5)
    refused(await _try(client, email, WRONG), 429, "login_throttled")


async def test_guessing_from_many_addresses_locks_nobody_out(instance: Instance) -> None:
    email, at_home = await instance.member()
    for _ in range(6):
        await _fail(await instance.client(), email, 3)
    guesser = await instance.client()
    await _fail(guesser, email, 2)
    # After 20 failures: whoever failed from there before waits, whoever did not gets in.
    refused(await _try(guesser, email, WRONG), 429, "login_throttled")
    good(await _try(at_home, email, PASSWORD))


async def test_an_address_that_tries_many_accounts_is_slowed_down(instance: Instance) -> None:
    client = await instance.client()
    for _ in range(20):
        await _fail(client, new_email(), 1)
    refused(await _try(client, new_email(), WRONG), 429, "login_throttled")


async def test_one_ipv6_network_counts_as_one_address(instance: Instance) -> None:
    email, _ = await instance.member()
    network = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}"
    for number in range(1, 6):
        await _fail(await instance.client(f"{network}::{number}"), email, 1)
    last = await instance.client(f"{network}::99")
    refused(await _try(last, email, PASSWORD), 429, "login_throttled")


@pytest.mark.real_passwords
@pytest.mark.each
async def test_a_burst_of_guesses_counts_as_the_same_many(instance: Instance) -> None:
    email, client = await instance.member()
    answers = await asyncio.gather(*(_try(client, email, WRONG) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 15


@pytest.mark.real_passwords
@pytest.mark.each
async def test_many_right_logins_at_once_all_get_in(instance: Instance) -> None:
    email, client = await instance.member()
    answers = await asyncio.gather(*(_try(client, email, PASSWORD) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8


@pytest.mark.real_passwords
async def test_a_bcrypt_hash_is_verified_and_upgraded(instance: Instance) -> None:
    email, client = await instance.member()
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await _store(instance, email, old)
    refused(await _try(client, email, WRONG), 401)
    good(await _try(client, email, PASSWORD))
    stored = await _stored(instance, email)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    good(await _try(client, email, PASSWORD))
    assert await _stored(instance, email) == stored


@pytest.mark.real_passwords
async def test_a_long_password_of_an_old_bcrypt_hash(instance: Instance) -> None:
    email, client = await instance.member()
    password = "long " * 20
    old = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    await _store(instance, email, old)
    good(await _try(client, email, password))


@pytest.mark.real_passwords
async def test_a_hash_nobody_can_read_is_no_way_in(instance: Instance) -> None:
    email, client = await instance.member()
    await _store(instance, email, "!")
    refused(await _try(client, email, PASSWORD), 401, "bad_credentials")


async def test_a_disabled_account(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = good(await _try(client, email, PASSWORD))
    await accounts.disable(instance.runtime, email)
    refused(await _try(client, email, WRONG), 401, "bad_credentials")
    refused(await _try(client, email, PASSWORD), 403, "account_disabled")
    body = {"refresh_token": tokens["refresh_token"]}
    refused(await client.post("/auth/refresh", json=body), 401, "session_ended")
    refused(await client.get("/auth/me", headers=signed(tokens)), 401, "invalid_token")
    await accounts.enable(instance.runtime, email)
    good(await _try(client, email, PASSWORD))


async def test_a_login_is_listed_with_its_address(person: Person) -> None:
    (one,) = good(await person.client.get("/auth/sessions"))["items"]
    assert one["ip"] == "127.0.0.1"
    assert one["kind"] == "api"
    assert one["current"] is True


async def _store(instance: Instance, email: str, password_hash: str) -> None:
    async def apply(session: AsyncSession) -> None:
        user = await session.scalar(queries.user_by_email(email))
        assert user is not None
        user.password_hash = password_hash

    await instance.runtime.workshop.run(CONTEXT, apply)


async def _stored(instance: Instance, email: str) -> str:
    async with instance.runtime.db.read() as session:
        user = await session.scalar(queries.user_by_email(email))
    assert user is not None
    return user.password_hash
