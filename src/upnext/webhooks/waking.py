"""How an endpoint's job comes to run: one at a time for each, so that order is kept.

The job's key is taken from when it is asked for until it ends. Whoever finds it taken cannot know
whether it will still see what they have just written, and so has it looked after a moment later.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import OUTBOUND, enqueue
from upnext.core.types import micros
from upnext.webhooks import queries

SEND: Final = "webhooks.send"
WAKE: Final = "webhooks.wake"
A_MOMENT = timedelta(seconds=2)


async def wake(session: AsyncSession, webhook_id: UUID, workspace_id: UUID) -> None:
    """Has the endpoint sent what is due."""
    args = {"webhook_id": str(webhook_id)}
    made = await enqueue(
        session, SEND, args, key=f"webhook:{webhook_id}", workspace_id=workspace_id, queue=OUTBOUND
    )
    if made is None:
        await wake_at(session, webhook_id, workspace_id, unit_of(session).now + A_MOMENT)


async def wake_at(
    session: AsyncSession, webhook_id: UUID, workspace_id: UUID, at: datetime
) -> None:
    """The same later; asked for twice in one second it is done once."""
    key = f"webhook:{webhook_id}:{micros(at) // 1_000_000}"
    args = {"webhook_id": str(webhook_id)}
    await enqueue(session, WAKE, args, key=key, workspace_id=workspace_id, run_at=at)


async def go_on(session: AsyncSession, webhook_id: UUID) -> None:
    """Sees to what is left: now, or when the next attempt is due."""
    webhook = await session.scalar(queries.one(webhook_id))
    if webhook is None or not webhook.enabled:
        return
    at = await session.scalar(queries.next_at(webhook_id))
    if at is None:
        return
    at = max(at, webhook.rests_until or at)
    if at <= unit_of(session).now:
        await wake(session, webhook_id, webhook.workspace_id)
    else:
        await wake_at(session, webhook_id, webhook.workspace_id, at)
