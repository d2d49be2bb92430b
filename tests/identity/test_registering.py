"""A1: accounts, the first of which is the admin."""

import asyncio

import pytest
from httpx import AsyncClient

from tests.identity.conftest import Instance, Start, new_email
from tests.kit.app import PASSWORD, good, refused
from upnext.identity import accounts, queries


def _body(**more: object) -> dict[str, object]:
    return {"email": new_email(), "password": PASSWORD, **more}


async def test_an_account_is_made(client: AsyncClient) -> None:
    body = _body(username="Jo.Doe-" + new_email()[:6], password_confirm=PASSWORD)
    user = good(await client.post("/auth/register", json=body))
    assert user["email"] == body["email"]
    assert user["username"] == body["username"]
    assert user["timezone"] == "UTC"
    assert user["working_hours"] == [[[540, 1020]]] * 5 + [[], []]
    assert not {key for key in user if "password" in key or "hash" in key}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"email": "a@b"}, "/email"),
        ({"email": None}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"password": "Password123"}, "/password"),
        ({"password": "QWERTYUIOP"}, "/password"),
        ({"password_confirm": PASSWORD + "x"}, "/password_confirm"),
        ({"username": "a@b.example"}, "/username"),
        ({"username": "two words"}, "/username"),
        ({"is_admin": True}, "/is_admin"),
    ],
)
async def test_what_is_refused(client: AsyncClient, more: dict[str, object], pointer: str) -> None:
    problem = refused(await client.post("/auth/register", json=_body(**more)), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert PASSWORD not in str(problem)


@pytest.mark.parametrize(
    "password", ["ChangeMe123", "SecurePass123!", "\uff50\uff41ss w\uff4frd \uff19"]
)
async def test_passwords_that_are_allowed(client: AsyncClient, password: str) -> None:
    good(await client.post("/auth/register", json=_body(password=password)))


async def test_ones_own_name_is_no_password(client: AsyncClient) -> None:
    body = _body(email="Longenough@example.com", password="longenough")
    refused(await client.post("/auth/register", json=body), 422)


async def test_a_password_is_the_same_however_it_is_typed(instance: Instance) -> None:
    email = new_email()
    client = await instance.client("127.0.0.1")
    composed, wide = "pässwörter lang", "pa\u0308sswo\u0308rter lang"
    good(await client.post("/auth/register", json={"email": email, "password": composed}))
    good(await client.post("/auth/login", json={"email": email, "password": wide}))


async def test_names_are_equal_whatever_their_case(client: AsyncClient) -> None:
    body = _body(username="u" + new_email()[:10])
    good(await client.post("/auth/register", json=body))
    email = str(body["email"]).upper()
    refused(await client.post("/auth/register", json=_body(email=email)), 409, "email_taken")
    username = str(body["username"]).upper()
    again = await client.post("/auth/register", json=_body(username=username))
    refused(again, 409, "username_taken")


@pytest.mark.each
async def test_racing_for_one_address_gives_one_account(instance: Instance) -> None:
    body = _body()
    client = await instance.client("127.0.0.1")
    answers = await asyncio.gather(*(client.post("/auth/register", json=body) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7


@pytest.mark.each
async def test_t070_twenty_racing_registrations_give_one_admin(fresh: Instance) -> None:
    assert not await accounts.has_admin(fresh.runtime)
    client = await fresh.client("127.0.0.1")
    answers = await asyncio.gather(
        *(client.post("/auth/register", json=_body()) for _ in range(20))
    )
    users = [good(answer) for answer in answers]
    assert [user["role"] for user in users].count("admin") == 1
    assert len(await accounts.everybody(fresh.runtime)) == 20
    assert await accounts.has_admin(fresh.runtime)


async def test_t070_the_first_account_needs_the_setup_token(fresh: Instance) -> None:
    stranger = await fresh.client()
    refused(await stranger.post("/auth/register", json=_body()), 403, "setup_token_required")
    wrong = _body(setup_token="0" * 32)
    refused(await stranger.post("/auth/register", json=wrong), 403, "setup_token_required")
    assert await accounts.everybody(fresh.runtime) == []

    right = _body(setup_token=accounts.setup_token(fresh.runtime))
    assert good(await stranger.post("/auth/register", json=right))["role"] == "admin"
    assert good(await stranger.post("/auth/register", json=_body()))["role"] == "user"


async def test_t070_a_proxy_nobody_named_is_not_this_machine(fresh: Instance) -> None:
    proxied = await fresh.client("127.0.0.1", **{"X-Forwarded-For": "203.0.113.9"})
    refused(await proxied.post("/auth/register", json=_body()), 403, "setup_token_required")


async def test_registration_can_be_closed(start: Start, own_database_url: str) -> None:
    instance = start(own_database_url, UPNEXT_REGISTRATION="closed")
    client = await instance.client("127.0.0.1")
    assert good(await client.post("/auth/register", json=_body()))["role"] == "admin"
    refused(await client.post("/auth/register", json=_body()), 403, "registration_closed")


@pytest.mark.each
async def test_a_closed_instance_lets_one_of_many_racers_in(
    start: Start, own_database_url: str
) -> None:
    instance = start(own_database_url, UPNEXT_REGISTRATION="closed")
    client = await instance.client("127.0.0.1")
    answers = await asyncio.gather(*(client.post("/auth/register", json=_body()) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [201] + [403] * 5


@pytest.mark.real_passwords
async def test_what_is_stored_is_argon2id_with_our_numbers(instance: Instance) -> None:
    email, _ = await instance.member()
    async with instance.runtime.db.read() as session:
        user = await session.scalar(queries.user_by_email(email))
    assert user is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
