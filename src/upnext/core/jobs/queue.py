"""How work gets into the queue: always in the transaction of the change that asks for it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypedDict, Unpack, cast
from uuid import UUID

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import INSTANCE
from upnext.core.changes import unit_of
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.inserts.queries import insert_ignore
from upnext.core.jobs import queries
from upnext.core.jobs.models import LONGEST_KEY, Job, JobPriority, JobState


class JobOptions(TypedDict, total=False):
    """`run_at`: not before then. `workspace_id`: on whose share it runs; None is the instance."""

    run_at: datetime | None
    priority: JobPriority
    workspace_id: UUID | None
    max_attempts: int
    queue: str


async def enqueue(
    session: AsyncSession,
    kind: str,
    args: Mapping[str, Any],
    *,
    key: str | None = None,
    **options: Unpack[JobOptions],
) -> UUID | None:
    """Adds a job to the caller's transaction; its commit wakes the runner of this process.

    With a `key`, returns None and adds nothing while a job under the same key has not ended. That
    includes one that runs at this moment and may have read its data before your change: use keys
    for work that must not be there twice, not for "refresh once more".
    """
    if key is not None and (not key or len(key) > LONGEST_KEY or key.startswith(queries.TICK_KEY)):
        raise ValueError(f"not a dedupe key: {key!r}")
    unit = unit_of(session)
    options.setdefault("max_attempts", unit.attempts)
    row = new_row(unit.context, unit.now, kind, args, options)
    if key is None:
        session.add(Job(**row))
        added = True
    else:
        added = await insert_keyed(session, row | {"dedupe_key": key})
    if not added:
        return None
    unit.enqueued = True
    return cast(UUID, row["id"])


def new_row(
    context: RequestContext,
    now: datetime,
    kind: str,
    args: Mapping[str, Any],
    options: JobOptions,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": kind,
        "args": dict(args),
        "queue": options.get("queue", "default"),
        "priority": options.get("priority", JobPriority.NORMAL),
        "run_at": options.get("run_at") or now,
        "state": JobState.PENDING,
        "attempts": 0,
        "max_attempts": options["max_attempts"],
        "workspace_id": options.get("workspace_id") or INSTANCE,
        "context": asdict(context),
        "created_at": now,
    }


async def insert_keyed(session: AsyncSession, row: Mapping[str, Any]) -> bool:
    """Whether the row's dedupe key was free, and the row is in."""
    dialect = session.get_bind().dialect.name
    statement = insert_ignore(dialect, Job.__table__, [row])
    return cast(CursorResult[Any], await session.execute(statement)).rowcount > 0


async def requeue(session: AsyncSession, job_ids: Collection[UUID]) -> int:
    """Gives failed, dead and cancelled jobs all their attempts once more; returns how many."""
    unit = unit_of(session)
    done = await session.execute(queries.requeue(job_ids, unit.now))
    unit.enqueued = True
    return cast(CursorResult[Any], done).rowcount


async def cancel(session: AsyncSession, job_id: UUID, reason: str) -> bool:
    """Calls off one that waits or runs; whether there was such a one.

    What runs is not interrupted, but its end in the database is refused; what it did elsewhere,
    such as sending a message, cannot be taken back.
    """
    done = await session.execute(queries.cancel(job_id, unit_of(session).now, reason))
    return cast(CursorResult[Any], done).rowcount > 0
