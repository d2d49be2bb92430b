"""Short ways to what these tests do all the time."""

import json
from typing import Any

import httpx

from tests.kit.app import Person, good
from tests.kit.jobs import work_off
from upnext.core.runtime import Runtime

Json = Any  # what the API answers


def form(data: str | bytes, name: str = "list", **options: Any) -> dict[str, Any]:
    """The arguments of a request that uploads a file."""
    raw = data.encode() if isinstance(data, str) else data
    fields = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in options.items()
    }
    return {"files": {"file": (name, raw)}, "data": fields}


async def send(
    person: Person, data: str | bytes, *, path: str = "/imports", **options: Any
) -> httpx.Response:
    return await person.client.post(path, **form(data, **options))


async def preview(person: Person, data: str | bytes, **options: Any) -> Json:
    return good(await send(person, data, path="/imports/preview", **options))


async def begin(person: Person, data: str | bytes, **options: Any) -> Json:
    answer = await send(person, data, **options)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def look(person: Person, run: Json) -> Json:
    return good(await person.client.get(f"/imports/{run['id']}"))


async def work(runtime: Runtime) -> None:
    """Does the jobs that wait, as the server's runner would in a moment."""
    await work_off(runtime)


async def bring(runtime: Runtime, person: Person, data: str | bytes, **options: Any) -> Json:
    """The run of a file, once it has ended."""
    run = await begin(person, data, **options)
    await work(runtime)
    return await look(person, run)


async def tasks_of(person: Person, **params: Any) -> dict[str, Json]:
    """By title."""
    found: dict[str, Json] = {}
    query = {"limit": 100, "sort": "created_at", **params}
    while True:
        page = good(await person.client.get("/tasks", params=query))
        found |= {task["title"]: task for task in page["items"]}
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


def counts(run: Json) -> tuple[int, int, int, int]:
    """Created, existing, updated, failed."""
    return run["created"], run["existing"], run["updated"], run["failed"]
