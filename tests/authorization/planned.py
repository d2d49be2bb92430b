"""What people have for themselves alone in their plans."""

from datetime import UTC, datetime, timedelta

import httpx

from tests.kit.app import good


async def busy(client: httpx.AsyncClient) -> str:
    body = {"start": "2030-01-01T09:00:00Z", "end": "2030-01-01T10:00:00Z"}
    found: str = good(await client.post("/busy", json=body))["id"]
    return found


async def calendar(client: httpx.AsyncClient) -> str:
    body = {"name": "Work", "url": "https://192.0.43.8/calendar.ics"}
    found: str = good(await client.post("/busy/calendars", json=body))["id"]
    return found


async def pin(client: httpx.AsyncClient) -> str:
    """Of a new task, which has to be pinned after now."""
    task = good(await client.post("/tasks", json={"title": "Pinned"}))
    start = datetime.now(UTC) + timedelta(days=1)
    body = {"task_id": task["id"], "start": start.isoformat(), "minutes": 30}
    found: str = good(await client.put("/plan/pins", json=body))["task_id"]
    return found
