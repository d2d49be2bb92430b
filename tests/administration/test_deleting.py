"""Deleting an account: what it alone owns goes to another one, or to the trash."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from tests.administration.conftest import Instance
from tests.kit.app import Person, connect, good, refused
from upnext.core.changes import ChangeRow
from upnext.identity.models import User
from upnext.planning import upkeep


async def delete(admin: Person, person: Person, **params: Any) -> Any:  # a response
    return await admin.client.delete(f"/admin/users/{person.id}", params=params)


async def share(owner: Person, name: str, /, **members: Person) -> str:
    made = good(await owner.client.post("/workspaces", json={"name": name}))
    for role, person in members.items():
        body = {"email": person.email, "role": role}
        good(await owner.client.post(f"/workspaces/{made['id']}/members", json=body))
    found: str = made["id"]
    return found


async def task(person: Person, **fields: Any) -> Any:
    return good(await person.client.post("/tasks", json={"title": "Work", **fields}))


async def project(person: Person, workspace_id: str, **more: Any) -> str:
    body = {"name": "Part", "workspace_id": workspace_id, **more}
    found: str = good(await person.client.post("/projects", json=body))["id"]
    return found


async def test_all_that_they_alone_own_goes_to_the_heir(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    private = await task(ann, title="In the Inbox", assignee_ids=[ann.id])
    team = await share(ann, "Team", member=ben)
    part = await project(ann, team)
    shared = await task(ann, project_id=part, assignee_ids=[ann.id, ben.id])

    good(await delete(admin, ann, transfer_to=ben.id))

    refused(await ann.client.get("/auth/me"), 401)
    moved = good(await ben.client.get(f"/tasks/{private['id']}"))
    assert (moved["assignee_ids"], moved["reporter_id"]) == ([ben.id], ben.id)
    assert good(await ben.client.get(f"/tasks/{shared['id']}"))["assignee_ids"] == [ben.id]
    mine = {w["id"]: w for w in good(await ben.client.get("/workspaces"))["items"]}
    assert mine[team]["role"] == "owner"
    assert mine[ann.workspace_id]["role"] == "owner"
    assert mine[ann.workspace_id]["personal"] is False
    assert mine[ann.workspace_id]["name"].startswith("Personal (ann")
    # What was an Inbox is a project like any other: it can be deleted.
    good(await ben.client.delete(f"/projects/{ann.inbox_id}"))
    good(await ben.client.post("/tasks", json={"title": "Into my own Inbox"}))


async def test_the_heir_learns_nothing_of_other_workspaces(
    instance: Instance, admin: Person
) -> None:
    ann, ben, eve = [await instance.user(name) for name in ("ann", "ben", "eve")]
    team = await share(eve, "Eve's", member=ann)
    part = await project(eve, team)
    theirs = await task(ann, project_id=part, assignee_ids=[ann.id])
    good(await delete(admin, ann, transfer_to=ben.id))
    refused(await ben.client.get(f"/tasks/{theirs['id']}"), 404)
    left = good(await eve.client.get(f"/tasks/{theirs['id']}"))
    assert (left["assignee_ids"], left["reporter_id"]) == ([], ann.id)
    members = good(await eve.client.get(f"/workspaces/{team}/members"))["items"]
    assert [member["user_id"] for member in members] == [eve.id]


async def test_without_an_heir_it_takes_a_yes_and_goes_to_the_trash(
    instance: Instance, admin: Person
) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await share(ann, "Team", member=ben)
    problem = refused(await delete(admin, ann), 409, "confirmation_needed")
    assert [(w["name"], w["members"]) for w in problem["workspaces"]] == [
        ("Personal", 1),
        ("Team", 2),
    ]
    refused(await delete(admin, ann, confirm=ben.email), 409, "confirmation_needed")
    good(await delete(admin, ann, confirm=ann.email.upper()))
    refused(await ben.client.get(f"/workspaces/{team}"), 404)
    # An administrator brings it back and says whose it is.
    shown = good(await admin.client.post(f"/admin/workspaces/{team}/restore"))
    assert (shown["owners"], shown["members"]) == ([], 1)
    body = {"user_id": ben.id}
    good(await admin.client.post(f"/admin/workspaces/{team}/transfer", json=body))
    assert good(await ben.client.get(f"/workspaces/{team}"))["role"] == "owner"


async def test_a_workspace_with_another_owner_stays(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await share(ann, "Team", owner=ben)
    query = {"name": "Ours", "query": "p1", "workspace_id": team, "shared": True}
    shared = good(await ann.client.post("/filters", json=query))
    good(await ben.client.post("/filters", json={**query, "shared": False}))
    good(await ann.client.post("/filters", json={"name": "Mine", "query": "p1"}))
    good(await delete(admin, ann, confirm=ann.email))
    assert good(await ben.client.get(f"/workspaces/{team}"))["role"] == "owner"
    kept = good(await ben.client.get(f"/filters/{shared['id']}"))
    assert kept["name"] == "Ours (2)"
    good(await ben.client.delete(f"/filters/{shared['id']}"))


async def test_whatever_hangs_on_an_account_goes_with_it(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    good(await ann.client.post("/feeds", json={"name": "Phone"}))
    good(await ann.client.post("/auth/tokens", json={"name": "t", "scopes": ["tasks:read"]}))
    good(await ann.client.post("/imports", files={"file": ("l.csv", b"title\nMade\n")}))
    await task(ann, due_at="2030-01-01T00:00:00Z")
    good(await ann.client.get("/next-action"))
    good(await delete(admin, ann, confirm=ann.email))
    refused(await admin.client.get(f"/admin/users/{ann.id}"), 404)
    # The address is free for somebody new.
    body = {"email": ann.email, "password": "a new sentence to remember"}
    good(await admin.client.post("/auth/register", json=body))


async def test_what_they_said_and_promised_stays(instance: Instance, admin: Person) -> None:
    """What others work with; what only opened doors for them closes."""
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await share(ben, "Team", admin=ann)
    part = await project(ben, team)
    goal = good(await ann.client.post("/goals", json={"title": "Ship", "workspace_id": team}))
    board = good(await ann.client.post(f"/projects/{part}/boards", json={"name": "Ours"}))
    policy = {"resolution_minutes": 60, "first_response_minutes": 30}
    good(await ann.client.post(f"/projects/{part}/sla-policies", json=policy))
    made = await task(ann, project_id=part, goal_id=goal["id"], assignee_ids=[ann.id])
    said = good(await ann.client.post(f"/tasks/{made['id']}/comments", json={"body": "Mine"}))
    answer = {"body": "And mine", "parent_id": said["id"]}
    good(await ben.client.post(f"/tasks/{made['id']}/comments", json=answer))
    link = good(await ann.client.post(f"/projects/{part}/links", json={"access": "read"}))
    updates = {"task_ids": [made["id"]], "updates": {"priority": "high"}}
    done = good(await ann.client.patch("/tasks/bulk", json=updates))
    good(await delete(admin, ann, confirm=ann.email))
    comments = good(await ben.client.get(f"/tasks/{made['id']}/comments"))["items"]
    assert [(each["body"], each["author"]["id"]) for each in comments] == [
        ("Mine", ann.id),
        ("And mine", ben.id),
    ]
    assert good(await ben.client.get(f"/goals/{goal['id']}"))["title"] == "Ship"
    assert good(await ben.client.get(f"/boards/{board['id']}"))["name"] == "Ours"
    left = good(await ben.client.get(f"/tasks/{made['id']}"))
    assert (left["assignee_ids"], left["sla"]["state"]) == ([], "ok")
    assert good(await ben.client.get(f"/projects/{part}/links"))["items"] == []
    async with connect(instance.served, Authorization=f"Bearer {link['token']}") as guest:
        refused(await guest.get(f"/tasks/{made['id']}"), 401)
    # Whoever runs the workspace takes back what they did to many.
    undone = good(await ben.client.post(f"/operations/{done['operation']}/undo"))
    assert undone["restored"] == 1
    good(await ben.client.get(f"/tasks/{made['id']}/activity"))


async def _patch(heir: Person, made: Any, inbox_id: str) -> None:
    good(await heir.client.patch(f"/tasks/{made['id']}", json={"priority": "high"}))


async def _create(heir: Person, _: Any, inbox_id: str) -> None:
    await task(heir, project_id=inbox_id)


async def _patch_many(heir: Person, made: Any, inbox_id: str) -> None:
    body = {"task_ids": [made["id"]], "updates": {"priority": "low"}}
    assert good(await heir.client.patch("/tasks/bulk", json=body))["changed"] == 1


@pytest.mark.parametrize("write", [_patch, _create, _patch_many])
async def test_another_process_may_remember_the_account(
    instance: Instance, admin: Person, monkeypatch: pytest.MonkeyPatch, write: Any
) -> None:
    """Its working hours, for a minute, and whose workspace that was, for good."""
    ann, ben = await instance.user("ann"), await instance.user("ben")
    made = await task(ann)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(upkeep, "forget_account", lambda _: None)
        good(await delete(admin, ann, transfer_to=ben.id))
    await write(ben, made, ann.inbox_id)


async def test_who_cannot_be_deleted_and_who_cannot_inherit(
    instance: Instance, admin: Person
) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    refused(await delete(admin, admin, confirm=admin.email), 409, "own_account")
    refused(await delete(admin, ann, transfer_to=ann.id), 422, "unusable_heir")
    good(await admin.client.patch(f"/admin/users/{ben.id}", json={"disabled": True}))
    refused(await delete(admin, ann, transfer_to=ben.id), 422, "unusable_heir")
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"role": "admin"}))
    good(await ann.client.patch(f"/admin/users/{admin.id}", json={"role": "user"}))
    refused(await delete(ann, ann, confirm=ann.email), 409, "own_account")
    good(await delete(ann, admin, confirm=admin.email))


@pytest.mark.each
async def test_two_deletions_at_once_lose_nothing(instance: Instance, admin: Person) -> None:
    """Each names the other as heir: one of them is gone by then, and that is refused."""
    ann, ben = await instance.user("ann"), await instance.user("ben")
    theirs = await task(ann), await task(ben)
    first, second = await asyncio.gather(
        delete(admin, ann, transfer_to=ben.id), delete(admin, ben, transfer_to=ann.id)
    )
    assert sorted([first.status_code, second.status_code]) in ([204, 404], [204, 422])
    left = ben if first.is_success else ann
    for each in theirs:
        good(await left.client.get(f"/tasks/{each['id']}"))


async def test_the_log_says_that_an_administrator_did_it(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    mine = await task(ann, assignee_ids=[ann.id])
    good(await delete(admin, ann, transfer_to=ben.id))
    async with instance.runtime.db.read() as session:
        rows = (await session.scalars(select(ChangeRow).order_by(ChangeRow.id))).all()
        assert (await session.scalars(select(User).where(User.email == ann.email))).all() == []
    by_admin = [(row.type, str(row.resource_id)) for row in rows if row.actor.startswith("admin:")]
    assert ("user.deleted", ann.id) in by_admin
    assert ("task.updated", mine["id"]) in by_admin
    assert ("workspace_member.added", ben.id) in by_admin
    assert {row.actor for row in rows if row.type == "user.deleted"} == {f"admin:{admin.id}"}
