"""A4: where one is logged in, and how that ends."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.identity.conftest import Instance, signed
from tests.kit.app import PASSWORD, good, refused
from upnext.core.context import RequestContext
from upnext.identity import service
from upnext.identity.models import LoginSession

CONTEXT = RequestContext(request_id="test")
NEW = "another good password"


async def test_the_list_pages_and_names_the_current_one(instance: Instance) -> None:
    email, client = await instance.member()
    for _ in range(3):
        tokens = await instance.login(email)
    client.headers.update(signed(tokens))
    first = good(await client.get("/auth/sessions", params={"limit": 2}))
    rest = good(await client.get("/auth/sessions", params={"cursor": first["next_cursor"]}))
    assert [one["current"] for one in first["items"] + rest["items"]] == [True, False, False]
    assert rest["next_cursor"] is None
    refused(await client.get("/auth/sessions", params={"cursor": "x"}), 422, "bad_cursor")


async def test_ending_a_session_ends_its_tokens(instance: Instance) -> None:
    email, client = await instance.member()
    here, there = await instance.login(email), await instance.login(email)
    good(await client.get("/auth/me", headers=signed(there)))
    listed = good(await client.get("/auth/sessions", headers=signed(there)))["items"]
    (other,) = [one["id"] for one in listed if one["current"]]
    ended = await client.delete(f"/auth/sessions/{other}", headers=signed(here))
    assert ended.status_code == 204
    refused(await client.get("/auth/me", headers=signed(there)), 401, "invalid_token")
    body = {"refresh_token": there["refresh_token"]}
    refused(await client.post("/auth/refresh", json=body), 401, "session_ended")
    refused(await client.delete(f"/auth/sessions/{other}", headers=signed(here)), 404)


async def test_t019_nobody_ends_somebody_elses_session(instance: Instance) -> None:
    email, client = await instance.member()
    victim = await instance.login(email)
    (listed,) = good(await client.get("/auth/sessions", headers=signed(victim)))["items"]
    stranger_email, stranger = await instance.member()
    stranger.headers.update(signed(await instance.login(stranger_email)))
    refused(await stranger.delete(f"/auth/sessions/{listed['id']}"), 404)
    good(await client.get("/auth/me", headers=signed(victim)))
    assert listed["id"] not in (await stranger.get("/auth/sessions")).text


async def test_t041_a_new_password_ends_every_other_session(instance: Instance) -> None:
    email, client = await instance.member()
    here, there = await instance.login(email), await instance.login(email)
    good(await client.get("/auth/me", headers=signed(there)))
    body = {"current_password": PASSWORD, "new_password": NEW}
    changed = await client.post("/auth/password", json=body, headers=signed(here))
    assert changed.status_code == 204
    good(await client.get("/auth/me", headers=signed(here)))
    refused(await client.get("/auth/me", headers=signed(there)), 401, "invalid_token")
    refresh = {"refresh_token": there["refresh_token"]}
    refused(await client.post("/auth/refresh", json=refresh), 401, "session_ended")
    good(await client.post("/auth/refresh", json={"refresh_token": here["refresh_token"]}))
    old = {"email": email, "password": PASSWORD}
    refused(await client.post("/auth/login", json=old), 401, "bad_credentials")
    good(await client.post("/auth/login", json={"email": email, "password": NEW}))


async def test_a_password_changes_only_for_who_knows_the_old_one(instance: Instance) -> None:
    email, client = await instance.member()
    client.headers.update(signed(await instance.login(email)))
    body = {"current_password": "wrong", "new_password": NEW}
    for _ in range(5):
        refused(await client.post("/auth/password", json=body), 401, "bad_credentials")
    refused(await client.post("/auth/password", json=body), 429, "login_throttled")
    weak = {"current_password": PASSWORD, "new_password": "password1"}
    refused(await client.post("/auth/password", json=weak), 422)


async def test_t050_a_session_that_is_over_lets_nobody_in(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    over = instance.clock.now() - timedelta(seconds=1)

    (listed,) = good(await client.get("/auth/sessions", headers=signed(tokens)))["items"]

    async def apply(session: AsyncSession) -> None:
        statement = update(LoginSession).where(LoginSession.id == UUID(listed["id"]))
        await session.execute(statement.values(expires_at=over))

    await instance.runtime.workshop.run(CONTEXT, apply)
    instance.clock.advance(timedelta(seconds=6))
    refused(await client.get("/auth/me", headers=signed(tokens)), 401, "invalid_token")


async def test_what_is_long_over_is_swept_away(instance: Instance) -> None:
    email, client = await instance.member()
    old = await instance.login(email)
    instance.clock.advance(timedelta(days=38))
    new = await instance.login(email)

    async def sweep(session: AsyncSession) -> None:
        await service.sweep(session, instance.clock.now())

    await instance.runtime.workshop.run(CONTEXT, sweep)
    good(await client.get("/auth/me", headers=signed(new)))
    refused(await client.get("/auth/me", headers=signed(old)), 401)
