"""Short ways to what tests of repeating tasks start with."""

from typing import Any

from tests.kit.app import Person, good
from tests.tasks.making import found, get, make, patch

DUE = "2030-05-07T07:00:00Z"  # a Tuesday
WEEKLY = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "timezone": "Europe/Berlin"}


async def repeating(person: Person, **fields: Any) -> Any:
    return await make(person, **{"due_at": DUE, "recurrence": WEEKLY, **fields})


async def open_ones(person: Person) -> list[Any]:
    return await found(person, status="open", sort="due_at")


async def after(person: Person, task: Any) -> Any:
    """What came after a closed occurrence, or None."""
    told = good(await person.client.get(f"/tasks/{task['id']}/occurrences"))
    assert told["items"] == []
    return await get(person, {"id": told["next_task_id"]}) if told["next_task_id"] else None


async def finish(person: Person, task: Any) -> Any:
    await patch(person, task, status="done")
    return await after(person, task)


async def change(person: Person, task: Any, scope: str, **fields: Any) -> Any:
    path = f"/tasks/{task['id']}"
    return good(await person.client.patch(path, json=fields, params={"scope": scope}))


async def preview(person: Person, task: Any, **params: Any) -> list[str]:
    answer = await person.client.get(f"/tasks/{task['id']}/occurrences", params=params)
    return [one["due_at"] for one in good(answer)["items"]]
