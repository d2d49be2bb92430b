"""Anybody's workspaces, projects and tasks, and what stays shut."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.administration.conftest import Instance
from tests.kit.app import Person, good, max_queries, refused
from upnext.core.changes import ChangeRow


async def team_of(owner: Person, name: str = "Team") -> str:
    found: str = good(await owner.client.post("/workspaces", json={"name": name}))["id"]
    return found


async def private_task(owner: Person, workspace_id: str, **fields: Any) -> tuple[str, Any]:
    body = {"name": "Secret", "workspace_id": workspace_id, "private": True}
    project_id: str = good(await owner.client.post("/projects", json=body))["id"]
    body = {"title": "Hidden work", "project_id": project_id, **fields}
    return project_id, good(await owner.client.post("/tasks", json=body))


async def items(admin: Person, what: str, **params: Any) -> list[Any]:
    found: list[Any] = good(await admin.client.get(f"/admin/{what}", params=params))["items"]
    return found


@pytest.mark.each
async def test_workspaces_come_with_owners_and_counts(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await team_of(ann, "Ännchen's team")
    good(
        await ann.client.post(
            f"/workspaces/{team}/members", json={"email": ben.email, "role": "member"}
        )
    )
    await private_task(ann, team)
    (shown,) = await items(admin, "workspaces", q="annchen")
    assert [owner["email"] for owner in shown["owners"]] == [ann.email]
    assert (shown["members"], shown["projects"], shown["tasks"]) == (2, 1, 1)
    assert {w["id"] for w in await items(admin, "workspaces", user_id=ben.id)} == {
        team,
        ben.workspace_id,
    }
    assert len(await items(admin, "workspaces", personal=True)) == 3
    assert await items(admin, "workspaces", archived=True) == []
    with max_queries(instance.runtime, 6):
        assert len(await items(admin, "workspaces")) == 4
    pages = await admin.client.get("/admin/workspaces", params={"limit": 3})
    cursor = good(pages)["next_cursor"]
    assert len(await items(admin, "workspaces", cursor=cursor)) == 1


async def test_a_workspace_is_put_away_deleted_and_brought_back(
    instance: Instance, admin: Person
) -> None:
    ann = await instance.user("ann")
    team = await team_of(ann)
    path = f"/admin/workspaces/{team}"
    changed = await admin.client.patch(path, json={"name": "New", "archived": True})
    assert good(changed)["archived_at"] is not None
    stale = await admin.client.patch(path, json={"name": "Old"}, headers={"If-Match": '"1"'})
    refused(stale, 412)
    good(await admin.client.delete(path))
    refused(await admin.client.patch(path, json={"name": "Old"}), 404)
    assert good(await admin.client.get(path))["deleted_at"] is not None
    assert [w["id"] for w in await items(admin, "workspaces", trashed=True)] == [team]
    good(await admin.client.post(f"{path}/restore"))
    assert good(await ann.client.get(f"/workspaces/{team}"))["name"] == "New"
    personal = f"/admin/workspaces/{ann.workspace_id}"
    refused(await admin.client.delete(personal), 409, "personal_workspace")


async def test_a_viewer_who_runs_the_instance_can_restore(
    instance: Instance, admin: Person
) -> None:
    """Their small role there does not stand in the way of their large one here."""
    ann = await instance.user("ann")
    team = await team_of(ann)
    body = {"email": admin.email, "role": "viewer"}
    good(await ann.client.post(f"/workspaces/{team}/members", json=body))
    good(await ann.client.delete(f"/workspaces/{team}"))
    good(await admin.client.post(f"/admin/workspaces/{team}/restore"))


async def test_ownership_goes_to_one_account(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await team_of(ann)
    path = f"/admin/workspaces/{team}/transfer"
    given = good(await admin.client.post(path, json={"user_id": ben.id}))
    assert [owner["email"] for owner in given["owners"]] == [ben.email]
    assert good(await ann.client.get(f"/workspaces/{team}"))["role"] == "admin"
    missing = {"user_id": "00000000-0000-7000-8000-000000000000"}
    refused(await admin.client.post(path, json=missing), 404, "unknown_user")
    personal = f"/admin/workspaces/{ann.workspace_id}/transfer"
    refused(await admin.client.post(personal, json={"user_id": ben.id}), 409, "personal_workspace")


async def test_anyones_projects_private_ones_too(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    team = await team_of(ann)
    project_id, task = await private_task(ann, team)
    (found,) = await items(admin, "projects", workspace_id=team, q="secr")
    assert (found["id"], found["private"], found["role"]) == (project_id, True, None)
    assert len(await items(admin, "projects", user_id=ann.id)) == 2
    path = f"/admin/projects/{project_id}"
    good(await admin.client.patch(path, json={"name": "Open", "private": False}))
    assert good(await ann.client.get(f"/projects/{project_id}"))["name"] == "Open"
    good(await admin.client.delete(path))
    refused(await ann.client.get(f"/tasks/{task['id']}"), 404)
    assert good(await admin.client.get(path))["deleted_at"] is not None
    assert [p["id"] for p in await items(admin, "projects", trashed=True)] == [project_id]
    good(await admin.client.post(f"{path}/restore"))
    good(await ann.client.get(f"/tasks/{task['id']}"))
    inbox = f"/admin/projects/{ann.inbox_id}"
    refused(await admin.client.delete(inbox), 409, "inbox")


async def test_anyones_tasks(instance: Instance, admin: Person) -> None:
    ann, ben = await instance.user("ann"), await instance.user("ben")
    team = await team_of(ann)
    project_id, task = await private_task(ann, team, assignee_ids=[ann.id])
    good(await ben.client.post("/tasks", json={"title": "Ben's own", "status": "done"}))
    assert [t["title"] for t in await items(admin, "tasks")] == ["Ben's own", "Hidden work"]
    for narrowed in (
        {"q": "HIDDEN"},
        {"q": task["key"].lower()},
        {"workspace_id": team},
        {"project_id": project_id},
        {"user_id": ann.id},
        {"status": ["open"]},
    ):
        assert [t["id"] for t in await items(admin, "tasks", **narrowed)] == [task["id"]]
    path = f"/admin/tasks/{task['id']}"
    shown = await admin.client.get(path)
    assert good(shown)["title"] == "Hidden work"
    headers = {"If-Match": shown.headers["etag"]}
    body = {"title": "Seen", "status": "done"}
    done = good(await admin.client.patch(path, json=body, headers=headers))
    assert (done["title"], done["completed"]) == ("Seen", True)
    refused(await admin.client.patch(path, json=body, headers=headers), 412)
    good(await admin.client.delete(path))
    refused(await ann.client.get(f"/tasks/{task['id']}"), 404)
    refused(await admin.client.patch(path, json=body), 404)
    assert good(await admin.client.get(path))["deleted_at"] is not None
    good(await admin.client.post(f"{path}/restore"))
    good(await ann.client.get(f"/tasks/{task['id']}"))


@pytest.mark.each
async def test_lists_of_tasks_and_projects_cost_one_statement(
    instance: Instance, admin: Person
) -> None:
    for _ in range(3):
        good(await admin.client.post("/tasks", json={"title": "One more"}))
    for what in ("tasks", "projects"):
        with max_queries(instance.runtime, 2):
            await items(admin, what)


async def test_an_administrator_is_no_member(instance: Instance, admin: Person) -> None:
    """Neither elsewhere in the API, nor as somebody whom a task could be given to."""
    ann = await instance.user("ann")
    project_id, task = await private_task(ann, await team_of(ann))
    refused(await admin.client.get(f"/tasks/{task['id']}"), 404)
    refused(await admin.client.get(f"/projects/{project_id}"), 404)
    body = {"assignee_ids": [admin.id]}
    answer = await admin.client.patch(f"/admin/tasks/{task['id']}", json=body)
    refused(answer, 422, "not_assignable")


async def test_the_log_of_the_workspace_names_the_administrator(
    instance: Instance, admin: Person
) -> None:
    ann = await instance.user("ann")
    _, task = await private_task(ann, await team_of(ann))
    good(await admin.client.patch(f"/admin/tasks/{task['id']}", json={"title": "Changed"}))
    async with instance.runtime.db.read() as session:
        rows = await session.scalars(select(ChangeRow).where(ChangeRow.type == "task.updated"))
        (row,) = rows.all()
    assert row.actor == f"admin:{admin.id}"
    assert row.diff["title"] == ["Hidden work", "Changed"]
