"""Time that was entered elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.tasks.writing import hold
from upnext.timetracking import policy, spans, totals
from upnext.timetracking.events import TimeEntryCreated
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.service import facts, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The caller has judged that `user_id` is whose time this is, and that it is possible."""

    user_id: UUID
    started_at: datetime
    ended_at: datetime
    note: str


async def bring(
    session: AsyncSession, actor: Actor, task_id: UUID, spent: Sequence[Brought]
) -> None:
    """Adds them to a task, and counts what has been spent on it once."""
    task = await hold(session, actor, policy.CREATE, task_id)
    now = unit_of(session).now
    for one in spent:
        entry = TimeEntry(
            workspace_id=task.workspace_id,
            task_id=task.id,
            user_id=one.user_id,
            started_at=one.started_at,
            ended_at=one.ended_at,
            minutes=spans.minutes_of(one.started_at, one.ended_at),
            note=one.note,
            created_at=now,
            updated_at=now,
        )
        entry.task = task
        session.add(entry)
        await session.flush()
        await tell(session, actor, TimeEntryCreated, entry, facts(entry))
    await totals.recount(session, actor, task)
