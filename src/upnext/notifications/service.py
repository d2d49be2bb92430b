"""The use cases of a person's own notifications, choices, and places to be reached."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, LostRace, NotFound, invalid_field
from upnext.core.ids import new_id
from upnext.core.keys import KeyRing
from upnext.core.load import check_version
from upnext.core.paging import read_cursor, write_cursor
from upnext.identity import service as identity
from upnext.identity.models import User
from upnext.notifications import catalog, elsewhere, push, queries
from upnext.notifications.events import (
    PreferenceUpdated,
    PushSubscribed,
    PushUnsubscribed,
    TargetCreated,
    TargetDeleted,
)
from upnext.notifications.models import Notification, Preference, PushSubscription, Target
from upnext.notifications.quiet import next_digest
from upnext.notifications.schemas import (
    PreferencesIn,
    PreferencesRead,
    PushSubscribe,
    QuietHours,
    TargetCreate,
)

MOST_BROWSERS: Final = 20
MOST_TARGETS: Final = 20
HIDDEN: Final = "(set)"


async def find(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    *,
    limit: int,
    cursor: str | None,
    unread: bool,
) -> tuple[list[Notification], str | None, int]:
    """Those that the actor may still see, the newest first; and how many are unread."""
    behind = read_cursor(keys, queries.NEWEST, cursor) if cursor else None
    statement = queries.page(actor, behind, limit, unread=unread)
    found = list(await session.scalars(statement))
    count = await session.scalar(queries.unread(actor)) or 0
    if len(found) <= limit:
        return found, None, count
    return found[:limit], write_cursor(keys, queries.NEWEST, [found[limit - 1].id]), count


async def mark(
    session: AsyncSession, actor: Actor, notification_id: UUID, *, read: bool
) -> Notification:
    row = await _own(session, actor, notification_id)
    if read is not (row.read_at is not None):
        row.read_at = unit_of(session).now if read else None
        await session.flush()
    return row


async def mark_all(session: AsyncSession, actor: Actor, up_to: UUID | None) -> int:
    now = unit_of(session).now
    done = await session.execute(queries.mark_all(actor.user_id, now, up_to))
    return cast(CursorResult[Any], done).rowcount


async def delete(session: AsyncSession, actor: Actor, notification_id: UUID) -> None:
    """It is not shown any more; that its reader was told stays known."""
    row = await _own(session, actor, notification_id)
    row.shown = False
    await session.flush()


async def _own(session: AsyncSession, actor: Actor, notification_id: UUID) -> Notification:
    row = await session.scalar(queries.own(actor.user_id, notification_id))
    if row is None or row.project_id in actor.hidden:
        raise NotFound("There is no such notification.")
    return row


# Choices


async def preferences(session: AsyncSession, user_id: UUID) -> PreferencesRead:
    user = await identity.load(session, user_id)
    return _read(user, await session.scalar(queries.preference(user_id)))


def _read(user: User, row: Preference | None) -> PreferencesRead:
    quiet = None
    if row is not None and row.quiet_from is not None and row.quiet_until is not None:
        quiet = QuietHours(start=row.quiet_from, until=row.quiet_until)
    return PreferencesRead(
        events=catalog.effective(user.notifications),
        quiet_hours=quiet,
        digest_hour=row.digest_hour if row else None,
        muted_project_ids=[UUID(one) for one in row.muted] if row else [],
        # Both only grow, so no two states have one sum.
        version=user.version + (row.version if row else 0),
    )


async def choose(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    data: PreferencesIn,
    *,
    expected: int | None,
) -> PreferencesRead:
    user = await identity.load(session, user_id, lock=True)
    row = await session.scalar(queries.preference(user_id))
    check_version(_read(user, row).version, expected)
    matrix = {event: [str(one) for one in channels] for event, channels in data.events.items()}
    user = await identity.update(session, actor, user_id, {"notifications": matrix}, expected=None)
    row = await _keep(session, actor, user, row, _values(data))
    return _read(user, row)


def _values(data: PreferencesIn) -> dict[str, Any]:
    quiet = data.quiet_hours
    return {
        "quiet_from": quiet.start if quiet else None,
        "quiet_until": quiet.until if quiet else None,
        "digest_hour": data.digest_hour,
        "muted": sorted({str(one) for one in data.muted_project_ids}),
    }


async def _keep(
    session: AsyncSession,
    actor: Actor,
    user: User,
    row: Preference | None,
    values: Mapping[str, Any],
) -> Preference:
    now = unit_of(session).now
    if row is None:
        row = Preference(user_id=user.id, muted=[], updated_at=now)
        session.add(row)
    diff = {n: (getattr(row, n), v) for n, v in values.items() if getattr(row, n) != v}
    for name, value in values.items():
        setattr(row, name, value)
    hour = row.digest_hour
    row.digest_next_at = None if hour is None else next_digest(now, user.time_zone, hour)
    row.updated_at = now
    await _flush(session)
    if diff:
        change = PreferenceUpdated(resource_id=user.id, version=row.version, diff=diff)
        await record(session, actor, change)
    return row


async def _flush(session: AsyncSession) -> None:
    """The same may be done twice at once: the next attempt finds it."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error


async def silence(session: AsyncSession, user_id: UUID, event: str) -> None:
    """No more mails of this kind, as by the link in one."""
    actor = Actor(kind="user", user_id=user_id)
    user = await identity.load(session, user_id, lock=True)
    if event == catalog.DIGEST:
        row = await session.scalar(queries.preference(user_id))
        if row is not None and row.digest_hour is not None:
            await _keep(session, actor, user, row, {"digest_hour": None})
        return
    if event not in catalog.CATALOG:
        return
    rest = [c for c in catalog.effective(user.notifications)[event] if c != "email"]
    matrix = {**user.notifications, event: [str(one) for one in rest]}
    await identity.update(session, actor, user_id, {"notifications": matrix}, expected=None)


# Browsers


async def browsers(session: AsyncSession, actor: Actor) -> list[PushSubscription]:
    return list(await session.scalars(queries.subscriptions_of(actor.user_id)))


async def subscribe(
    session: AsyncSession, actor: Actor, keys: KeyRing, user_id: UUID, data: PushSubscribe
) -> PushSubscription:
    """A browser that is known already gets its new keys and name."""
    given = push.Subscription(data.endpoint, data.keys.p256dh, data.keys.auth)
    try:
        push.check(given)
    except ValueError:
        raise invalid_field("/keys", "These are no keys of a browser.", "bad_push_keys") from None
    digest = hashlib.sha256(data.endpoint.encode()).digest()
    row = await session.scalar(queries.subscribed(user_id, digest))
    if row is None:
        if len(await browsers(session, actor)) >= MOST_BROWSERS:
            raise Conflict(
                f"You have {MOST_BROWSERS} browsers, which is the most. Remove one first.",
                code="too_many_browsers",
            )
        row = PushSubscription(
            id=new_id(),
            user_id=user_id,
            endpoint_hash=digest,
            created_at=unit_of(session).now,
        )
    row.name, row.sealed = data.name, push.seal(keys, given, row.id.bytes)
    session.add(row)
    await _flush(session)
    diff = {"name": (None, row.name)}
    await record(session, actor, PushSubscribed(resource_id=row.id, diff=diff))
    return row


async def unsubscribe(session: AsyncSession, actor: Actor, row_id: UUID) -> None:
    row = next((one for one in await browsers(session, actor) if one.id == row_id), None)
    if row is None:
        raise NotFound("There is no such browser.")
    await session.delete(row)
    await session.flush()
    diff = {"name": (row.name, None)}
    await record(session, actor, PushUnsubscribed(resource_id=row.id, diff=diff))


# Other services


async def targets(session: AsyncSession, actor: Actor) -> list[Target]:
    return list(await session.scalars(queries.targets_of(actor.user_id)))


def judged(url: str) -> str:
    """The kind of an Apprise URL. Raises Invalid. Brings the library, so call it outside of a
    transaction."""
    try:
        return elsewhere.kind_of(url)
    except ValueError as error:
        raise invalid_field("/url", str(error), "bad_target") from None


async def add_target(
    session: AsyncSession, actor: Actor, keys: KeyRing, user_id: UUID, data: TargetCreate, kind: str
) -> Target:
    if len(await targets(session, actor)) >= MOST_TARGETS:
        raise Conflict(
            f"You have {MOST_TARGETS} services, which is the most. Remove one first.",
            code="too_many_targets",
        )
    row_id = new_id()
    row = Target(
        id=row_id,
        user_id=user_id,
        name=data.name,
        kind=kind,
        sealed=elsewhere.seal(keys, data.url, row_id.bytes),
        created_at=unit_of(session).now,
    )
    session.add(row)
    await session.flush()
    diff = {"name": (None, row.name), "kind": (None, kind), "url": (None, HIDDEN)}
    await record(session, actor, TargetCreated(resource_id=row.id, diff=diff))
    return row


async def remove_target(session: AsyncSession, actor: Actor, row_id: UUID) -> None:
    row = next((one for one in await targets(session, actor) if one.id == row_id), None)
    if row is None:
        raise NotFound("There is no such service.")
    await session.delete(row)
    await session.flush()
    diff = {"name": (row.name, None)}
    await record(session, actor, TargetDeleted(resource_id=row.id, diff=diff))
