"""An endpoint's job: sends what is due, a few at a time, and of one thing one after the other."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import tracing
from upnext.core.auth import Actor
from upnext.core.context import RequestContext
from upnext.core.keys import KeyRing
from upnext.core.outbound.calling import Called, deliver
from upnext.core.outbound.signing import SigningKey
from upnext.core.runtime import Runtime
from upnext.webhooks import queries
from upnext.webhooks.models import Delivery, DeliveryAttempt, DeliveryState, Disabled, Webhook
from upnext.webhooks.owners import ADMINS, owner_of
from upnext.webhooks.retrying import (
    FAILURES_TO_REST,
    GIVEN_UP_AFTER,
    GONE,
    OVERLOADED,
    next_attempt,
    rest,
    retry_after,
)
from upnext.webhooks.stopping import disable

CONTEXT = RequestContext(request_id="webhooks")
PURPOSE = "webhook"
# Requests to one endpoint at a time; one that fails gets them one by one.
LANES = 4
# Then the others of its queue get their turn.
BUDGET_SECONDS = 40.0
LONGEST_OVERLOAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    webhook: Webhook
    keys: Sequence[SigningKey]
    deliveries: Sequence[Delivery]


async def send(runtime: Runtime, webhook_id: UUID) -> None:
    """Until nothing is due, or the time is up. Each outcome is kept at once."""
    end = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < end:
        found = await _next_round(runtime, webhook_id)
        if found is None:
            return
        await asyncio.gather(*(_send(runtime, found, one) for one in found.deliveries))


async def _next_round(runtime: Runtime, webhook_id: UUID) -> Round | None:
    now = runtime.clock.now()
    async with runtime.db.read() as session:
        webhook = await session.scalar(queries.one(webhook_id))
        if webhook is None or not webhook.enabled or (webhook.rests_until or now) > now:
            return None
        owner = await owner_of(session, webhook)
        lanes = 1 if webhook.failures >= FAILURES_TO_REST else LANES
        due = list(await session.scalars(queries.due(webhook_id, now, lanes)))
    if owner is None:
        stop = partial(disable, webhook_id=webhook_id, why=Disabled.OWNER_GONE)
        await runtime.workshop.run(CONTEXT, stop)
        return None
    if not due:
        return None
    hidden = [one for one in due if not _sees(owner, webhook, one)]
    if hidden:
        await runtime.workshop.run(CONTEXT, partial(_skip, deliveries=hidden, now=now))
    shown = [one for one in due if one not in hidden]
    return Round(webhook, signing_keys(runtime.keys, webhook, now), shown)


def _sees(owner: Actor, webhook: Webhook, one: Delivery) -> bool:
    role = owner.role_in(webhook.workspace_id, one.project_id)
    return role in ADMINS if one.restricted else role is not None


def signing_keys(ring: KeyRing, webhook: Webhook, now: datetime) -> list[SigningKey]:
    """The current one first, then the one before as long as both count."""
    stored = [webhook.keys]
    if webhook.previous_keys is not None and (webhook.previous_until or now) > now:
        stored.append(webhook.previous_keys)
    bound = webhook.id.bytes
    return [SigningKey.load(ring.decrypt(PURPOSE, one, bound_to=bound)) for one in stored]


async def _skip(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> None:
    values = {"state": DeliveryState.SKIPPED, "next_at": None, "finished_at": now}
    for one in deliveries:
        await session.execute(queries.settle(one.id, one.attempts, values))


async def _send(runtime: Runtime, found: Round, one: Delivery) -> None:
    webhook, began = found.webhook, runtime.clock.now()
    context = await _asked_by(runtime, one) if tracing.on() else CONTEXT
    with tracing.call(context, "webhook", {"upnext.webhook_id": str(webhook.id)}) as span:
        called = await deliver(
            runtime.outbound,
            webhook.url,
            one.body.encode(),
            call_id=str(one.event_id),
            now=began,
            keys=found.keys,
        )
        facts = {"http.response.status_code": called.status or 0}
        span.tell("webhook", facts, failed=not called.good)
    runtime.metrics.webhooks.labels("delivered" if called.good else "failed").inc()
    now = runtime.clock.now()
    kept = partial(_keep, webhook=webhook, one=one, called=called, began=began, now=now)
    await runtime.workshop.run(CONTEXT, kept)


async def _asked_by(runtime: Runtime, one: Delivery) -> RequestContext:
    """The request whose change is told of, for the trace to go on from there."""
    async with runtime.db.read() as session:
        row = (await session.execute(queries.request_behind(one.event_id))).one_or_none()
    return RequestContext(request_id=row[0], trace_id=row[1]) if row and row[0] else CONTEXT


async def _keep(
    session: AsyncSession,
    webhook: Webhook,
    one: Delivery,
    called: Called,
    began: datetime,
    now: datetime,
) -> None:
    session.add(_attempt(webhook, one, called, began))
    if called.good:
        await session.execute(queries.worked(webhook.id, now))
        values = _outcome(one, called, DeliveryState.DELIVERED, None, now)
        await session.execute(queries.settle(one.id, one.attempts, values))
        return
    asked = retry_after(called.headers, now)
    again = next_attempt(one.attempts + 1, now, asked=asked)
    if called.status == GONE:
        again = None
    state = DeliveryState.PENDING if again else DeliveryState.FAILED
    values = _outcome(one, called, state, again, now)
    await session.execute(queries.settle(one.id, one.attempts, values))
    await session.execute(queries.failed(webhook.id, now, _rests(webhook, called, asked, now)))
    if why := _given_up(webhook, called, now):
        await disable(session, webhook.id, why)


def _rests(
    webhook: Webhook, called: Called, asked: timedelta | None, now: datetime
) -> datetime | None:
    longest = rest(webhook.failures + 1) or timedelta()
    if asked and called.status in OVERLOADED:
        longest = max(longest, min(asked, LONGEST_OVERLOAD))
    return now + longest if longest else None


def _given_up(webhook: Webhook, called: Called, now: datetime) -> Disabled | None:
    if called.status == GONE:
        return Disabled.GONE
    since = webhook.failing_since
    return Disabled.FAILING if since and now - since >= GIVEN_UP_AFTER else None


def _outcome(
    one: Delivery, called: Called, state: DeliveryState, again: datetime | None, now: datetime
) -> dict[str, Any]:
    return {
        "state": state,
        "attempts": one.attempts + 1,
        "next_at": again,
        "last_status": called.status,
        "last_error": called.error,
        "finished_at": None if again else now,
    }


def _attempt(webhook: Webhook, one: Delivery, called: Called, began: datetime) -> DeliveryAttempt:
    return DeliveryAttempt(
        delivery_id=one.id,
        at=began,
        url=webhook.url,
        duration_ms=round(called.seconds * 1_000),
        status=called.status,
        error=called.error,
        detail=called.detail,
        response_headers=dict(called.headers),
        response_body=called.body,
    )
