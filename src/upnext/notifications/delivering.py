"""What leaves: one delivery, to one mailbox, browser or service.

Between being told and leaving, a night may pass: whether its reader may still see what it is about
is asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import INSTANCE
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.ids import new_id
from upnext.core.mail import Letter, Sealed, link, render, seal, send_later
from upnext.core.runtime import Runtime
from upnext.identity.models import User
from upnext.notifications import catalog, elsewhere, push, queries, unsubscribing
from upnext.notifications.models import Channel, Delivery, Notification, State
from upnext.notifications.ports import Gone, Refused

PACKAGE: Final = "upnext.notifications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a delivery ended; with a letter that waits to be sent, or a browser to forget."""

    delivery_id: UUID
    state: State
    letter: Sealed | None = None
    gone: UUID | None = None


async def deliver(runtime: Runtime, delivery_id: UUID) -> Outcome | None:
    """Raises Postponed when it shall be tried again. None for what has ended already."""
    async with runtime.db.read() as session:
        found = (await session.execute(queries.delivery(delivery_id))).one_or_none()
        if found is None or found[0].state is not State.PENDING:
            return None
        delivery, notification, user = found
        if not await _may_see(session, notification):
            return Outcome(delivery_id=delivery_id, state=State.DROPPED)
        if delivery.channel not in catalog.chosen(user.notifications, notification.event):
            return Outcome(delivery_id=delivery_id, state=State.DROPPED)
        way = await _way(session, runtime, delivery)
    data = readable(notification.data, user)
    if delivery.channel is Channel.EMAIL:
        letter = _letter(runtime, notification, user, data)
        return Outcome(delivery_id=delivery_id, state=State.SENT, letter=letter)
    if way is None:
        return Outcome(delivery_id=delivery_id, state=State.DROPPED)
    return await _send(runtime, delivery, notification, way, data)


async def _may_see(session: AsyncSession, row: Notification) -> bool:
    if row.project_id is not None:
        return bool(await rows_of(session, queries.seers([row.project_id], [row.user_id])))
    if row.workspace_id == INSTANCE:
        return True
    return bool(await rows_of(session, queries.members([row.workspace_id], [row.user_id])))


Way = push.Subscription | str


async def _way(session: AsyncSession, runtime: Runtime, delivery: Delivery) -> Way | None:
    """The browser, or the URL; None when its owner removed it."""
    if delivery.channel is Channel.PUSH:
        browser = await session.scalar(queries.subscription(delivery.target_id))
        return push.opened(runtime.keys, browser.sealed, browser.id.bytes) if browser else None
    if delivery.channel is Channel.APPRISE:
        target = await session.scalar(queries.target(delivery.target_id))
        return elsewhere.opened(runtime.keys, target.sealed, target.id.bytes) if target else None
    return None


async def _send(
    runtime: Runtime, delivery: Delivery, row: Notification, way: Way, data: Mapping[str, Any]
) -> Outcome:
    title, text = catalog.title_of(row.event, data), catalog.text_of(row.event, data)
    try:
        if isinstance(way, str):
            await elsewhere.send(runtime, way, title, f"{text}\n{_page(runtime, row)}")
        else:
            told = {
                "id": str(row.id),
                "event": row.event,
                "title": title,
                "body": text,
                "url": _page(runtime, row),
            }
            await push.send(runtime, way, told)
    except Gone:
        return Outcome(delivery_id=delivery.id, state=State.FAILED, gone=delivery.target_id)
    except Refused:
        return Outcome(delivery_id=delivery.id, state=State.FAILED)
    return Outcome(delivery_id=delivery.id, state=State.SENT)


async def end(session: AsyncSession, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    now = unit_of(session).now
    await session.execute(queries.end_delivery(outcome.delivery_id, outcome.state, now))
    if outcome.gone is not None:
        await session.execute(queries.drop_subscription(outcome.gone))
    if outcome.letter is not None:
        await send_later(session, outcome.letter)


def readable(data: Mapping[str, Any], user: User) -> dict[str, Any]:
    """With moments as the reader's clock has them."""
    found = dict(data)
    if due := found.get("due"):
        at = datetime.fromisoformat(due).astimezone(ZoneInfo(user.time_zone))
        found["due"] = f"{at.day} {at:%B %Y, %H:%M}"
    return found


def _page(runtime: Runtime, row: Notification) -> str:
    return link(runtime.settings, f"tasks/{row.task_id}" if row.task_id else "notifications")


def _letter(runtime: Runtime, row: Notification, user: User, data: Mapping[str, Any]) -> Sealed:
    url = unsubscribing.address(runtime.settings, runtime.keys, user.id, row.event)
    parts = render(
        PACKAGE,
        "event",
        name=user.name,
        title=catalog.title_of(row.event, data),
        text=catalog.text_of(row.event, data),
        url=_page(runtime, row),
        settings_url=link(runtime.settings, "settings/notifications"),
        unsubscribe_url=url,
    )
    letter = Letter(id=new_id(), to=user.email, unsubscribe=url, **parts._asdict())
    return seal(runtime.keys, letter)
