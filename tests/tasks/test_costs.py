"""What each request costs the database."""

from typing import Any

from tests.kit.app import Person, good, max_queries
from tests.tasks.making import block, make, make_project
from upnext.core.runtime import Runtime


async def test_create(person: Person, runtime: Runtime, dialect: str) -> None:
    # One more on MySQL, which cannot count up and read in one statement.
    most = 5 if dialect == "mysql" else 4
    with max_queries(runtime, most):
        await make(person)
    project = await make_project(person)
    with max_queries(runtime, most):
        await make(person, project_id=project["id"], assignee_ids=[], due_at="2030-01-01T00:00:00Z")
    with max_queries(runtime, most + 2):
        await make(person, tags=["a", "b", "c"], assignee_ids=[person.id])


async def test_update(person: Person, runtime: Runtime) -> None:
    task = await make(person, tags=["a"], assignee_ids=[person.id])
    for body in ({"title": "New"}, {"completed": True}, {"tags": ["a"], "status": "todo"}):
        with max_queries(runtime, 4):
            good(await person.client.patch(f"/tasks/{task['id']}", json=body))
    with max_queries(runtime, 2):
        good(await person.client.patch(f"/tasks/{task['id']}", json={"tags": ["a"]}))


async def test_read(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    await block(person, task, await make(person))
    with max_queries(runtime, 2):
        good(await person.client.get(f"/tasks/{task['id']}"))


async def test_list(person: Person, runtime: Runtime) -> None:
    good(await person.client.post("/workspaces", json={"name": "Second"}))
    for number in range(3):
        await make(person, tags=[f"tag {number}"], assignee_ids=[person.id])
    asked: list[dict[str, Any]] = [
        {},
        {"workspace_id": person.workspace_id},
        {"tag": ["tag 1", "tag 2"], "assignee_id": "me", "sort": "-due_at,priority"},
        {"text": "some", "offset": 1},
    ]
    for params in asked:
        with max_queries(runtime, 2):
            good(await person.client.get("/tasks", params=params))
    with max_queries(runtime, 3):
        good(await person.client.get("/tasks", params={"total": True}))


async def test_bulk(person: Person, runtime: Runtime, dialect: str) -> None:
    tasks = [{"title": f"x {n}", "tags": ["a"], "external_id": f"{n}"} for n in range(200)]
    # The actor, the project twice, known ids; then the tasks, tags and changes, in batches.
    with max_queries(runtime, 12 if dialect == "mysql" else 10):
        good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))
