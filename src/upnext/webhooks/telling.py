"""From sealed changes to deliveries, in the transaction that seals them: so none is left out, and
in each workspace they come in the order of the chain."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity.places import Places, locate
from upnext.core.changes import ChangeRow, unit_of
from upnext.core.envelope import Envelope
from upnext.core.ids import new_id
from upnext.tasks.filtering import Fields, FilterError
from upnext.tasks.filtering.asking import understood
from upnext.webhooks import queries
from upnext.webhooks.models import DeliveryState, Disabled, Webhook
from upnext.webhooks.offering import offered, wanted
from upnext.webhooks.owners import owner_of
from upnext.webhooks.stopping import disable
from upnext.webhooks.waking import wake

log = structlog.get_logger("upnext.webhooks")


class Chosen(NamedTuple):
    """An event that an endpoint is to get."""

    change: ChangeRow
    event: Envelope
    project_id: UUID | None
    restricted: bool


async def on_sealed(session: AsyncSession, rows: Sequence[ChangeRow], *, fields: Fields) -> None:
    """Three statements if anybody waits for one of `rows`, and two more per endpoint that does."""
    webhooks = list(await session.scalars(queries.active(rows[0].workspace_id)))
    asked = [row for row in rows if any(_asks(webhook, row) for webhook in webhooks)]
    if not asked:
        return
    places = await locate(session, asked)
    for webhook in webhooks:
        if chosen := await choose(session, webhook, asked, places, fields):
            await add(session, webhook, chosen)
            await wake(session, webhook.id, webhook.workspace_id)


def _asks(webhook: Webhook, row: ChangeRow) -> bool:
    return row.type in offered() and wanted(webhook.events, row.type)


async def choose(
    session: AsyncSession,
    webhook: Webhook,
    rows: Sequence[ChangeRow],
    places: Places,
    fields: Fields,
) -> list[Chosen]:
    """What of `rows` the endpoint asked for, and its owner may see."""
    rows = [row for row in rows if _asks(webhook, row) and _lies_in(webhook, row, places)]
    if not rows:
        return []
    owner = await owner_of(session, webhook)
    if owner is None:
        await disable(session, webhook.id, Disabled.OWNER_GONE)
        return []
    if webhook.filter is not None:
        try:
            now = unit_of(session).now
            _, condition = await understood(session, owner, webhook.filter, now, fields=fields)
        except FilterError as error:
            log.warning("webhook_filter_broke", webhook_id=str(webhook.id), error=str(error))
            await disable(session, webhook.id, Disabled.BAD_FILTER)
            return []
        tasks = {task_id for row in rows if (task_id := _task_of(row))}
        found = set(await session.scalars(queries.matching(tasks, condition)))
        rows = [row for row in rows if _task_of(row) in found]
    events = ((row, places.told(owner, row)) for row in rows)
    return [Chosen(row, event, *places.of(row)) for row, event in events if event is not None]


def _lies_in(webhook: Webhook, row: ChangeRow, places: Places) -> bool:
    return webhook.project_id is None or places.of(row).project_id == webhook.project_id


def _task_of(row: ChangeRow) -> UUID | None:
    """The task that a filter is asked about: the thing itself, or what it belongs to."""
    if row.resource == "task":
        return row.resource_id
    named = next((side for side in row.diff.get("task_id", ())[::-1] if side), None)
    return UUID(named) if named else None


async def add(session: AsyncSession, webhook: Webhook, chosen: Sequence[Chosen]) -> None:
    now = unit_of(session).now
    connection = await session.connection()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "webhook_id": webhook.id,
            "event_id": one.change.id,
            "type": one.change.type,
            "resource_id": one.change.resource_id,
            "seq": one.change.seq,
            "project_id": one.project_id,
            "restricted": one.restricted,
            "body": orjson.dumps(one.event).decode(),
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "next_at": now,
            "created_at": now,
        }
        for one in chosen
    ]
    await connection.execute(queries.add_deliveries(), rows)
