"""What waits for what: told by the task, kept when things change, and never a circle."""

import asyncio
from typing import Any

import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import block, get, make, make_project, patch


async def test_a_blocked_task_says_by_what(person: Person) -> None:
    task, first, second = await make(person), await make(person), await make(person)
    path = f"/tasks/{task['id']}/dependencies"
    answer = await person.client.post(path, json={"blocked_by": first["id"]})
    assert answer.status_code == 201
    shown = {name: first[name] for name in ("id", "key", "title", "status")}
    assert good(answer) == {"blocked_by": [shown], "blocks": []}
    again = await person.client.post(path, json={"blocked_by": first["id"]})
    assert (again.status_code, good(again)) == (200, good(answer))
    await block(person, task, second)
    told = await get(person, task)
    assert told["blocked"] is True
    assert sorted(told["blocked_by"]) == sorted([first["id"], second["id"]])
    around = good(await person.client.get(f"/tasks/{first['id']}/dependencies"))
    assert [each["id"] for each in around["blocks"]] == [task["id"]]
    assert (await person.client.delete(f"{path}/{first['id']}")).status_code == 204
    assert (await get(person, task))["blocked_by"] == [second["id"]]
    refused(await person.client.delete(f"{path}/{first['id']}"), 404)


async def test_blocked_follows_whatever_happens(person: Person) -> None:
    task, before = await make(person), await make(person)
    await block(person, task, before)
    project = await make_project(person)

    async def told() -> tuple[bool, list[str], int]:
        now = await get(person, task)
        return now["blocked"], now["blocked_by"], now["version"]

    waiting = (True, [before["id"]])
    assert await told() == (*waiting, 2)
    await patch(person, before, title="Renamed")
    assert await told() == (*waiting, 2)
    await patch(person, before, completed=True)
    assert await told() == (False, [], 3)
    await patch(person, before, status="cancelled")
    assert await told() == (False, [], 3)
    await patch(person, before, status="todo")
    assert await told() == (*waiting, 4)
    await person.client.delete(f"/tasks/{before['id']}")
    assert await told() == (False, [], 5)
    good(await person.client.post(f"/tasks/{before['id']}/restore"))
    assert await told() == (*waiting, 6)
    await patch(person, before, project_id=project["id"])
    assert (await told())[:2] == waiting
    await person.client.delete(f"/tasks/{task['id']}")
    await patch(person, before, completed=True)
    assert good(await person.client.post(f"/tasks/{task['id']}/restore"))["blocked"] is False


async def test_a_closed_task_is_not_blocked(person: Person) -> None:
    task, before = await make(person, status="done"), await make(person)
    await block(person, task, before)
    assert (await get(person, task))["blocked"] is False
    assert (await patch(person, task, status="todo"))["blocked"] is True


async def test_a_circle_is_refused_by_name(person: Person) -> None:
    a, b, c = await make(person), await make(person), await make(person)
    await block(person, a, b)
    await block(person, b, c)
    path = f"/tasks/{c['id']}/dependencies"
    problem = refused(
        await person.client.post(path, json={"blocked_by": a["id"]}), 422, "dependency_cycle"
    )
    assert f"{c['key']} > {a['key']} > {b['key']} > {c['key']}" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "/blocked_by"
    problem = refused(await person.client.post(path, json={"blocked_by": c["id"]}), 422)
    assert f"{c['key']} > {c['key']}" in problem["detail"]
    assert (await get(person, c))["blocked"] is False


async def test_the_trash_hides_no_circle(person: Person) -> None:
    a, b = await make(person), await make(person)
    await block(person, a, b)
    await person.client.delete(f"/tasks/{a['id']}")
    path = f"/tasks/{b['id']}/dependencies"
    refused(await person.client.post(path, json={"blocked_by": a["id"]}), 404)


@pytest.mark.each
async def test_two_at_once_cannot_close_a_circle(person: Person) -> None:
    for _ in range(5):
        a, b, c, d = [await make(person) for _ in range(4)]
        await block(person, a, b)
        await block(person, c, d)
        answers = await asyncio.gather(
            person.client.post(f"/tasks/{b['id']}/dependencies", json={"blocked_by": c["id"]}),
            person.client.post(f"/tasks/{d['id']}/dependencies", json={"blocked_by": a["id"]}),
        )
        assert sorted(answer.status_code for answer in answers) == [201, 422]


@pytest.mark.each
async def test_two_at_once_cannot_nest_in_each_other(person: Person) -> None:
    for _ in range(5):
        a, b = await make(person), await make(person)
        answers = await asyncio.gather(
            person.client.patch(f"/tasks/{a['id']}", json={"parent_id": b["id"]}),
            person.client.patch(f"/tasks/{b['id']}", json={"parent_id": a["id"]}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]


@pytest.mark.each
async def test_blockers_that_are_done_at_once(person: Person) -> None:
    task = await make(person)
    others = [await make(person) for _ in range(8)]
    for other in others:
        await block(person, task, other)
    await asyncio.gather(*(patch(person, other, completed=True) for other in others))
    told = await get(person, task)
    assert (told["blocked"], told["blocked_by"]) == (False, [])


async def test_only_within_a_workspace(person: Person, make_user: MakeUser) -> None:
    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    project = await make_project(person, second["id"])
    task, elsewhere = await make(person), await make(person, project_id=project["id"])
    stranger = await make_user()
    theirs = await make(stranger)
    path = f"/tasks/{task['id']}/dependencies"
    body = {"blocked_by": elsewhere["id"]}
    refused(await person.client.post(path, json=body), 422, "other_workspace")
    refused(await person.client.post(path, json={"blocked_by": theirs["id"]}), 404)
    refused(await stranger.client.post(path, json={"blocked_by": theirs["id"]}), 404)
    for bad in ({}, {"blocked_by": None}, {"blocked_by": "x"}, {"blocked_by": task["id"], "a": 1}):
        refused(await person.client.post(path, json=bad), 422)


async def test_subtasks(person: Person) -> None:
    top = await make(person)
    children = [await make(person, parent_id=top["id"], title=name) for name in "abc"]
    page = good(await person.client.get(f"/tasks/{top['id']}/subtasks"))
    assert page == {"items": children, "next_cursor": None}
    await patch(person, top, completed=True)
    assert (await get(person, children[0]))["completed"] is False
    project = await make_project(person)
    elsewhere = {"title": "x", "project_id": project["id"], "parent_id": top["id"]}
    refused(await person.client.post("/tasks", json=elsewhere), 422, "parent_elsewhere")
    lone = await make(person, project_id=project["id"])
    body = {"parent_id": top["id"]}
    refused(await person.client.patch(f"/tasks/{lone['id']}", json=body), 422, "parent_elsewhere")
    body = {"parent_id": lone["id"].replace("-7", "-4")}
    refused(await person.client.patch(f"/tasks/{top['id']}", json=body), 404)


async def test_no_circle_and_no_abyss(person: Person) -> None:
    chain: list[Any] = [await make(person)]
    for _ in range(9):
        chain.append(await make(person, parent_id=chain[-1]["id"]))
    deepest = {"title": "x", "parent_id": chain[-1]["id"]}
    refused(await person.client.post("/tasks", json=deepest), 422, "too_deep")
    body = {"parent_id": chain[-1]["id"]}
    refused(await person.client.patch(f"/tasks/{chain[0]['id']}", json=body), 422, "parent_cycle")
    refused(
        await person.client.patch(f"/tasks/{chain[3]['id']}", json={"parent_id": chain[3]["id"]}),
        422,
        "parent_cycle",
    )
    above = await make(person)
    body = {"parent_id": above["id"]}
    refused(await person.client.patch(f"/tasks/{chain[0]['id']}", json=body), 422, "too_deep")
    assert (await patch(person, chain[1], **body))["parent_id"] == above["id"]
    assert (await patch(person, chain[1], parent_id=None))["parent_id"] is None
