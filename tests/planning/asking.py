"""People who write tasks and ask what is next, through the API alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit.app import PASSWORD, Person, good, register
from tests.kit.jobs import work_off
from upnext.core.clock import FrozenClock
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.jobs.queue import enqueue
from upnext.core.runtime import Runtime

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday, an hour after work began in UTC."""
Json = Any  # what the API answers


def at(**ahead: float) -> str:
    return (NOW + timedelta(**ahead)).isoformat()


@dataclass
class Asker:
    """Somebody with tasks."""

    person: Person

    @property
    def client(self) -> httpx.AsyncClient:
        return self.person.client

    async def add(self, title: str, **fields: Any) -> str:
        task = good(await self.client.post("/tasks", json={"title": title, **fields}))
        return str(task["id"])

    async def change(self, task_id: str, **fields: Any) -> Json:
        return good(await self.client.patch(f"/tasks/{task_id}", json=fields))

    async def wait_for(self, task_id: str, *, before: str) -> None:
        body = {"blocked_by": before}
        good(await self.client.post(f"/tasks/{task_id}/dependencies", json=body))

    async def ask(self, **params: Any) -> Json:
        return good(await self.client.get("/next-action", params=params))

    async def order(self, **params: Any) -> list[str]:
        """The titles of what is shown, best first."""
        answer = await self.ask(**{"limit": 20} | params)
        first = [answer["action"]] if answer["action"] else []
        return [each["task"]["title"] for each in [*first, *answer["runners_up"]]]

    async def obstacles(self, **params: Any) -> dict[str, tuple[str, str]]:
        """Title to code and sentence of what cannot be done now."""
        answer = await self.ask(include="ineligible", **params)
        return {
            each["task"]["title"]: (each["code"], each["text"]) for each in answer["ineligible"]
        }


@dataclass
class World:
    runtime: Runtime
    clock: FrozenClock
    connect: Callable[[], httpx.AsyncClient]
    opened: list[httpx.AsyncClient] = field(default_factory=list)
    askers: list[Asker] = field(default_factory=list)

    async def join(self) -> Asker:
        client = self.connect()
        self.opened.append(client)
        asker = Asker(await register(client, f"asker-{new_id()}@example.com"))
        self.askers.append(asker)
        return asker

    async def run_job(self, kind: str) -> None:
        """And whatever jobs it asks for."""

        async def ask(session: AsyncSession) -> None:
            await enqueue(session, kind, {})

        await self.runtime.workshop.run(RequestContext(request_id=kind), ask)
        await self.run_jobs()

    async def run_jobs(self) -> None:
        await work_off(self.runtime)

    async def pass_time(self, **by: float) -> None:
        """Long enough for access tokens to expire: everybody signs in again."""
        self.clock.advance(timedelta(**by))
        for asker in self.askers:
            account = {"email": asker.person.email, "password": PASSWORD}
            asker.client.headers.pop("Authorization")
            tokens = good(await asker.client.post("/auth/login", json=account))
            asker.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def close(self) -> None:
        for client in self.opened:
            await client.aclose()


async def work(me: Asker, count: int, minutes: int, **fields: Any) -> None:
    """So many tasks, each done after so many minutes."""
    tasks = [{"title": f"Done {number}", **fields} for number in range(count)]
    made = good(await me.client.post("/tasks/bulk", json={"tasks": tasks}))
    ids = [result["task"]["id"] for result in made["results"]]
    for task_id in ids:
        path = f"/tasks/{task_id}/time-entries"
        good(await me.client.post(path, json={"minutes": minutes}))
    body = {"task_ids": ids, "updates": {"status": "done"}}
    good(await me.client.patch("/tasks/bulk", json=body))
