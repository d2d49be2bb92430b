"""The clocks of a whole project anew, in batches: after a change of its policies or its calendar.

Closed tasks keep what they have. Of the others each clock first comes to what it had come to under
the old rules by now, and then goes on under the new ones: a breach is never taken back.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs.queue import enqueue
from upnext.sla import keeping, queries
from upnext.sla.keeping import Renewal

RECOMPUTE: Final = "sla.recompute"
BATCH: Final = 200


async def ask(session: AsyncSession, project_id: UUID, *, after: UUID | None = None) -> None:
    """Without a key: one that runs at this moment may have read the old rules."""
    args = {"project_id": str(project_id), "after": str(after) if after else None}
    await enqueue(session, RECOMPUTE, args)


async def ask_workspace(session: AsyncSession, workspace_id: UUID) -> None:
    for project_id in (await session.scalars(queries.ruled_projects(workspace_id))).all():
        await ask(session, project_id)


async def recompute(session: AsyncSession, project_id: UUID, after: UUID | None) -> None:
    """One batch, and the next one is another job: nobody waits long for a task that it holds."""
    tasks = (await session.scalars(queries.tasks_of(project_id, after, BATCH))).all()
    if not tasks:
        return
    rules = await keeping.rules_of(session, project_id)
    ruled = bool(rules.policies)
    flagged = [task for task in tasks if task.sla_ruled is not ruled]
    await keeping.flag(session, flagged, ruled=ruled)
    open_ones = [task for task in tasks if task.is_open]
    before = await keeping.clocks_of(session, [task.id for task in open_ones])
    renewals = [Renewal(task, before.get(task.id, {}), rules) for task in open_ones]
    await keeping.keep(session, renewals, steps=1)
    if len(tasks) == BATCH:
        await ask(session, project_id, after=tasks[-1].id)
