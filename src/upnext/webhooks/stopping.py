"""Switching endpoints off and on, and telling the sealer whether anybody waits."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import record, unit_of
from upnext.core.sealing import watch
from upnext.webhooks import queries
from upnext.webhooks.events import WebhookDisabled
from upnext.webhooks.models import Disabled, Webhook

WATCHING: Final = 1
"""The bit of webhooks in `ChangeHead.watchers`."""


async def disable(session: AsyncSession, webhook_id: UUID, why: Disabled) -> None:
    """By itself. The change tells the workspace's admins; a replay brings back what was missed."""
    webhook = await session.scalar(queries.held(webhook_id))
    if webhook is None or webhook.disabled is not None:
        return
    await switch_off(session, webhook, why)
    diff = {"disabled": (None, str(why)), "name": (None, webhook.name)}
    if webhook.owner_id is not None:
        diff["user_id"] = (None, str(webhook.owner_id))
    change = WebhookDisabled(
        workspace_id=webhook.workspace_id,
        resource_id=webhook.id,
        version=webhook.version,
        diff=diff,
    )
    await record(session, SYSTEM, change)


async def switch_off(session: AsyncSession, webhook: Webhook, why: Disabled) -> None:
    now = unit_of(session).now
    webhook.disabled, webhook.disabled_at, webhook.updated_at = why, now, now
    await session.flush()
    await session.execute(queries.give_up_all(webhook.id, now))
    await look_out(session, webhook.workspace_id)


async def look_out(session: AsyncSession, workspace_id: UUID) -> None:
    """Has the sealer tell of this workspace, or not any more. Takes its head: do it last."""
    on = bool(await session.scalar(queries.any_active(workspace_id)))
    await watch(session, workspace_id, WATCHING, on=on)
