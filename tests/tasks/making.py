"""Short ways to what many tests start with."""

from typing import Any

from tests.kit.app import Person, good


async def make(person: Person, **fields: Any) -> Any:  # a task as JSON
    return good(await person.client.post("/tasks", json={"title": "Something", **fields}))


async def make_all(person: Person, *bodies: dict[str, Any]) -> list[Any]:
    tasks = [{"title": f"Number {number}", **body} for number, body in enumerate(bodies)]
    outcome = good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))
    assert outcome["created"] == len(bodies), outcome
    return [result["task"] for result in outcome["results"]]


async def patch(person: Person, task: Any, **fields: Any) -> Any:
    return good(await person.client.patch(f"/tasks/{task['id']}", json=fields))


async def get(person: Person, task: Any) -> Any:
    return good(await person.client.get(f"/tasks/{task['id']}"))


async def found(person: Person, **params: Any) -> list[Any]:
    return list(good(await person.client.get("/tasks", params=params))["items"])


async def block(person: Person, task: Any, by: Any) -> Any:
    path = f"/tasks/{task['id']}/dependencies"
    return good(await person.client.post(path, json={"blocked_by": by["id"]}))


async def make_project(person: Person, workspace_id: str | None = None, **fields: Any) -> Any:
    body = {"name": "Project", "workspace_id": workspace_id or person.workspace_id, **fields}
    return good(await person.client.post("/projects", json=body))


async def make_team(owner: Person, **roles: Person) -> str:
    """A new workspace in which each person has the role that they are given by."""
    workspace = good(await owner.client.post("/workspaces", json={"name": "Team"}))
    for role, person in roles.items():
        body = {"email": person.email, "role": role}
        good(await owner.client.post(f"/workspaces/{workspace['id']}/members", json=body))
    return str(workspace["id"])
