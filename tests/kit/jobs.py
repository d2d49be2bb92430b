"""The jobs of a test, done by it.

A process of the suite keeps one database for all its tests, and most of them leave jobs behind.
Whoever does jobs would do all of those first: minutes of work in which nobody is interested.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import delete

from upnext import manifest
from upnext.core.ids import new_id
from upnext.core.jobs import Handlers, Runner
from upnext.core.jobs.models import Job
from upnext.core.runtime import Runtime
from upnext.files.contents import SHRINK

SHARED: Final = (SHRINK,)
"""Of these one is made for all files of the same bytes, also for those of later tests."""
_since: list[UUID] = [new_id()]


def begin() -> None:
    """What is enqueued from now on counts: called at the beginning of each module, so that what a
    module's own fixtures made stays."""
    _since[0] = new_id()


async def work_off(
    runtime: Runtime, *, queue: str = "default", handlers: Handlers = manifest.JOBS
) -> int:
    """Does what is ready, and what that makes ready, as the server's runner would in a moment;
    returns how many."""
    # Ids begin with the moment in which they were made.
    async with runtime.db.writer.begin() as connection:
        earlier = delete(Job).where(Job.id < _since[0], Job.kind.not_in(SHARED))
        await connection.execute(earlier)
    return await Runner(runtime, handlers, queue=queue).drain()
