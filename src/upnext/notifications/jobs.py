"""What notifications do in the background: spread, deliver, watch the time, write digests."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.queue import enqueue
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.mail import Sealed, send_later
from upnext.core.runtime import Runtime
from upnext.notifications import delivering, digest, queries, spreading, timing
from upnext.notifications.delivering import Outcome

SWEEP: Final = "notifications.sweep"
KEPT: Final = timedelta(days=90)
BATCH: Final = 500


async def spread(session: AsyncSession, attempt: Attempt, _: object) -> None:
    await spreading.spread_changes(session, [UUID(one) for one in attempt.args["changes"]])


async def deliver(runtime: Runtime, attempt: Attempt) -> Outcome | None:
    return await delivering.deliver(runtime, UUID(attempt.args["delivery_id"]))


async def end(session: AsyncSession, _: Attempt, outcome: Outcome | None) -> None:
    await delivering.end(session, outcome)


async def look(session: AsyncSession, _: Attempt, __: object) -> None:
    await timing.look(session)


async def page(session: AsyncSession, attempt: Attempt, _: object) -> None:
    await timing.page(session, dict(attempt.args))


async def look_for_digests(session: AsyncSession, _: Attempt, __: object) -> None:
    await digest.look(session)


async def write_digest(runtime: Runtime, attempt: Attempt) -> Sealed | None:
    return await digest.prepare(runtime, UUID(attempt.args["user_id"]))


async def send_digest(session: AsyncSession, _: Attempt, letter: Sealed | None) -> None:
    if letter is not None:
        await send_later(session, letter)


async def sweep(session: AsyncSession, attempt: Attempt, _: object) -> None:
    """One batch per job, since a long transaction would hold up everybody's writes."""
    before = unit_of(session).now - KEPT
    ids = (await session.scalars(queries.old(before, BATCH))).all()
    if ids:
        await session.execute(queries.forget(ids))
    if len(ids) == BATCH:
        await enqueue(session, attempt.kind, {})


HANDLERS = (
    JobHandler(kind=spreading.SPREAD, apply=spread),
    JobHandler(kind=spreading.DELIVER, perform=deliver, apply=end),
    JobHandler(kind=timing.LOOK, apply=look),
    JobHandler(kind=timing.PAGE, apply=page),
    JobHandler(kind=digest.LOOK, apply=look_for_digests),
    JobHandler(kind=digest.SEND, perform=write_digest, apply=send_digest),
    JobHandler(kind=SWEEP, apply=sweep),
)
MINUTE: Final = timedelta(minutes=1)
SCHEDULES = (
    ScheduleSpec(name=timing.LOOK, kind=timing.LOOK, every=MINUTE),
    ScheduleSpec(name=digest.LOOK, kind=digest.LOOK, every=MINUTE),
    ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),
)
