"""Fills a migrated database through the project's own models, so that every column is right."""

import random
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import FromClause, Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.fleet import Store
from bench.prose import Writer
from upnext.core.auth import WorkspaceRole
from upnext.core.db import Database
from upnext.core.ids import new_id
from upnext.core.types import micros
from upnext.identity.models import User, office_hours
from upnext.planning.clocks import clock_of
from upnext.planning.keys import key_values
from upnext.planning.models import RankKey
from upnext.search.documents import row_of
from upnext.search.models import SearchDocument
from upnext.search.sources import TASKS
from upnext.tasks.models import (
    CLOSED,
    NO_DURATION,
    OPEN,
    Energy,
    Priority,
    Status,
    Task,
    TaskDependency,
    TaskTag,
    folded,
)
from upnext.workspaces.models import INBOX_KEY, Project, Workspace, WorkspaceMember, name_key

SEED = 20_260_101
# Rows of any kind: a column of the model > its value.
Rows = list[dict[str, Any]]
ANALYZE = {
    "postgresql": "VACUUM ANALYZE",
    "mysql": "ANALYZE TABLE task, task_tag, rank_key, search_document, workspace, "
    "workspace_member, project",
}

# The columns of what these tasks do without.
UNUSED: dict[str, Any] = {
    "start_at": None,
    "start_key": micros(None),
    "parent_id": None,
    "goal_id": None,
    "goal_weight": 1.0,
    "assignee_ids": [],
    "context": [],
    "blocked_by": {},
    "blocker_count": 0,
    "actual_minutes": 0,
    "dependent_count": 0,
    "external_id": None,
    "external_key": None,
    "deleted_at": None,
    "deleted_with": None,
    "version": 1,
}


@dataclass(frozen=True)
class Owner:
    """Somebody with a personal workspace and its Inbox."""

    user_id: UUID
    workspace_id: UUID
    project_id: UUID


class Seeder:
    """Tasks of a year, the same for the same seed but for their ids and for today's date."""

    def __init__(self, db: Database, seed: int = SEED) -> None:
        self._db = db
        self._random = random.Random(seed)
        self._writer = Writer(seed)
        self._today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self._clock = clock_of(("UTC", office_hours(), *[None] * 5))

    async def strangers(self, people: int, tasks_each: int) -> None:
        """People whom the measured ones never meet; in transactions of some 10,000 tasks."""
        per_batch = max(1, 10_000 // tasks_each)
        for start in range(0, people, per_batch):
            count = min(per_batch, people - start)
            async with self._db.writer.begin() as connection:
                owners = await self._people(connection, count)
                for owner in owners:
                    await self._fill(connection, owner, self.tasks(owner, tasks_each))

    async def fill(self, owner: Owner, count: int, *, only_open: bool = False) -> None:
        async with self._db.writer.begin() as connection:
            rows = self.tasks(owner, count, only_open=only_open)
            await self._fill(connection, owner, rows)

    def tasks(self, owner: Owner, count: int, *, only_open: bool = False) -> Rows:
        made: Rows = []
        start = self._today - timedelta(days=365)
        for number in range(1, count + 1):
            created = start + timedelta(days=365) * number / (count + 1)
            made.append(self._task(owner, number, created, only_open=only_open))
        self._chain(made)
        return made

    def _task(
        self, owner: Owner, number: int, created: datetime, *, only_open: bool
    ) -> dict[str, Any]:
        status = self._status(only_open=only_open)
        done = created + timedelta(days=2) if status is Status.DONE else None
        return {
            **UNUSED,
            **self._words(),
            **self._times(),
            "id": new_id(),
            "workspace_id": owner.workspace_id,
            "project_id": owner.project_id,
            "number": number,
            "key": f"{INBOX_KEY}-{number}",
            "status": status,
            "priority": self._random.choice(tuple(Priority)),
            "energy": self._random.choice((None, None, None, *Energy)),
            "completed_at": done,
            "completed_key": micros(done),
            "reporter_id": owner.user_id,
            "created_at": created,
            "updated_at": created,
        }

    def _words(self) -> dict[str, Any]:
        title, description = self._writer.title(), self._writer.description()
        category = self._writer.category()
        return {
            "title": title,
            "title_key": folded(title, 200),
            "description": description,
            "search_text": folded(f"{title}\n{description}", 20_000),
            "category": category,
            "category_key": folded(category, 100),
            "tags": self._writer.tags(),
        }

    def _times(self) -> dict[str, Any]:
        minutes = self._random.choice((None, None, 5, 10, 15, 30, 30, 45, 60, 90, 120, 240))
        due = self._due()
        return {
            "estimated_duration": minutes,
            "duration_key": NO_DURATION if minutes is None else minutes,
            "due_at": due,
            "due_key": micros(due),
        }

    def _status(self, *, only_open: bool) -> Status:
        if only_open or self._random.random() < 0.7:
            return self._random.choice((*OPEN, Status.TODO, Status.TODO, Status.TODO))
        return self._random.choice((Status.DONE, Status.DONE, Status.DONE, Status.CANCELLED))

    def _due(self) -> datetime | None:
        if self._random.random() < 0.4:
            return None
        return self._today + timedelta(hours=self._random.randrange(-240, 4_000))

    def _chain(self, rows: Rows) -> None:
        """Every thirtieth task waits for the one before it, if both are open."""
        for before, after in zip(rows[28::30], rows[29::30], strict=False):
            if before["status"] in CLOSED or after["status"] in CLOSED:
                continue
            after["blocked_by"] = {str(before["id"]): str(before["project_id"])}
            after["blocker_count"] = 1
            before["dependent_count"] = 1

    async def _people(self, connection: AsyncConnection, count: int) -> list[Owner]:
        owners = [Owner(new_id(), new_id(), new_id()) for _ in range(count)]
        since = self._today - timedelta(days=366)
        stamps = {"created_at": since, "updated_at": since, "version": 1}
        await _insert(connection, User.__table__, [_user(one, stamps) for one in owners])
        await _insert(connection, Workspace.__table__, [_space(one, stamps) for one in owners])
        members = [
            {
                "workspace_id": one.workspace_id,
                "user_id": one.user_id,
                "role": WorkspaceRole.OWNER,
                "created_at": since,
                "version": 1,
            }
            for one in owners
        ]
        await _insert(connection, WorkspaceMember.__table__, members)
        await _insert(connection, Project.__table__, [_inbox(one, stamps) for one in owners])
        return owners

    async def _fill(self, connection: AsyncConnection, owner: Owner, rows: Rows) -> None:
        await _insert(connection, Task.__table__, rows)
        await _insert(connection, TaskTag.__table__, _tags(rows))
        await _insert(connection, TaskDependency.__table__, _dependencies(rows))
        facts = [SimpleNamespace(**row) for row in rows if row["status"] not in CLOSED]
        keys = key_values(owner.user_id, cast(Sequence[Any], facts), self._clock)
        await _insert(connection, RankKey.__table__, keys)
        words = [row_of(TASKS.document(SimpleNamespace(**row))) for row in rows]
        await _insert(connection, SearchDocument.__table__, words)
        number = update(Project).where(Project.id == owner.project_id)
        await connection.execute(number.values(next_number=len(rows) + 1))


async def _insert(connection: AsyncConnection, table: FromClause, rows: Rows) -> None:
    if rows:
        await connection.execute(insert(cast(Table, table)), rows)


def _user(owner: Owner, stamps: dict[str, Any]) -> dict[str, Any]:
    email = f"{owner.user_id.hex}@example.com"
    return stamps | {
        "id": owner.user_id,
        "email": email,
        "email_key": email,
        "password_hash": "nobody signs in with this",
    }


def _space(owner: Owner, stamps: dict[str, Any]) -> dict[str, Any]:
    return stamps | {
        "id": owner.workspace_id,
        "name": "Personal",
        "name_key": name_key("Personal"),
        "personal_of": owner.user_id,
    }


def _inbox(owner: Owner, stamps: dict[str, Any]) -> dict[str, Any]:
    return stamps | {
        "id": owner.project_id,
        "workspace_id": owner.workspace_id,
        "name": "Inbox",
        "name_key": name_key("Inbox"),
        "key": INBOX_KEY,
        "live_key": INBOX_KEY,
        "inbox": True,
    }


def _tags(rows: Iterable[dict[str, Any]]) -> Rows:
    return [
        {
            "task_id": row["id"],
            "tag_key": folded(tag, 100),
            "tag": tag,
            "workspace_id": row["workspace_id"],
        }
        for row in rows
        for tag in row["tags"]
    ]


def _dependencies(rows: Iterable[dict[str, Any]]) -> Rows:
    return [
        {"task_id": row["id"], "blocked_by_id": UUID(before), "workspace_id": row["workspace_id"]}
        for row in rows
        for before in row["blocked_by"]
    ]


async def analyze(db: Database, store: Store) -> None:
    """Fresh statistics, as a running database has them."""
    if store.dialect == "sqlite":
        connection = sqlite3.connect(store.url.removeprefix("sqlite:///"))
        for statement in ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(statement)
        connection.close()
        return
    engine = db.writer.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as running:
        await running.exec_driver_sql(ANALYZE[store.dialect])
