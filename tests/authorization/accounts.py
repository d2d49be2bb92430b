"""Routes of what belongs to one account, and how to make it."""

from collections.abc import Awaitable, Callable

import httpx

from tests.authorization import planned
from tests.kit.app import good


async def _session(client: httpx.AsyncClient) -> str:
    """Where the client's own access token comes from."""
    sessions = good(await client.get("/auth/sessions"))["items"]
    found: str = sessions[-1]["id"]
    return found


async def _token(client: httpx.AsyncClient) -> str:
    made = good(await client.post("/auth/tokens", json={"name": "t", "scopes": ["tasks:read"]}))
    found: str = made["id"]
    return found


async def _feed(client: httpx.AsyncClient) -> str:
    found: str = good(await client.post("/feeds", json={"name": "Phone"}))["id"]
    return found


async def _run(client: httpx.AsyncClient) -> str:
    file = {"file": ("list.csv", b"title\nMade\n")}
    made = good(await client.post("/imports", files=file))
    found: str = made["id"]
    return found


async def _operation(client: httpx.AsyncClient) -> str:
    made = good(await client.post("/tasks/bulk", json={"tasks": [{"title": "Made"}]}))
    found: str = made["operation"]
    return found


ACCOUNT_ROUTES: dict[str, tuple[str, Callable[[httpx.AsyncClient], Awaitable[str]]]] = {
    "DELETE /auth/sessions/{session_id}": ("session.end", _session),
    "DELETE /auth/tokens/{token_id}": ("token.revoke", _token),
    "DELETE /feeds/{feed_id}": ("feed.delete", _feed),
    "POST /feeds/{feed_id}/rotate": ("feed.rotate", _feed),
    "GET /imports/{run_id}": ("import.read", _run),
    "DELETE /imports/{run_id}": ("import.delete", _run),
    "GET /operations/{operation_id}": ("operation.read", _operation),
    "POST /operations/{operation_id}/undo": ("operation.undo", _operation),
    "PATCH /busy/{busy_id}": ("busy.update", planned.busy),
    "DELETE /busy/{busy_id}": ("busy.delete", planned.busy),
    "DELETE /busy/calendars/{calendar_id}": ("busy_calendar.delete", planned.calendar),
    "DELETE /plan/pins/{task_id}": ("plan.unpin", planned.pin),
}

# These name no object: they act on what the caller owns or make something for them.
