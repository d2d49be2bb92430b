"""What is left of runs when a worker dies for good, and what is so old that nobody looks at it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.models import RunState
from upnext.automation.rules import queries as rules
from upnext.automation.schedules import queries
from upnext.automation.schedules.running import fail
from upnext.core.changes import unit_of

KEPT = timedelta(days=90)
BATCH = 200
LOST = "The worker that did it ended, as often as it was tried."


async def tidy(session: AsyncSession) -> None:
    for job_id, error in (await session.execute(queries.abandoned(BATCH))).all():
        await fail(session, job_id=job_id, error=error or LOST, state=RunState.DEAD)
    await session.flush()
    await session.execute(queries.drop_unasked())
    before = unit_of(session).now - KEPT
    acts = list(await session.scalars(rules.old_runs(before, BATCH)))
    if acts:
        await session.execute(rules.forget_runs(acts))
    old = list(await session.scalars(queries.old_runs(before, BATCH)))
    if old:
        await session.execute(queries.forget_runs(old))
