"""Accounts: found, made, promoted, disabled, and never the last administrator."""

import asyncio
from typing import Any

import pytest

from tests.administration.conftest import Instance
from tests.kit.app import PASSWORD, Person, connect, good, max_queries, refused
from upnext.core.errors import Conflict
from upnext.identity import accounts

NEW = "another sentence to remember"


async def search(admin: Person, **params: Any) -> list[str]:
    found = good(await admin.client.get("/admin/users", params=params))
    return [user["email"] for user in found["items"]]


async def test_accounts_are_found_page_by_page(instance: Instance, admin: Person) -> None:
    people = [await instance.user(f"ann_{letter}") for letter in "abc"]
    good(await admin.client.patch(f"/admin/users/{people[0].id}", json={"disabled": True}))
    emails = [person.email for person in people]
    assert await search(admin) == [*reversed(emails), admin.email]
    assert await search(admin, q="ANN_B") == [emails[1]]
    assert await search(admin, q="ann%") == []
    assert await search(admin, role="admin") == [admin.email]
    assert await search(admin, disabled=True) == [emails[0]]
    assert await search(admin, disabled=False, role="user") == [emails[2], emails[1]]
    first = good(await admin.client.get("/admin/users", params={"limit": 3}))
    second = await admin.client.get("/admin/users", params={"cursor": first["next_cursor"]})
    assert [user["email"] for user in good(second)["items"]] == [admin.email]
    assert good(second)["next_cursor"] is None
    refused(await admin.client.get("/admin/users", params={"colour": "red"}), 422)


@pytest.mark.each
async def test_listing_accounts_costs_the_same_for_many(instance: Instance, admin: Person) -> None:
    for _ in range(4):
        await instance.user()
    with max_queries(instance.runtime, 2):
        assert len(await search(admin)) == 5


async def test_one_account_says_what_it_alone_owns(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    made = good(await ann.client.post("/workspaces", json={"name": "Shared"}))
    body = {"email": ben.email, "role": "viewer"}
    good(await ann.client.post(f"/workspaces/{made['id']}/members", json=body))
    good(await ann.client.post("/tasks", json={"title": "Mine", "assignee_ids": [ann.id]}))
    good(await ann.client.post("/auth/tokens", json={"name": "t", "scopes": ["tasks:read"]}))
    shown = good(await admin.client.get(f"/admin/users/{ann.id}"))
    assert (shown["assigned_tasks"], shown["tokens"], shown["sessions"]) == (1, 1, 1)
    assert shown["last_seen_at"] is not None
    assert [(w["name"], w["members"], w["only_owner"]) for w in shown["workspaces"]] == [
        ("Personal", 1, True),
        ("Shared", 2, True),
    ]
    of_ben = good(await admin.client.get(f"/admin/users/{ben.id}"))["workspaces"]
    assert [(w["name"], w["only_owner"]) for w in of_ben] == [("Personal", True), ("Shared", False)]
    refused(await admin.client.get("/admin/users/00000000-0000-7000-8000-000000000000"), 404)


async def test_an_account_is_made_with_a_given_or_a_new_password(
    instance: Instance,
    admin: Person,
) -> None:
    body = {"email": "new@example.com", "role": "admin", "password": NEW}
    made = good(await admin.client.post("/admin/users", json=body))
    assert (made["role"], made["password"]) == ("admin", None)
    second = await admin.client.post("/admin/users", json={"email": "gen@example.com"})
    assert second.headers["cache-control"] == "no-store"
    password = good(second)["password"]
    async with connect(instance.served) as client:
        for email, secret in (("new@example.com", NEW), ("gen@example.com", password)):
            good(await client.post("/auth/login", json={"email": email, "password": secret}))
    refused(await admin.client.post("/admin/users", json=body), 409, "email_taken")
    weak = {"email": "weak@example.com", "password": "password1"}
    problem = refused(await admin.client.post("/admin/users", json=weak), 422)
    assert problem["errors"][0]["pointer"] == "/password"


async def test_promoting_and_demoting_count_at_once(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    refused(await ann.client.get("/admin/users"), 403, "admin_required")
    promoted = await admin.client.patch(f"/admin/users/{ann.id}", json={"role": "admin"})
    assert good(promoted)["role"] == "admin"
    good(await ann.client.get("/admin/users"))
    stale = {"If-Match": '"1"'}
    path = f"/admin/users/{ann.id}"
    refused(await admin.client.patch(path, json={"role": "user"}, headers=stale), 412)
    good(
        await admin.client.patch(
            path, json={"role": "user"}, headers={"If-Match": promoted.headers["etag"]}
        )
    )
    refused(await ann.client.get("/admin/users"), 403, "admin_required")


async def test_a_disabled_account_is_out_until_it_is_enabled(
    instance: Instance, admin: Person
) -> None:
    ann = await instance.user("ann")
    body = {"name": "t", "scopes": ["tasks:read"]}
    token = good(await ann.client.post("/auth/tokens", json=body))["token"]
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"disabled": True}))
    refused(await ann.client.get("/auth/me"), 401)
    async with connect(instance.served, Authorization=f"Bearer {token}") as program:
        refused(await program.get("/tasks"), 401)
        good(await admin.client.patch(f"/admin/users/{ann.id}", json={"disabled": False}))
        good(await program.get("/tasks"))


async def test_a_reset_password_ends_sessions_and_tokens(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    body = {"name": "t", "scopes": ["tasks:read"]}
    token = good(await ann.client.post("/auth/tokens", json=body))["token"]
    reset = good(await admin.client.post(f"/admin/users/{ann.id}/reset-password"))
    assert reset["sessions_ended"] == 1
    refused(await ann.client.get("/auth/me"), 401)
    async with connect(instance.served) as client:
        answer = await client.get("/tasks", headers={"Authorization": f"Bearer {token}"})
        refused(answer, 401)
        old = {"email": ann.email, "password": PASSWORD}
        refused(await client.post("/auth/login", json=old), 401)
        good(await client.post("/auth/login", json={**old, "password": reset["password"]}))
    weak = await admin.client.post(
        f"/admin/users/{ann.id}/reset-password", json={"password": ann.email}
    )
    refused(weak, 422)


@pytest.mark.parametrize("change", [{"role": "user"}, {"disabled": True}])
async def test_the_last_active_admin_stays(
    instance: Instance, admin: Person, change: dict[str, object]
) -> None:
    path = f"/admin/users/{admin.id}"
    refused(await admin.client.patch(path, json=change), 409, "last_admin")
    ann = await instance.user("ann")
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"role": "admin"}))
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"disabled": True}))
    refused(await admin.client.patch(path, json=change), 409, "last_admin")
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"disabled": False}))
    good(await admin.client.patch(path, json=change))


async def test_null_is_no_way_to_say_nothing(instance: Instance, admin: Person) -> None:
    for body in ({"role": None}, {"disabled": None}, {"disabled": "yes"}, {"email": "x@y.example"}):
        refused(await admin.client.patch(f"/admin/users/{admin.id}", json=body), 422)
    refused(await admin.client.post("/admin/jobs/requeue", json={"kind": None}), 422)


async def test_the_last_active_admin_stays_for_the_command_line_too(
    instance: Instance, admin: Person
) -> None:
    with pytest.raises(Conflict) as refusal:
        await accounts.disable(instance.runtime, admin.email)
    assert refusal.value.code == "last_admin"


@pytest.mark.each
async def test_of_two_who_step_down_at_once_one_stays(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"role": "admin"}))
    for _ in range(3):
        answers = await asyncio.gather(
            admin.client.patch(f"/admin/users/{admin.id}", json={"role": "user"}),
            ann.client.patch(f"/admin/users/{ann.id}", json={"role": "user"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        left, other = (ann, admin) if answers[0].is_success else (admin, ann)
        good(await left.client.patch(f"/admin/users/{other.id}", json={"role": "admin"}))
