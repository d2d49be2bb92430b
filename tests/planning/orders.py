"""People with long lists, written straight into a database, and their order computed in full."""

import random
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.changes import Subscribers
from upnext.core.clock import FrozenClock
from upnext.core.context import RequestContext
from upnext.core.db import Database
from upnext.core.ids import new_id
from upnext.core.types import micros
from upnext.core.work import Workshop
from upnext.identity.models import User
from upnext.planning.clocks import clock_of
from upnext.planning.engine import Ranking, Request, basis_of, columns_of_rows, rank
from upnext.planning.keeping import queries
from upnext.planning.keys import edges_of, row_of
from upnext.planning.models import PlanningProfile, RankKey
from upnext.planning.queries import FACTS
from upnext.planning.recomputing import recompute
from upnext.tasks.models import Energy, Priority, Status, Task, TaskDependency
from upnext.workspaces.models import Project, Workspace, WorkspaceMember

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
CONTEXT = RequestContext(request_id="orders")
ESTIMATES = (None, 5, 10, 15, 30, 30, 45, 60, 90, 120, 240)
OPEN_STATUSES = (Status.TODO, Status.TODO, Status.TODO, Status.BACKLOG, Status.IN_PROGRESS)


class Order:
    """One person with their personal workspace; all its tasks are theirs to do."""

    def __init__(self, database_url: str, seed: int = 1) -> None:
        self.db = Database(database_url)
        self.shop = Workshop(self.db, FrozenClock(NOW), Subscribers())
        self.random = random.Random(seed)
        self.user_id, self.workspace_id, self.project_id = new_id(), new_id(), new_id()
        self.other_project_id = new_id()
        self.actor = Actor(
            kind="user", user_id=self.user_id, workspaces={self.workspace_id: WorkspaceRole.OWNER}
        )

    async def make(
        self, tasks: list[dict[str, Any]], edges: Collection[tuple[int, int]] = ()
    ) -> None:
        """`edges`: (number of the predecessor, number of the task that waits for it)."""
        for before, after in edges:
            waiting = tasks[after]
            waiting["blocked_by"] |= {str(tasks[before]["id"]): str(tasks[before]["project_id"])}
            waiting["blocker_count"] = len(waiting["blocked_by"])
            tasks[before]["dependent_count"] += 1

        async def write(session: AsyncSession) -> None:
            await self._write_place(session)
            await session.execute(insert(Task), tasks)
            rows = [
                {
                    "task_id": tasks[after]["id"],
                    "blocked_by_id": tasks[before]["id"],
                    "workspace_id": self.workspace_id,
                }
                for before, after in set(edges)
            ]
            if rows:
                await session.execute(insert(TaskDependency), rows)

        await self.shop.run(CONTEXT, write)
        await self.recompute()

    async def recompute(self, *, everything: bool = True) -> None:
        await self.shop.run(
            CONTEXT, lambda session: recompute(session, self.user_id, everything=everything)
        )

    async def learn(self, learned: dict[str, Any], taste: dict[str, Any] | None) -> None:
        values = {"learned": learned, "taste": taste}
        statement = update(PlanningProfile).where(PlanningProfile.user_id == self.user_id)
        await self.shop.run(CONTEXT, lambda session: session.execute(statement.values(**values)))
        await self.recompute()

    async def keys(self) -> dict[tuple[UUID, str], float]:
        """The stored keys: (task, name) to value."""
        columns = (RankKey.task_id, RankKey.a, RankKey.b, RankKey.latest_start)
        async with self.db.read() as session:
            rows = await session.execute(select(*columns).where(RankKey.user_id == self.user_id))
            return {
                (task_id, name): value
                for task_id, *values in rows
                for name, value in zip(("a", "b", "latest_start"), values, strict=True)
            }

    async def _write_place(self, session: AsyncSession) -> None:
        stamps = {"created_at": NOW, "updated_at": NOW, "version": 1}
        email = f"{self.user_id}@example.com"
        user = {"id": self.user_id, "email": email, "email_key": email, "password_hash": "-"}
        await session.execute(
            insert(User), [user | stamps | {"time_zone": "Europe/Berlin", "notifications": {}}]
        )
        place = {"id": self.workspace_id, "name": "Own", "name_key": "own"}
        await session.execute(insert(Workspace), [place | stamps | {"personal_of": self.user_id}])
        member = {"workspace_id": self.workspace_id, "user_id": self.user_id}
        role = {"role": WorkspaceRole.OWNER, "created_at": NOW, "version": 1}
        await session.execute(insert(WorkspaceMember), [member | role])
        for number, project_id in enumerate((self.project_id, self.other_project_id)):
            project = {"id": project_id, "workspace_id": self.workspace_id, "name": "P"}
            key = {"name_key": "p", "key": f"P{number}", "live_key": f"P{number}"}
            await session.execute(insert(Project), [project | key | stamps])

    def tasks(self, count: int, **fixed: Any) -> list[dict[str, Any]]:
        return [self.task(number) | fixed for number in range(count)]

    def task(self, number: int) -> dict[str, Any]:
        """Anything may be early, late, snoozed, started, without deadline or estimate."""
        draw = self.random
        due = draw.choice((None, NOW + timedelta(minutes=draw.randint(-6_000, 60_000))))
        start = draw.choice((None, None, None, NOW + timedelta(minutes=draw.randint(-900, 900))))
        created = NOW - timedelta(minutes=draw.randint(0, 40_000))
        estimate = draw.choice(ESTIMATES)
        return plain_task(self, number) | {
            "status": draw.choice(OPEN_STATUSES),
            "priority": draw.choice(tuple(Priority)),
            "estimated_duration": estimate,
            "due_at": due,
            "due_key": micros(due),
            "start_at": start,
            "start_key": micros(start),
            "energy": draw.choice((None, None, *Energy)),
            "context": draw.choice(([], [], ["@home"], ["@work"], ["@home", "@phone"])),
            "project_id": draw.choice((self.project_id, self.project_id, self.other_project_id)),
            "created_at": created,
            "goal_weight": draw.choice((1.0, 1.0, 1.0, 0.5, 1.5, 2.0)),
        }

    def edges(self, count: int, size: int) -> list[tuple[int, int]]:
        """Acyclic: every task waits for earlier ones only."""
        pairs = [sorted(self.random.sample(range(size), 2)) for _ in range(count)]
        return [(before, after) for before, after in pairs]

    async def in_full(self, request: Request, *, project_id: UUID | None = None) -> Ranking:
        """Every task scored, as the documentation defines it."""
        async with self.db.read() as session:
            rows = await session.execute(
                select(*FACTS).where(Task.workspace_id == self.workspace_id)
            )
            tasks = rows.all()
            settings = (await session.execute(queries.clocks([self.user_id]))).one()
        clock = clock_of(settings[1:])
        columns = columns_of_rows(
            [
                row_of(task, clock.learned, offered=project_id in {None, task.project_id})
                for task in tasks
            ],
            edges_of(tasks),
        )
        return rank(basis_of(columns, clock.calendar, clock.parameters), request)


def plain_task(order: Order, number: int) -> dict[str, Any]:
    """Nothing is said of it but its title."""
    title = f"Task {number}"
    return {
        "id": new_id(),
        "workspace_id": order.workspace_id,
        "project_id": order.project_id,
        "number": number + 1,
        "key": f"T-{number + 1}",
        "title": title,
        "title_key": title.lower(),
        "description": "",
        "search_text": title.lower(),
        "status": Status.TODO,
        "priority": Priority.MEDIUM,
        "estimated_duration": None,
        "duration_key": 2**31 - 1,
        "due_at": None,
        "due_key": micros(None),
        "start_at": None,
        "start_key": micros(None),
        "completed_key": micros(None),
        "energy": None,
        "context": [],
        "tags": [],
        "assignee_ids": [],
        "blocked_by": {},
        "blocker_count": 0,
        "dependent_count": 0,
        "goal_weight": 1.0,
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW,
        "version": 1,
    }
