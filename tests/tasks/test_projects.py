"""Where a task lies: its project, who may write there, and what moves with it."""

from typing import Any

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, get, make, make_project, make_team, patch


async def test_a_task_moves_with_all_below_it(person: Person) -> None:
    project = await make_project(person, key="MOVE")
    top = await make(person)
    task = await make(person, parent_id=top["id"])
    child = await make(person, parent_id=task["id"])
    moved = await patch(person, task, project_id=project["id"])
    assert (moved["key"], moved["parent_id"]) == ("MOVE-1", None)
    assert moved["project_id"] == project["id"]
    along = await get(person, child)
    assert (along["key"], along["parent_id"]) == ("MOVE-2", task["id"])
    assert [each["id"] for each in await found(person, key="move-2")] == [child["id"]]
    assert await patch(person, task, project_id=project["id"]) == moved


async def test_where_a_task_cannot_go(person: Person, make_user: MakeUser) -> None:
    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    elsewhere = await make_project(person, second["id"])
    stranger = await make_user()
    task = await make(person)
    path = f"/tasks/{task['id']}"

    async def move(project_id: Any) -> Any:
        return await person.client.patch(path, json={"project_id": project_id})

    refused(await move(elsewhere["id"]), 422, "other_workspace")
    refused(await move(stranger.inbox_id), 404)
    refused(await move(None), 422)
    archived = await make_project(person, name="Archived")
    body = {"archived": True}
    good(await person.client.patch(f"/projects/{archived['id']}", json=body))
    refused(await move(archived["id"]), 409)
    assert await get(person, task) == task


async def test_keys_follow_their_project(person: Person) -> None:
    project = await make_project(person, key="OLD")
    task = await make(person, project_id=project["id"])
    assert task["key"] == "OLD-1"
    good(await person.client.patch(f"/projects/{project['id']}", json={"key": "NEW"}))
    renamed = await get(person, task)
    assert (renamed["key"], renamed["version"]) == ("NEW-1", 2)
    assert (await make(person, project_id=project["id"]))["key"] == "NEW-2"
    assert (await patch(person, task, title="Else"))["key"] == "NEW-1"


async def test_roles(make_user: MakeUser) -> None:
    owner, member, viewer = await make_user(), await make_user(), await make_user()
    team = await make_team(owner, member=member, viewer=viewer)
    project = await make_project(owner, team)
    task = await make(member, project_id=project["id"])
    path = f"/tasks/{task['id']}"
    client = viewer.client
    assert good(await client.get(path)) == task
    assert len(await found(viewer)) == 1
    for answer in (
        await client.post("/tasks", json={"title": "x", "project_id": project["id"]}),
        await client.patch(path, json={"title": "x"}),
        await client.put(path, json={"title": "x"}),
        await client.delete(path),
        await client.post(f"{path}/tags", json={"tags": ["x"]}),
        await client.delete(f"{path}/tags/x"),
        await client.post(f"{path}/dependencies", json={"blocked_by": task["id"]}),
        await client.delete(f"{path}/dependencies/{task['id']}"),
    ):
        refused(answer, 403, "role_too_low")
    good(await member.client.delete(path))
    refused(await client.post(f"{path}/restore"), 403)
    bulk = {"tasks": [{"title": "x", "project_id": project["id"]}, {"title": "mine"}]}
    outcome = good(await client.post("/tasks/bulk", json=bulk))
    assert [result["status"] for result in outcome["results"]] == ["invalid", "created"]


async def test_assignees_have_to_see_the_project(make_user: MakeUser) -> None:
    owner, member, stranger = await make_user(), await make_user(), await make_user()
    team = await make_team(owner, member=member)
    public = await make_project(owner, team)
    private = await make_project(owner, team, name="Private", private=True)

    async def create(project: Any, *people: Person) -> Any:
        body = {"title": "x", "project_id": project["id"], "assignee_ids": [p.id for p in people]}
        return await owner.client.post("/tasks", json=body)

    assert good(await create(public, owner, member))["assignee_ids"] == [owner.id, member.id]
    problem = refused(await create(public, member, stranger), 422, "not_assignable")
    assert problem["errors"][0]["pointer"] == "/assignee_ids/1"
    refused(await create(private, member), 422, "not_assignable")
    body = {"email": member.email, "role": "member"}
    good(await owner.client.post(f"/projects/{private['id']}/members", json=body))
    task = good(await create(private, member))
    assert len(await found(member, assignee_id="me")) == 2
    await patch(owner, task, assignee_ids=[owner.id])
    assert len(await found(member, assignee_id="me")) == 1
    answer = await owner.client.patch(f"/tasks/{task['id']}", json={"assignee_ids": [stranger.id]})
    refused(answer, 422, "not_assignable")


async def test_a_move_does_not_leave_assignees_blind(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    public = await make_project(owner, team)
    private = await make_project(owner, team, name="Private", private=True)
    task = await make(owner, project_id=public["id"], assignee_ids=[member.id])
    path = f"/tasks/{task['id']}"
    body: dict[str, Any] = {"project_id": private["id"]}
    refused(await owner.client.patch(path, json=body), 422, "not_assignable")
    assert good(await owner.client.patch(path, json={**body, "assignee_ids": []}))["version"] == 2
