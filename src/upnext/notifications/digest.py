"""The mail of the morning: what to do next and why, and what one was told and has not read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.ids import new_id
from upnext.core.jobs.queue import enqueue
from upnext.core.lanes import SessionLane
from upnext.core.mail import Letter, Sealed, link, render, seal
from upnext.core.runtime import Runtime
from upnext.identity.models import User
from upnext.notifications import catalog, queries, unsubscribing
from upnext.notifications.quiet import next_digest
from upnext.planning import service as planning
from upnext.planning.asking import within
from upnext.planning.schemas import Question
from upnext.workspaces.actors import actor_for

SEND: Final = "notifications.digest"
LOOK: Final = "notifications.digests"
ACTIONS: Final = 5
REASONS: Final = 3
BATCH: Final = 100
# Whoever was not served by then, since the server slept, waits for the next day.
LATEST: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    id: str
    key: str
    title: str
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    actions: list[Action]
    ineligible: int
    unread: int

    @property
    def is_empty(self) -> bool:
        return not self.actions and not self.unread


async def digest(session: AsyncSession, user_id: UUID, now: datetime) -> Digest:
    """What the person's digest says at this moment, judged by their roles as they are now."""
    credential = Credential(kind="session", id=UUID(int=0), user_id=user_id)
    actor = await actor_for(SessionLane(session), credential)
    question = Question(limit=ACTIONS)
    answer = await planning.next_action(within(session), actor, question, now)
    first = [answer.body["action"]] if answer.body["action"] else []
    return Digest(
        actions=[_action(one) for one in [*first, *answer.body["runners_up"]]],
        ineligible=answer.body["ineligible_count"],
        unread=await session.scalar(queries.unread(actor)) or 0,
    )


def _action(proposal: dict[str, Any]) -> Action:
    task = proposal["task"]
    weighty = sorted(proposal["reasons"], key=lambda reason: -abs(reason["value"]))
    return Action(
        id=str(task["id"]),
        key=task["key"],
        title=task["title"],
        reasons=[reason["text"] for reason in weighty[:REASONS]],
    )


async def send_digest(session: AsyncSession, user_id: UUID, *, key: str | None = None) -> None:
    """Has it written and mailed: also for a schedule's action. Once per `key`, while it waits."""
    await enqueue(session, SEND, {"user_id": str(user_id)}, key=key)


async def look(session: AsyncSession) -> None:
    """Whose hour has come gets a digest, and the time of the next one."""
    now = unit_of(session).now
    rows = (await session.scalars(queries.digests_due(now, BATCH))).all()
    zones = await rows_of(session, queries.zones([row.user_id for row in rows])) if rows else []
    by_user = {row[0]: row[1] for row in zones}
    for row in rows:
        due, hour = row.digest_next_at, row.digest_hour
        row.digest_next_at = None if hour is None else next_digest(now, by_user[row.user_id], hour)
        if due is not None and now - due < LATEST:
            await send_digest(session, row.user_id)
    await session.flush()
    if len(rows) == BATCH:
        await enqueue(session, LOOK, {})


async def prepare(runtime: Runtime, user_id: UUID) -> Sealed | None:
    """The letter; None when there is nothing to say, or nobody to say it to."""
    async with runtime.db.read() as session:
        row = (await session.execute(queries.people([user_id]))).one_or_none()
        if row is None:
            return None
        found = await digest(session, user_id, runtime.clock.now())
    return None if found.is_empty else _letter(runtime, row.User, found)


def _letter(runtime: Runtime, user: User, found: Digest) -> Sealed:
    url = unsubscribing.address(runtime.settings, runtime.keys, user.id, catalog.DIGEST)
    parts = render(
        "upnext.notifications",
        "digest",
        name=user.name,
        digest=found,
        links={one.id: link(runtime.settings, f"tasks/{one.id}") for one in found.actions},
        url=link(runtime.settings, "notifications"),
        settings_url=link(runtime.settings, "settings/notifications"),
        unsubscribe_url=url,
    )
    letter = Letter(id=new_id(), to=user.email, unsubscribe=url, **parts._asdict())
    return seal(runtime.keys, letter)
