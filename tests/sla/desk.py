"""A help desk on a server whose clock stands still until it is told to move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from tests.kit.app import PASSWORD, Person, good, register
from tests.kit.jobs import work_off
from upnext import manifest
from upnext.core.changes import ChangeRow
from upnext.core.clock import FrozenClock
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.jobs import Ticker, ensure_schedules
from upnext.core.runtime import Runtime
from upnext.sla import queries

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday, an hour after work began in UTC."""
CONTEXT = RequestContext(request_id="desk")
Json = Any  # what the API answers


def at(**ahead: float) -> str:
    """As the API writes it."""
    return (NOW + timedelta(**ahead)).isoformat().replace("+00:00", "Z")


@dataclass
class Desk:
    runtime: Runtime
    clock: FrozenClock
    connect: Callable[[], httpx.AsyncClient]
    people: list[Person] = field(default_factory=list)

    async def join(self) -> Person:
        self.people.append(await register(self.connect(), f"desk-{new_id()}@example.com"))
        return self.people[-1]

    async def later(self, **by: float) -> None:
        """Everybody signs in again: their tokens are over in half an hour."""
        self.clock.advance(timedelta(**by))
        for person in self.people:
            account = {"email": person.email, "password": PASSWORD}
            tokens = good(await person.client.post("/auth/login", json=account))
            person.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def jobs(self) -> int:
        return await work_off(self.runtime)

    async def set_up_schedules(self) -> None:
        """As a server does at its start."""
        await self.runtime.workshop.run(
            CONTEXT, lambda session: ensure_schedules(session, manifest.SCHEDULES)
        )

    async def tick(self) -> None:
        """Real schedules, real jobs."""
        await Ticker(self.runtime.workshop).round()
        await self.jobs()

    async def pass_time(self, *, step: float = 10, **by: float) -> None:
        """In steps of that many seconds, with what schedules and jobs do meanwhile."""
        end = self.clock.now() + timedelta(**by)
        while self.clock.now() < end:
            self.clock.advance(timedelta(seconds=step))
            await self.tick()

    async def told(self, task: Json, *types: str) -> Sequence[ChangeRow]:
        """What the change log has of these types on a task, in order."""
        wanted = types or ("sla.warned", "sla.breached")
        rows = (
            select(ChangeRow)
            .where(ChangeRow.resource_id == UUID(task["id"]), ChangeRow.type.in_(wanted))
            .order_by(ChangeRow.id)
        )
        async with self.runtime.db.read() as session:
            return list(await session.scalars(rows))

    async def clocks(self, task: Json) -> list[Any]:
        async with self.runtime.db.read() as session:
            return list(await session.execute(queries.clocks_of([UUID(task["id"])])))

    async def close(self) -> None:
        for person in self.people:
            await person.client.aclose()


@dataclass
class Team:
    """A project that `boss` owns and in which `agent` works."""

    desk: Desk
    boss: Person
    agent: Person
    workspace_id: str
    project_id: str

    async def promise(self, **fields: Any) -> Json:
        """A policy; open tasks that are there already get their clocks at once."""
        path = f"/projects/{self.project_id}/sla-policies"
        made = good(await self.boss.client.post(path, json=fields))
        await self.desk.jobs()
        return made

    async def change(self, policy: Json, **fields: Any) -> Json:
        path = f"/sla-policies/{policy['id']}"
        changed = good(await self.boss.client.patch(path, json=fields))
        await self.desk.jobs()
        return changed

    async def open_on(self, **fields: Any) -> Json:
        """The calendar."""
        path = f"/workspaces/{self.workspace_id}/calendar"
        kept = good(await self.boss.client.put(path, json=fields))
        await self.desk.jobs()
        return kept

    async def ask(self, title: str = "Help", **fields: Any) -> Json:
        """A task that the boss reports."""
        body = {"title": title, "project_id": self.project_id, **fields}
        return good(await self.boss.client.post("/tasks", json=body))

    async def work(self, task: Json, **fields: Any) -> Json:
        """The agent changes a task."""
        return good(await self.agent.client.patch(f"/tasks/{task['id']}", json=fields))

    async def edit(self, task: Json, **fields: Any) -> Json:
        """Its reporter changes a task."""
        return good(await self.boss.client.patch(f"/tasks/{task['id']}", json=fields))

    async def read(self, task: Json) -> Json:
        return good(await self.boss.client.get(f"/tasks/{task['id']}"))

    async def find(self, **params: Any) -> list[str]:
        """Titles."""
        asked = {"workspace_id": self.workspace_id, **params}
        page = good(await self.boss.client.get("/tasks", params=asked))
        return [task["title"] for task in page["items"]]

    async def new_project(self) -> str:
        body = {"name": "Other", "workspace_id": self.workspace_id}
        return str(good(await self.boss.client.post("/projects", json=body))["id"])


async def assemble(desk: Desk) -> Team:
    boss, agent = await desk.join(), await desk.join()
    workspace = good(await boss.client.post("/workspaces", json={"name": "Desk"}))
    member = {"email": agent.email, "role": "member"}
    good(await boss.client.post(f"/workspaces/{workspace['id']}/members", json=member))
    team = Team(desk, boss, agent, workspace["id"], "")
    team.project_id = await team.new_project()
    return team
