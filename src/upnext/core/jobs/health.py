"""Whether background work is being taken up."""

from datetime import timedelta

from upnext.core.jobs import queries
from upnext.core.jobs.models import JobState
from upnext.core.runtime import Runtime

PATIENCE = timedelta(seconds=60)


async def queue_alive(runtime: Runtime) -> bool:
    """False once a job waits for over a minute while nobody holds a lease. A long queue that
    somebody works on is alive."""
    now = runtime.clock.now()
    async with runtime.db.read() as session:
        if await session.scalar(queries.waiting_since(now - PATIENCE)) is None:
            return True
        return await session.scalar(queries.being_done(now)) is not None


async def jobs_by_state(runtime: Runtime) -> dict[JobState, int]:
    """Every state, also those without a job."""
    async with runtime.db.read() as session:
        rows = (await session.execute(queries.count_by_state())).all()
    counts = dict.fromkeys(JobState, 0)
    for state, count in rows:
        counts[state] = count
    return counts
