"""Tasks that come again, through the API."""

from typing import Any

from tests.kit.app import Person, good
from tests.tasks.making import found, get, make, patch

DUE = "2030-05-07T07:00:00Z"  # a Tuesday
WEEKLY = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "timezone": "Europe/Berlin"}


async def repeating(person: Person, **fields: Any) -> Any:
    return await make(person, **{"due_at": DUE, "recurrence": WEEKLY, **fields})


async def open_ones(person: Person) -> list[Any]:
    return await found(person, status="open", sort="due_at")


async def finish(person: Person, task: Any, **fields: Any) -> Any:
    """Completes it, and gives what comes next, or None."""
    await patch(person, task, status="done", **fields)
    return await after(person, task)


async def after(person: Person, task: Any) -> Any:
    told = good(await person.client.get(f"/tasks/{task['id']}/occurrences"))
    assert told["items"] == []
    return await get(person, {"id": told["next_task_id"]}) if told["next_task_id"] else None


async def test_a_completed_occurrence_is_followed_by_the_next(person: Person) -> None:
    task = await repeating(person, tags=["home"], assignee_ids=[person.id], priority="high",
                           estimated_duration=20, context=["@desk"], energy="low",
                           description="All of it", start_at="2030-05-06T06:00:00Z")  # fmt: skip
    assert task["recurrence"] == {**WEEKLY, "basis": "due", "exdates": []}
    following = await finish(person, task)
    done = await get(person, task)
    assert (done["status"], done["due_at"]) == ("done", DUE)
    same = ("title", "tags", "assignee_ids", "priority", "estimated_duration", "context",
            "energy", "description", "recurrence", "project_id", "reporter_id")  # fmt: skip
    assert {name: following[name] for name in same} == {name: task[name] for name in same}
    assert following["due_at"] == "2030-05-14T07:00:00Z"
    assert following["start_at"] == "2030-05-13T06:00:00Z"
    assert (following["status"], following["completed_at"]) == ("todo", None)
    assert following["key"] != task["key"]
    assert [one["id"] for one in await open_ones(person)] == [following["id"]]
