"""Finds the clocks that time alone has changed, and writes down the warnings and breaches.

Any number of processes may do so at once: each takes the tasks that nobody holds, and reads their
clocks under that lock. What it could not take is found again by the next round.
"""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.queue import enqueue
from upnext.sla import keeping, queries
from upnext.sla.clocks import judged

CHECK: Final = "sla.check"
BATCH: Final = 200


async def check(session: AsyncSession) -> None:
    """One batch; another job follows if there may be more."""
    now = unit_of(session).now
    found = (await session.execute(queries.due_for_check(now, BATCH))).all()
    asleep = {row.task_id for row in found if row.out_of_reach}
    if asleep:
        await keeping.put_to_sleep(session, asleep)
    due = {row.task_id for row in found} - asleep
    tasks = (await session.scalars(queries.free_tasks(due))).all() if due else []
    known = await keeping.clocks_of(session, [task.id for task in tasks])
    done = []
    for task in tasks:
        before = known.get(task.id, {})
        done.append((task, before, {name: judged(each, now) for name, each in before.items()}))
    await keeping.write(session, done, steps=1)
    if len(found) == BATCH and (tasks or asleep):
        await enqueue(session, CHECK, {})
