"""Deleting and getting back."""

from typing import Any

from tests.kit.app import Person, good, refused
from tests.tasks.making import found, make, make_project, patch


def ids(tasks: list[Any]) -> set[str]:
    return {task["id"] for task in tasks}


async def test_there_and_back(person: Person) -> None:
    task = await make(person, tags=["a"], external_id="x")
    path = f"/tasks/{task['id']}"
    answer = await person.client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for gone in (
        await person.client.get(path),
        await person.client.patch(path, json={"title": "x"}),
        await person.client.delete(path),
        await person.client.post(f"{path}/tags", json={"tags": ["b"]}),
        await person.client.get(f"{path}/subtasks"),
    ):
        refused(gone, 404)
    assert await found(person) == await found(person, tag="a") == []
    trashed = await found(person, trashed=True)
    assert ids(trashed) == {task["id"]}
    assert trashed[0]["deleted_at"] is not None
    back = good(await person.client.post(f"{path}/restore"))
    assert back == task | {"version": 3, "updated_at": back["updated_at"]}
    assert await found(person, tag="a", external_id="x") == [back]
    refused(await person.client.post(f"{path}/restore"), 404)


async def test_subtasks_go_along_and_come_back_together(person: Person) -> None:
    top = await make(person)
    child = await make(person, parent_id=top["id"])
    grandchild = await make(person, parent_id=child["id"])
    earlier = await make(person, parent_id=child["id"])
    await person.client.delete(f"/tasks/{earlier['id']}")
    await person.client.delete(f"/tasks/{top['id']}")
    assert await found(person) == []
    refused(await person.client.post(f"/tasks/{child['id']}/restore"), 409, "parent_trashed")
    good(await person.client.post(f"/tasks/{top['id']}/restore"))
    assert ids(await found(person)) == ids([top, child, grandchild])
    good(await person.client.post(f"/tasks/{earlier['id']}/restore"))
    assert len(await found(person)) == 4


async def test_a_number_is_never_given_twice(person: Person) -> None:
    task = await make(person)
    await person.client.delete(f"/tasks/{task['id']}")
    assert (await make(person))["key"] > task["key"]


async def test_a_project_takes_its_tasks_to_the_trash(person: Person) -> None:
    project = await make_project(person)
    inside = await make(person, project_id=project["id"], external_id="one")
    earlier = await make(person, project_id=project["id"])
    await person.client.delete(f"/tasks/{earlier['id']}")
    outside = await make(person)
    path = f"/tasks/{outside['id']}/dependencies"
    good(await person.client.post(path, json={"blocked_by": inside["id"]}))
    assert (await person.client.delete(f"/projects/{project['id']}")).is_success
    assert ids(await found(person)) == {outside["id"]}
    refused(await person.client.get(f"/tasks/{inside['id']}"), 404)
    refused(await person.client.post(f"/tasks/{inside['id']}/restore"), 404)
    assert (await found(person))[0]["blocked"] is False
    taken = await make(person, external_id="one")
    good(await person.client.post(f"/projects/{project['id']}/restore"))
    assert ids(await found(person)) == ids([outside, inside, taken])
    assert (await found(person, blocked=True))[0]["blocked_by"] == [inside["id"]]
    assert (await patch(person, inside, title="Alive"))["title"] == "Alive"


async def test_an_archived_project_changes_no_more(person: Person) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    body = {"archived": True}
    good(await person.client.patch(f"/projects/{project['id']}", json=body))
    path = f"/tasks/{task['id']}"
    for answer in (
        await person.client.patch(path, json={"title": "x"}),
        await person.client.put(path, json={"title": "x"}),
        await person.client.delete(path),
        await person.client.post(f"{path}/tags", json={"tags": ["x"]}),
        await person.client.post("/tasks", json={"title": "x", "project_id": project["id"]}),
    ):
        refused(answer, 409, "project_archived")
    assert good(await person.client.get(path)) == task
