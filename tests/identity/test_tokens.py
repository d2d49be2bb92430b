"""A10: personal API tokens."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from tests.identity.conftest import Instance, signed
from tests.kit.app import MakeUser, Person, good, refused
from upnext.core.queries import STORED_REPLY
from upnext.identity import accounts, queries, tokens
from upnext.identity.credentials import Authenticator


async def _make(client: AsyncClient, *scopes: str, **more: Any) -> Any:  # JSON
    body = {"name": "cron", "scopes": list(scopes) or ["account:read"], **more}
    return good(await client.post("/auth/tokens", json=body))


def _bearer(made: Any) -> dict[str, str]:  # JSON
    return {"Authorization": f"Bearer {made['token']}"}


async def test_a_token_is_shown_once_and_works(person: Person) -> None:
    answer = await person.client.post(
        "/auth/tokens", json={"name": " cron  job ", "scopes": ["account:read", "account:read"]}
    )
    made = good(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert made["token"].startswith("upn_")
    assert len(made["token"]) == 47
    assert made["token"].endswith(made["hint"])
    assert made["name"] == "cron job"
    assert made["scopes"] == ["account:read"]
    listing = await person.client.get("/auth/tokens")
    assert [one["id"] for one in good(listing)["items"]] == [made["id"]]
    assert made["token"] not in listing.text
    me = good(await person.client.get("/auth/me", headers=_bearer(made)))
    assert me["id"] == person.id


async def test_only_its_digest_is_stored(person: Person, instance: Instance) -> None:
    made = await _make(person.client)
    async with instance.runtime.db.read() as session:
        statement = queries.token_owner(tokens.digest(made["token"]))
        row, _ = (await session.execute(statement)).one()
    assert made["token"] not in str(vars(row))
    assert len(row.hash) == 32


async def test_a_repeated_key_does_not_store_the_secret(person: Person, instance: Instance) -> None:
    key = {"Idempotency-Key": f"token for {person.id}"}
    body = {"name": "cron", "scopes": ["account:read"]}
    good(await person.client.post("/auth/tokens", json=body, headers=key))
    asked = {"owner": f"user:{person.id}", "key": key["Idempotency-Key"]}
    assert not await instance.runtime.db.lane.fetch(STORED_REPLY, asked)


async def test_a_token_does_what_its_scopes_say(person: Person) -> None:
    made = await _make(person.client, "account:read")
    problem = refused(
        await person.client.patch("/auth/me", json={"timezone": "UTC"}, headers=_bearer(made)),
        403,
        "scope_missing",
    )
    assert problem["needs"] == "account:write"


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": ["account:read", "admin"]},
        {"name": "", "scopes": ["account:read"]},
        {"name": "x"},
        {"name": "x", "scopes": ["account:read"], "expires_at": "2001-01-01T00:00:00Z"},
        {"name": "x", "scopes": ["account:read"], "expires_at": "2999-01-01T00:00:00"},
        {"name": "x", "scopes": ["account:read"], "user_id": "1"},
    ],
)
async def test_what_is_refused(person: Person, body: dict[str, object]) -> None:
    refused(await person.client.post("/auth/tokens", json=body), 422)


async def test_t049_a_token_makes_no_tokens_and_sees_no_sessions(person: Person) -> None:
    made = await _make(person.client, "account:read", "account:write")
    client, headers = person.client, _bearer(made)
    more = {"name": "more", "scopes": ["account:read"]}
    password = {"current_password": "x", "new_password": "a good new password"}
    answers = [
        await client.post("/auth/tokens", json=more, headers=headers),
        await client.get("/auth/tokens", headers=headers),
        await client.delete(f"/auth/tokens/{made['id']}", headers=headers),
        await client.get("/auth/sessions", headers=headers),
        await client.delete(f"/auth/sessions/{made['id']}", headers=headers),
        await client.post("/auth/password", json=password, headers=headers),
        await client.post("/auth/logout", headers=headers),
    ]
    for answer in answers:
        refused(answer, 403, "session_required")


async def test_t043_a_revoked_access_token_makes_no_api_token(instance: Instance) -> None:
    email, client = await instance.member()
    session = await instance.login(email)
    await client.post("/auth/logout", headers=signed(session))
    body = {"name": "late", "scopes": ["account:read"]}
    answer = await client.post("/auth/tokens", json=body, headers=signed(session))
    refused(answer, 401, "invalid_token")


async def test_revoking_works_at_once_and_only_for_its_owner(
    person: Person, make_user: MakeUser
) -> None:
    made = await _make(person.client)
    good(await person.client.get("/auth/me", headers=_bearer(made)))
    other = await make_user()
    refused(await other.client.delete(f"/auth/tokens/{made['id']}"), 404)
    done = await person.client.delete(f"/auth/tokens/{made['id']}")
    assert done.status_code == 204
    refused(await person.client.get("/auth/me", headers=_bearer(made)), 401, "invalid_token")
    assert good(await person.client.get("/auth/tokens"))["items"] == []
    refused(await person.client.delete(f"/auth/tokens/{made['id']}"), 404)


async def test_a_token_expires(instance: Instance) -> None:
    email, client = await instance.member()
    ends = instance.clock.now() + timedelta(days=1)
    client.headers.update(signed(await instance.login(email)))
    made = await _make(client, expires_at=ends.isoformat())
    # Two seconds before, so that what is remembered would outlive the token.
    instance.clock.advance(timedelta(days=1, seconds=-2))
    good(await client.get("/auth/me", headers=_bearer(made)))
    instance.clock.advance(timedelta(seconds=2))
    refused(await client.get("/auth/me", headers=_bearer(made)), 401, "invalid_token")


async def test_a_disabled_persons_token_stops_within_five_seconds(instance: Instance) -> None:
    email, client = await instance.member()
    made = await _make(await _signed(instance, email))
    good(await client.get("/auth/me", headers=_bearer(made)))
    await accounts.disable(instance.runtime, email)
    instance.clock.advance(timedelta(seconds=5))
    refused(await client.get("/auth/me", headers=_bearer(made)), 401, "invalid_token")


async def test_the_last_use_is_noted_once_a_minute(instance: Instance) -> None:
    email, _ = await instance.member()
    client = await _signed(instance, email)
    authenticator: Authenticator = instance.runtime.parts["authenticate"]
    made = await _make(client)
    uses = []
    for seconds in (0, 30, 31):
        instance.clock.advance(timedelta(seconds=seconds))
        good(await client.get("/auth/me", headers=_bearer(made)))
        await authenticator.settle()
        client.headers.update(signed(await instance.login(email)))
        uses.append(good(await client.get("/auth/tokens"))["items"][0]["last_used_at"])
    assert uses[0] is not None
    assert uses[0] == uses[1] < uses[2]


async def test_the_list_pages(person: Person) -> None:
    made = [(await _make(person.client))["id"] for _ in range(3)]
    first = good(await person.client.get("/auth/tokens", params={"limit": 2}))
    rest = good(await person.client.get("/auth/tokens", params={"cursor": first["next_cursor"]}))
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]


async def _signed(instance: Instance, email: str) -> AsyncClient:
    client = await instance.client()
    client.headers.update(signed(await instance.login(email)))
    return client
