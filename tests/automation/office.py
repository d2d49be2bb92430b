"""People with schedules and rules, on a server whose clock stands still until it is moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.kit.app import Person, good, seal
from tests.kit.jobs import work_off
from tests.sla.desk import Desk
from upnext.core.changes import ChangeRow
from upnext.core.jobs import OUTBOUND

Json = Any  # what the API answers


@dataclass
class Office(Desk):
    """The desk's clock, ticks and jobs, with other work to do."""

    async def schedule(self, person: Person, **fields: Any) -> Json:
        body = {"name": "Plants", "action": {"type": "create_task", "title": "Water them"}}
        return good(await person.client.post("/schedules", json={**body, **fields}))

    async def jobs(self) -> int:
        """Also those that wait for other servers."""
        return await super().jobs() + await work_off(self.runtime, queue=OUTBOUND)

    async def runs(self, person: Person, schedule: Json) -> Sequence[Json]:
        """The newest first."""
        page = good(await person.client.get(f"/schedules/{schedule['id']}/runs"))
        found: Sequence[Json] = page["items"]
        return found

    async def wait(self, **by: float) -> None:
        """In one leap, and then what there is to do."""
        self.clock.advance(timedelta(**by))
        await self.tick()

    async def settle(self) -> None:
        """Seals, and does what follows, until nothing follows any more."""
        while await seal(self.runtime) + await self.jobs():
            pass

    async def tasks(self, person: Person, **params: Any) -> list[str]:
        page = good(await person.client.get("/tasks", params={"sort": "created_at", **params}))
        return [task["title"] for task in page["items"]]

    async def changes(self, *types: str) -> Sequence[ChangeRow]:
        rows = select(ChangeRow).where(ChangeRow.type.in_(types)).order_by(ChangeRow.id)
        async with self.runtime.db.read() as session:
            return list(await session.scalars(rows))

    async def team(self) -> tuple[Person, Person, str, str]:
        """A boss and a member, their workspace, and a project in it."""
        boss, member = await self.join(), await self.join()
        place = good(await boss.client.post("/workspaces", json={"name": "Office"}))["id"]
        body = {"email": member.email, "role": "member"}
        good(await boss.client.post(f"/workspaces/{place}/members", json=body))
        body = {"name": "Work", "workspace_id": place}
        project = good(await boss.client.post("/projects", json=body))["id"]
        return boss, member, place, project
