"""The log of deliveries; and sending again: one event, or all since a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity.places import locate
from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.ids import new_id
from upnext.core.jobs import enqueue
from upnext.core.keys import KeyRing
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.filtering import Fields
from upnext.webhooks import policy, queries
from upnext.webhooks.models import Delivery, DeliveryAttempt, DeliveryState, Webhook
from upnext.webhooks.offering import TEST
from upnext.webhooks.owners import ADMINS
from upnext.webhooks.schemas import DeliveryList, ReplaySince
from upnext.webhooks.service import get
from upnext.webhooks.telling import add, choose
from upnext.webhooks.waking import wake

REPLAY: Final = "webhooks.replay"
BATCH = 200
MOST_ATTEMPTS_SHOWN = 50
OFF = "It is switched off. Switch it on first: PATCH with `enabled: true`."


class Detail(NamedTuple):
    delivery: Delivery
    attempts: Sequence[DeliveryAttempt]


async def deliveries(
    session: AsyncSession, actor: Actor, webhook_id: UUID, asked: DeliveryList, keys: KeyRing
) -> tuple[list[Delivery], str | None]:
    """The newest first, and none of a project that the actor does not see."""
    webhook = await get(session, actor, webhook_id)
    narrowed = _readable(actor, webhook)
    if asked.state is not None:
        narrowed.append(queries.in_state(asked.state))
    if asked.type is not None:
        narrowed.append(queries.of_type(asked.type))
    behind = read_cursor(keys, queries.NEWEST, asked.cursor) if asked.cursor else None
    statement = queries.deliveries(webhook_id, narrowed, behind, asked.limit)
    found = list(await session.scalars(statement))
    if len(found) <= asked.limit:
        return found, None
    return found[: asked.limit], write_cursor(keys, queries.NEWEST, [found[asked.limit - 1].id])


async def detail(
    session: AsyncSession, actor: Actor, webhook_id: UUID, delivery_id: UUID
) -> Detail:
    webhook = await get(session, actor, webhook_id)
    found = await _delivery(session, actor, webhook, delivery_id)
    attempts = await session.scalars(queries.attempts(delivery_id, MOST_ATTEMPTS_SHOWN))
    return Detail(found, list(attempts))


def _readable(actor: Actor, webhook: Webhook) -> list[ColumnElement[bool]]:
    admin = actor.workspaces.get(webhook.workspace_id) in ADMINS
    return queries.readable(actor.hidden, admin=admin)


async def _delivery(
    session: AsyncSession, actor: Actor, webhook: Webhook, delivery_id: UUID
) -> Delivery:
    narrowed = _readable(actor, webhook)
    found = await session.scalar(queries.delivery(webhook.id, delivery_id, narrowed))
    if found is None:
        raise NotFound("There is no such delivery. Old ones are forgotten after a while.")
    return found


async def test(session: AsyncSession, actor: Actor, webhook_id: UUID) -> Delivery:
    """Sends an event that nothing happened for, in the shape of the others."""
    webhook = await _sendable(session, actor, webhook_id)
    now, event_id = unit_of(session).now, new_id()
    body: dict[str, Any] = {
        "id": str(event_id),
        "seq": 0,
        "type": TEST,
        "occurred_at": now.isoformat().replace("+00:00", "Z"),
        "workspace_id": str(webhook.workspace_id),
        "project_id": webhook.project_id and str(webhook.project_id),
        "resource": {"type": "webhook", "id": str(webhook.id), "version": webhook.version},
        "actor": {"type": actor.kind, "id": actor.user_id and str(actor.user_id)},
        "data": {"name": webhook.name},
        "previous": None,
    }
    delivery = Delivery(
        id=new_id(),
        webhook_id=webhook.id,
        event_id=event_id,
        type=TEST,
        resource_id=webhook.id,
        seq=0,
        project_id=webhook.project_id,
        body=orjson.dumps(body).decode(),
        next_at=now,
        created_at=now,
    )
    session.add(delivery)
    await session.flush()
    await _send(session, webhook)
    return delivery


async def replay(
    session: AsyncSession, actor: Actor, webhook_id: UUID, delivery_id: UUID
) -> Delivery:
    """Sends one event once more, under the id that it has."""
    webhook = await _sendable(session, actor, webhook_id)
    found = await _delivery(session, actor, webhook, delivery_id)
    found.state, found.attempts = DeliveryState.PENDING, 0
    found.next_at, found.finished_at = unit_of(session).now, None
    await session.flush()
    await _send(session, webhook)
    return found


async def replay_since(
    session: AsyncSession, actor: Actor, webhook_id: UUID, data: ReplaySince
) -> None:
    """Sends what happened since then, also what happened while it was switched off: in the
    background, out of the change log."""
    webhook = await _sendable(session, actor, webhook_id)
    if data.since > unit_of(session).now:
        raise invalid_field("/since", "Choose a moment in the past.", "in_the_future")
    until = await session.scalar(queries.last_seq(webhook.workspace_id)) or 0
    args = {
        "webhook_id": str(webhook.id),
        "since": data.since.isoformat(),
        "failed_only": data.failed_only,
        "after": 0,
        "until": until,
    }
    await enqueue(session, REPLAY, args, workspace_id=webhook.workspace_id)


async def _sendable(session: AsyncSession, actor: Actor, webhook_id: UUID) -> Webhook:
    webhook = await get(session, actor, webhook_id, policy.SEND)
    if not webhook.enabled:
        raise Conflict(OFF, code="webhook_disabled")
    return webhook


async def _send(session: AsyncSession, webhook: Webhook) -> None:
    await session.execute(queries.wide_awake(webhook.id))
    await wake(session, webhook.id, webhook.workspace_id)


async def replay_some(session: AsyncSession, args: dict[str, Any], fields: Fields) -> None:
    """One batch of a replay; asks for the next one."""
    webhook = await session.scalar(queries.one(UUID(args["webhook_id"])))
    if webhook is None or not webhook.enabled:
        return
    since = datetime.fromisoformat(args["since"])
    statement = queries.sealed_since(
        webhook.workspace_id, since, args["after"], args["until"], BATCH
    )
    rows = list(await session.scalars(statement))
    chosen = await choose(session, webhook, rows, await locate(session, rows), fields)
    if chosen:
        events = [one.change.id for one in chosen]
        known = set(await session.scalars(queries.known(webhook.id, events)))
        now = unit_of(session).now
        await session.execute(
            queries.again(webhook.id, events, now, failed=bool(args["failed_only"]))
        )
        if new := [one for one in chosen if one.change.id not in known]:
            await add(session, webhook, new)
        await _send(session, webhook)
    if len(rows) == BATCH:
        await enqueue(
            session, REPLAY, {**args, "after": rows[-1].seq}, workspace_id=webhook.workspace_id
        )
