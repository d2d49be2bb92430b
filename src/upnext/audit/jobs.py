"""What audit does in the background: forgetting changes that are older than the settings say."""

from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.audit import retention
from upnext.core.changes import unit_of
from upnext.core.jobs import enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.keys import KeyRing
from upnext.core.runtime import Runtime

PURGE: Final = "audit.purge"


class Terms(NamedTuple):
    keys: KeyRing
    days: int


async def terms(runtime: Runtime, _: Attempt) -> Terms:
    return Terms(runtime.keys, runtime.settings.retention.change_days)


async def purge(session: AsyncSession, attempt: Attempt, found: Terms) -> None:
    """One batch per job, since a long transaction would hold up everybody's writes."""
    if not found.days:
        return
    now = unit_of(session).now
    before = now - timedelta(days=found.days)
    after = attempt.args.get("after")
    more = await retention.purge_some(
        session, found.keys, UUID(after) if after else None, before, now
    )
    if more is not None:
        place = str(more.after) if more.after else None
        await enqueue(session, attempt.kind, {"after": place})


HANDLERS = (JobHandler(kind=PURGE, perform=terms, apply=purge),)
SCHEDULES = (ScheduleSpec(name=PURGE, kind=PURGE, every=timedelta(hours=6)),)
