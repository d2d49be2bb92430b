"""What webhooks do in the background: send, wake, replay, and forget what is old."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import OUTBOUND, enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.webhooks import queries, sending
from upnext.webhooks.replaying import REPLAY, replay_some
from upnext.webhooks.waking import SEND, WAKE, go_on, wake

TIDY: Final = "webhooks.tidy"
EVERY: Final = timedelta(minutes=5)
BATCH = 500
# The budget of a round, and one last request.
SEND_TIMEOUT = 90.0


async def send(runtime: Runtime, attempt: Attempt) -> None:
    await sending.send(runtime, UUID(attempt.args["webhook_id"]))


async def sent(session: AsyncSession, attempt: Attempt, _: object) -> None:
    await go_on(session, UUID(attempt.args["webhook_id"]))


async def fields(runtime: Runtime, _: Attempt) -> Any:  # Fields, as the manifest has them
    return runtime.parts["filter_fields"]


async def replay(session: AsyncSession, attempt: Attempt, known: Any) -> None:  # as above
    await replay_some(session, dict(attempt.args), known)


async def days(runtime: Runtime, _: Attempt) -> int:
    return runtime.settings.retention.webhook_days


async def tidy(session: AsyncSession, attempt: Attempt, kept: int) -> None:
    """Forgets a batch, and wakes endpoints whose job a lost database or a bug has ended."""
    now = unit_of(session).now
    for webhook_id, workspace_id in (await session.execute(queries.waiting(now, BATCH))).all():
        await wake(session, webhook_id, workspace_id)
    if not kept:
        return
    old = queries.old_deliveries(now - timedelta(days=kept), BATCH)
    ids = list(await session.scalars(old))
    if ids:
        await session.execute(queries.forget(ids))
    if len(ids) == BATCH:
        await enqueue(session, attempt.kind, {})


HANDLERS = (
    JobHandler(kind=SEND, perform=send, apply=sent, timeout=SEND_TIMEOUT, queue=OUTBOUND),
    JobHandler(kind=WAKE, apply=sent),
    JobHandler(kind=REPLAY, perform=fields, apply=replay),
    JobHandler(kind=TIDY, perform=days, apply=tidy),
)
SCHEDULES = (ScheduleSpec(name=TIDY, kind=TIDY, every=EVERY),)
