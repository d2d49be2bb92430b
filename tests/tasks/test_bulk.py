"""Many tasks in one request."""

import asyncio
from typing import Any

import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, make, make_project


async def bulk(person: Person, *tasks: Any) -> Any:
    return good(await person.client.post("/tasks/bulk", json={"tasks": list(tasks)}))


async def test_each_is_judged_on_its_own(person: Person, make_user: MakeUser) -> None:
    known = await make(person, external_id="known")
    stranger = await make_user()
    outcome = await bulk(
        person,
        {"title": "first", "tags": ["a", "b"], "assignee_ids": [person.id]},
        {"title": "known", "external_id": "known"},
        {"title": "", "priority": "highest", "color": "red", "due_at": "2030-01-01T00:00:00"},
        {"title": "theirs", "project_id": stranger.inbox_id},
        {"title": "new", "external_id": "new"},
        {"title": "new again", "external_id": "new"},
        {"title": "theirs", "assignee_ids": [stranger.id]},
        {"title": "lost", "parent_id": stranger.inbox_id},
        {"title": "child", "parent_id": known["id"]},
    )
    words = [result["status"] for result in outcome["results"]]
    assert words == [
        "created", "existing", "invalid", "invalid", "created", "existing", "invalid", "invalid",
        "created",
    ]  # fmt: skip
    assert [result["index"] for result in outcome["results"]] == list(range(9))
    assert (outcome["created"], outcome["existing"], outcome["invalid"]) == (3, 2, 4)
    results = outcome["results"]
    assert results[0]["task"]["tags"] == ["a", "b"]
    assert results[1]["task"] == known
    pointers = {error["pointer"] for error in results[2]["errors"]}
    assert pointers == {"/title", "/priority", "/color", "/due_at"}
    assert results[3]["errors"][0]["pointer"] == "/project_id"
    assert results[5]["task"]["id"] == results[4]["task"]["id"]
    assert results[6]["errors"][0]["pointer"] == "/assignee_ids/0"
    assert results[7]["errors"][0]["pointer"] == "/parent_id"
    assert len(await found(person)) == 4
    assert len(await found(person, tag="b", assignee_id="me")) == 1


async def test_a_second_import_finds_everything(person: Person) -> None:
    project = await make_project(person, key="IMP")
    tasks = [
        {"title": f"Task {n}", "external_id": f"x-{n}", "project_id": project["id"]}
        for n in range(1000)
    ]
    first = await bulk(person, *tasks)
    assert first["created"] == 1000
    keys = [result["task"]["key"] for result in first["results"]]
    assert keys == [f"IMP-{n}" for n in range(1, 1001)]
    again = await bulk(person, *tasks)
    assert (again["created"], again["existing"]) == (0, 1000)
    assert [result["task"] for result in again["results"]] == [
        result["task"] for result in first["results"]
    ]
    assert (await make(person, project_id=project["id"]))["key"] == "IMP-1001"


@pytest.mark.each
async def test_two_imports_at_once_make_each_task_once(person: Person) -> None:
    project = await make_project(person)
    names = [f"x-{n}" for n in range(20)]
    here = [{"title": "x", "external_id": name} for name in names]
    there = [{**task, "project_id": project["id"]} for task in here]
    outcomes = await asyncio.gather(bulk(person, *here), bulk(person, *there))
    assert sum(outcome["created"] for outcome in outcomes) == 20
    assert sum(outcome["existing"] for outcome in outcomes) == 20
    assert len(await found(person, limit=100)) == 20


async def test_what_is_no_bulk(person: Person) -> None:
    bodies: list[Any] = [
        {},
        {"tasks": []},
        {"tasks": None},
        {"tasks": [{"title": "x"}] * 1001},
        {"tasks": ["x"]},
        {"tasks": [None]},
        {"tasks": [{"title": "x"}], "atomic": True},
        [],
    ]
    for body in bodies:
        refused(await person.client.post("/tasks/bulk", json=body), 422)
    assert await found(person) == []
