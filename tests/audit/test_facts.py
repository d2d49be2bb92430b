"""What is recorded of accounts, imports and exports; and that no secret ever is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.audit.trail import Trail
from tests.kit.app import PASSWORD, SECRETS, Person, connect, good, refused, register, serve
from tests.kit.secrecy import leaks, leaks_in_changes
from tests.tasks.making import make, make_project
from upnext.core.auth import INSTANCE
from upnext.core.changes import ChangeRow
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.identity import accounts, throttle

NEW = "another horse battery"


async def facts(runtime: Runtime, kind: str, workspace_id: UUID | None = None) -> list[ChangeRow]:
    async with runtime.db.read() as session:
        rows = select(ChangeRow).where(ChangeRow.type == kind).order_by(ChangeRow.id)
        if workspace_id is not None:
            rows = rows.where(ChangeRow.workspace_id == workspace_id)
        return list(await session.scalars(rows))


async def test_everything_with_a_secret_in_it(alone: Runtime) -> None:
    """Each is recorded, in the instance's chain, and none tells the secret."""
    served = serve(alone)
    async with connect(served) as client:
        account = {"email": "mia@example.com", "password": PASSWORD}
        user = good(await client.post("/auth/register", json=account))
        tokens = good(await client.post("/auth/login", json=account))
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        renewed = good(
            await client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        )
        scopes = {"name": "t", "scopes": ["tasks:read"]}
        token = good(await client.post("/auth/tokens", json=scopes))
        assert (await client.delete(f"/auth/tokens/{token['id']}")).is_success
        feed = good(await client.post("/feeds", json={"name": "Phone"}))
        rotated = good(await client.post(f"/feeds/{feed['id']}/rotate"))
        assert (await client.delete(f"/feeds/{feed['id']}")).is_success
        # A password in the wrong field.
        wrong = {"username": "hunter2-but-longer", "password": "x"}
        refused(await client.post("/auth/login", json=wrong), 401)
        change = {"current_password": PASSWORD, "new_password": NEW}
        assert (await client.post("/auth/password", json=change)).is_success
        end = {"refresh_token": renewed["refresh_token"]}
        assert (await client.post("/auth/logout", json=end)).is_success
    await accounts.reset_password(alone, "mia@example.com", "a third horse battery")
    secrets = [
        PASSWORD, NEW, "a third horse battery", "hunter2-but-longer", token["token"],
        feed["token"], rotated["token"], tokens["access_token"], tokens["refresh_token"],
        renewed["access_token"], renewed["refresh_token"], *SECRETS.values(),
    ]  # fmt: skip
    assert await leaks_in_changes(alone.db, secrets) == []
    for kind, count in {
        "user.registered": 1, "session.started": 1, "token.created": 1, "token.revoked": 1,
        "feed.created": 1, "feed.rotated": 1, "feed.deleted": 1, "user.login_refused": 1,
        "user.password_changed": 2, "session.revoked": 1,
    }.items():  # fmt: skip
        assert len(await facts(alone, kind, INSTANCE)) == count, kind
    (reset,) = (await facts(alone, "user.password_changed"))[1:]
    assert (reset.actor, reset.resource_id) == ("system", UUID(user["id"]))
    assert (await facts(alone, "session.started"))[0].ip == "127.0.0.1"


def test_the_scan_finds_secrets() -> None:
    for text in (
        "upn_" + "a" * 43,
        "eyJhbGciOiJIUzI1NiJ9.eyJ",
        "$argon2id$v=19$m=8",
        "xY7" * 23 + "-",
        f"the {PASSWORD}",
    ):
        assert leaks(text, [PASSWORD])
    assert leaks("x" * 70, [PASSWORD]) == []
    assert leaks("Pay rent, see 01a1fde4-a689-7f8d-a412-f6bfd6768919", [PASSWORD]) == []


async def _guess(alone: Runtime, name: str, peer: str) -> int:
    served = serve(alone)
    async with connect(served, peer=peer) as client:
        body = {"username": name, "password": "not the right one"}
        return (await client.post("/auth/login", json=body)).status_code


async def _refusals(alone: Runtime) -> list[tuple[UUID, Any]]:
    rows = await facts(alone, "user.login_refused", INSTANCE)
    assert {row.actor for row in rows} <= {"anonymous"}
    return [(row.resource_id, row.diff["failures"][1]) for row in rows]


async def test_refused_sign_ins_are_recorded_but_not_without_end(
    alone: Runtime, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await accounts.create(alone, "mia@example.com", "mia", PASSWORD, is_admin=False)
    for number in range(20):
        clock.advance(timedelta(minutes=16))
        assert await _guess(alone, "mia", "198.51.100.7") == 401, number
    numbers = [1, 2, 3, 4, 5, 8, 16]
    assert await _refusals(alone) == [(user.id, number) for number in numbers]
    # Whether there is such an account makes no difference, but for its id.
    clock.advance(timedelta(hours=2))
    assert await _guess(alone, "nobody", "198.51.100.8") == 401
    assert (await _refusals(alone))[-1] == (UUID(int=0), 1)
    monkeypatch.setattr(throttle, "MOST_NOTED", 3)
    for number in range(6):
        assert await _guess(alone, f"nobody{number}", f"198.51.100.{20 + number}") == 401
    assert len(await _refusals(alone)) == len(numbers) + 3
    clock.advance(timedelta(hours=1))
    assert await _guess(alone, "another", "198.51.100.9") == 401
    assert len(await _refusals(alone)) == len(numbers) + 4


async def test_who_is_signed_in_and_does_not_know_the_password(alone: Runtime) -> None:
    """Where nobody else waits because of it."""
    change = {"current_password": "not the right one", "new_password": NEW}
    served = serve(alone)
    async with connect(served) as client:
        person = await register(client, "forgetful@example.com")
        refused(await client.post("/auth/password", json=change), 401)
    told = await facts(alone, "user.login_refused", INSTANCE)
    assert f"user:{person.id}" in {row.actor for row in told}


async def test_an_export_is_told_to_each_workspace(person: Person, runtime: Runtime) -> None:
    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    project = await make_project(person)
    await make(person)
    assert (await person.client.get("/exports", params={"format": "csv"})).is_success
    asked = {"project_id": project["id"], "include_trash": True}
    assert (await person.client.get("/exports", params=asked)).is_success
    refused(await person.client.get("/exports", params={"project_id": person.id}), 404)
    first = await facts(runtime, "export.made", UUID(person.workspace_id))
    assert [(row.resource_id, row.diff) for row in first] == [
        (UUID(person.workspace_id), {"format": [None, "csv"]}),
        (
            UUID(project["id"]),
            {
                "format": [None, "json"],
                "include_trash": [None, True],
                "project_id": [None, project["id"]],
            },
        ),
    ]
    assert len(await facts(runtime, "export.made", UUID(second["id"]))) == 1


async def test_a_cancelled_import_is_recorded(person: Person, runtime: Runtime) -> None:
    file = {"file": ("list.csv", b"title\nMade\n")}
    run = good(await person.client.post("/imports", files=file))
    good(await person.client.delete(f"/imports/{run['id']}"))
    mine = UUID(person.workspace_id)
    (change,) = await facts(runtime, "import.cancelled", mine)
    assert (change.resource_id, change.actor) == (UUID(run["id"]), f"user:{person.id}")


async def test_all_of_it_can_be_proved(alone: Runtime) -> None:
    """Also what was recorded of accounts."""
    trail = Trail(alone, INSTANCE)
    await accounts.create(alone, "mia@example.com", "mia", PASSWORD, is_admin=False)
    await trail.write(1)
    assert (await trail.verify()).rows >= 3
    assert await trail.faults() == []
