"""What the record keeps of each change."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.kit.app import Person, good
from tests.tasks.making import block, make, make_project, patch
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime


async def recorded(runtime: Runtime, task: Any) -> list[tuple[str, int, dict[str, Any]]]:
    statement = (
        select(ChangeRow.type, ChangeRow.resource_version, ChangeRow.diff)
        .where(ChangeRow.resource_id == UUID(task["id"]))
        .order_by(ChangeRow.id)
    )
    async with runtime.db.read() as session:
        return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def test_a_life(person: Person, runtime: Runtime) -> None:
    task = await make(person, title="First", tags=["a"], due_at="2030-01-01T00:00:00Z")
    await patch(person, task, title="Second", tags=["b"], due_at=None)
    await patch(person, task)
    done = await patch(person, task, completed=True, energy="low")
    await patch(person, task, status="todo")
    await person.client.delete(f"/tasks/{task['id']}")
    good(await person.client.post(f"/tasks/{task['id']}/restore"))
    changes = await recorded(runtime, task)
    assert [(kind, version) for kind, version, _ in changes] == [
        ("task.created", 1),
        ("task.updated", 2),
        ("task.completed", 3),
        ("task.reopened", 4),
        ("task.deleted", 5),
        ("task.restored", 6),
    ]
    diffs = [diff for _, _, diff in changes]
    assert diffs[0] == {
        "title": [None, "First"],
        "status": [None, "todo"],
        "priority": [None, "medium"],
        "category": [None, "general"],
        "tags": [None, ["a"]],
        "due_at": [None, "2030-01-01T00:00:00Z"],
        "project_id": [None, person.inbox_id],
        "number": [None, int(task["key"].rpartition("-")[2])],
        "key": [None, task["key"]],
    }
    assert diffs[1] == {
        "title": ["First", "Second"],
        "tags": [["a"], ["b"]],
        "due_at": ["2030-01-01T00:00:00Z", None],
    }
    assert diffs[2] == {
        "status": ["todo", "done"],
        "completed_at": [None, done["completed_at"]],
        "energy": [None, "low"],
    }
    assert diffs[4]["deleted_at"][0] is None
    assert diffs[5]["deleted_at"] == diffs[4]["deleted_at"][::-1]


async def test_the_waiting_task_is_told(person: Person, runtime: Runtime) -> None:
    task, before = await make(person), await make(person)
    await block(person, task, before)
    await block(person, task, before)
    await patch(person, before, completed=True)
    await person.client.delete(f"/tasks/{task['id']}/dependencies/{before['id']}")
    told = [(kind, diff) for kind, _, diff in await recorded(runtime, task)][1:]
    assert told == [
        ("task.updated", {"blocked_by": [None, before["id"]], "blocker_count": [0, 1]}),
        ("task.updated", {"blocker_count": [1, 0]}),
        ("task.updated", {"blocked_by": [before["id"], None]}),
    ]


async def test_a_move_and_its_followers(person: Person, runtime: Runtime) -> None:
    project = await make_project(person, key="FAR")
    task = await make(person)
    child = await make(person, parent_id=task["id"])
    await patch(person, task, project_id=project["id"])
    for each in (task, child):
        kind, version, diff = (await recorded(runtime, each))[-1]
        assert (kind, version) == ("task.updated", 2)
        assert diff["project_id"] == [person.inbox_id, project["id"]]
        assert diff["key"][0] == each["key"]


async def test_bulk_records_each(person: Person, runtime: Runtime) -> None:
    body = {"tasks": [{"title": f"{number}"} for number in range(5)]}
    outcome = good(await person.client.post("/tasks/bulk", json=body))
    for result in outcome["results"]:
        (change,) = await recorded(runtime, result["task"])
        assert change[:2] == ("task.created", 1)
        assert change[2]["title"] == [None, result["task"]["title"]]
