"""Short ways to comment."""

from typing import Any

from tests.kit.app import Person, good


async def say(person: Person, task: Any, body: str, parent: Any = None) -> Any:  # JSON
    data = {"body": body, "parent_id": parent["id"] if parent else None}
    return good(await person.client.post(f"/tasks/{task['id']}/comments", json=data))


async def said(person: Person, task: Any, **params: Any) -> list[Any]:
    page = good(await person.client.get(f"/tasks/{task['id']}/comments", params=params))
    return list(page["items"])
