"""Short ways to goals and to what counts for them."""

from typing import Any

from tests.kit.app import Person, good


async def make_goal(person: Person, title: str = "Fit", **fields: Any) -> Any:  # as JSON
    return good(await person.client.post("/goals", json={"title": title, **fields}))


async def change(person: Person, goal: Any, **fields: Any) -> Any:
    return good(await person.client.patch(f"/goals/{goal['id']}", json=fields))


async def read(person: Person, goal: Any) -> Any:
    return good(await person.client.get(f"/goals/{goal['id']}"))


async def listed(person: Person, **params: Any) -> list[Any]:
    return list(good(await person.client.get("/goals", params=params))["items"])
