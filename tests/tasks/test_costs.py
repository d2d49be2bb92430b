"""What each request costs the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.kit.app import Person, good, max_queries, reading
from tests.tasks.making import block, make, make_project
from upnext.core.runtime import Runtime

# What planning and search keep beside each task is their cost, and pinned by their own tests.
BESIDE = ("rank_key", "planning_profile", "SELECT workspace.personal_of", "search_document")
NO_LIMIT = 1_000


@contextmanager
def costs(runtime: Runtime, exactly: int) -> Iterator[None]:
    with max_queries(runtime, NO_LIMIT) as statements:
        yield
    ours = [each[:200] for each in statements if not _beside(each)]
    assert len(ours) == exactly, "\n".join(ours)


def _beside(statement: str) -> bool:
    """What PostgreSQL sends together with a change is no statement of its own."""
    return any(sign in statement for sign in BESIDE) and "INTO change" not in statement


async def test_create(person: Person, runtime: Runtime, dialect: str) -> None:
    # PostgreSQL takes all rows at once, and says with the number who is asking, where that is known
    # of somebody. SQLite asks if the project is as it was when the number was taken, but not after
    # a few tasks, when the number is known. MySQL cannot count up and read in one statement.
    first, most, with_tags = {"postgresql": (3, 2, 2), "sqlite": (4, 5, 7), "mysql": (5, 6, 8)}[
        dialect
    ]
    with costs(runtime, first):
        await make(person)
    with costs(runtime, most):
        await make(person)
    project = await make_project(person)
    with costs(runtime, first):
        await make(person, project_id=project["id"], assignee_ids=[], due_at="2030-01-01T00:00:00Z")
    with costs(runtime, with_tags):
        await make(person, tags=["a", "b", "c"], assignee_ids=[person.id])


async def test_update(person: Person, runtime: Runtime, dialect: str) -> None:
    # PostgreSQL takes in one statement what concerns the task alone, and what was read without a
    # lock says who is asking. What has rows of its own is changed with the task locked.
    by_itself = {"postgresql": 2}.get(dialect, 4)
    task = await make(person, tags=["a"], assignee_ids=[person.id])
    bodies: list[tuple[dict[str, Any], int]] = [
        ({"title": "New"}, by_itself),
        ({"completed": True}, by_itself),
        ({"tags": ["a"], "status": "todo"}, 4),
    ]
    for body, cost in bodies:
        with costs(runtime, cost):
            good(await person.client.patch(f"/tasks/{task['id']}", json=body))
    with costs(runtime, 2):
        good(await person.client.patch(f"/tasks/{task['id']}", json={"tags": ["a"]}))


async def test_read(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    await block(person, task, await make(person))
    with costs(runtime, reading(runtime, 2)):
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
        with costs(runtime, reading(runtime, 2)):
            good(await person.client.get("/tasks", params=params))
    with costs(runtime, reading(runtime, 3)):
        good(await person.client.get("/tasks", params={"total": True}))


@pytest.mark.each
async def test_bulk(person: Person, runtime: Runtime) -> None:
    tasks = [{"title": f"x {n}", "tags": ["a"], "external_id": f"{n}"} for n in range(200)]
    with max_queries(runtime, 16):
        good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))


async def test_occurrences(person: Person, runtime: Runtime, dialect: str) -> None:
    """What does not repeat pays nothing; see test_update."""
    # Made: its zone or none asked for. Done: is there a next one, what lies below, a number, a row,
    # and that it was created, besides those of any update.
    made, zoned_made, done, done_with_all = {
        "sqlite": (5, 5, 10, 12),
        "mysql": (6, 6, 11, 13),
        "postgresql": (4, 2, 9, 11),
    }[dialect]
    daily = {"due_at": "2030-01-01T00:00:00Z", "recurrence": "FREQ=DAILY"}
    with costs(runtime, made):
        task = await make(person, **daily)
    zoned = {"rrule": "FREQ=DAILY", "timezone": "Europe/Berlin"}
    with costs(runtime, zoned_made):
        await make(person, due_at=daily["due_at"], recurrence=zoned)
    with costs(runtime, done):
        good(await person.client.patch(f"/tasks/{task['id']}", json={"completed": True}))
    task = await make(person, **daily, tags=["a"], assignee_ids=[person.id])
    for number in range(30):
        await make(person, title=f"Below {number}", parent_id=task["id"], tags=["b"], status="done")
    with costs(runtime, done_with_all):
        good(await person.client.patch(f"/tasks/{task['id']}", json={"completed": True}))
    with costs(runtime, reading(runtime, 2)):
        good(await person.client.get(f"/tasks/{task['id']}"))
