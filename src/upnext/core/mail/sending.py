"""The job that sends: it runs again when the server postpones, and ends when that refuses."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler, PermanentJobError
from upnext.core.jobs.models import JobPriority
from upnext.core.jobs.queue import enqueue
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.keys import BadCiphertext
from upnext.core.mail import queries
from upnext.core.mail.letters import Letter, Sealed, compose, opened
from upnext.core.mail.ports import Refused
from upnext.core.mail.transports import mail_of
from upnext.core.runtime import Runtime

log = structlog.get_logger("upnext.mail")

SEND: Final = "mail.send"
SWEEP: Final = "mail.sweep"
# Greylisting servers want a quarter of an hour, and one that is being mended some hours.
ATTEMPTS: Final = 14
TIMEOUT: Final = 45.0
COUNTED_FOR: Final = timedelta(days=1)


async def send_later(
    session: AsyncSession,
    sealed: Sealed,
    *,
    workspace_id: UUID | None = None,
    run_at: datetime | None = None,
) -> None:
    """In the caller's transaction: what is rolled back is never sent."""
    await enqueue(
        session,
        SEND,
        sealed,
        workspace_id=workspace_id,
        run_at=run_at,
        max_attempts=ATTEMPTS,
        priority=JobPriority.HIGH,
    )


async def perform(runtime: Runtime, attempt: Attempt) -> Mapping[str, Any]:
    """Hands the letter over, unless its recipient got enough in this hour."""
    try:
        letter = opened(runtime.keys, Sealed(dict(attempt.args)))
    except BadCiphertext as error:
        raise PermanentJobError(str(error)) from error
    now = runtime.clock.now()
    recipient, hour = _digest(letter), _hour(now)
    async with runtime.db.read() as session:
        sent = await session.scalar(queries.sent(recipient, hour)) or 0
    told = {"recipient": recipient, "hour": hour}
    if sent >= runtime.settings.mail.per_hour:
        log.warning("mail_held_back", letter_id=str(letter.id), sent=sent)
        return {**told, "held": True}
    try:
        await mail_of(runtime).send(compose(letter, runtime.settings.mail, now))
    except Refused as error:
        raise PermanentJobError(str(error)) from error
    log.info("mail_sent", letter_id=str(letter.id))
    return {**told, "held": False}


async def apply(session: AsyncSession, attempt: Attempt, told: Mapping[str, Any]) -> None:
    """Counts it, or lets it wait for the next hour: that is no failed attempt."""
    recipient, hour = told["recipient"], told["hour"]
    if told["held"]:
        await send_later(
            session,
            Sealed(dict(attempt.args)),
            workspace_id=attempt.workspace_id,
            run_at=hour + timedelta(hours=1),
        )
        return
    await session.execute(queries.first(session.get_bind().dialect.name, recipient, hour))
    await session.execute(queries.count(recipient, hour))


def _digest(letter: Letter) -> bytes:
    return hashlib.sha256(letter.to.casefold().encode()).digest()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await session.execute(queries.counted_before(unit_of(session).now - COUNTED_FOR))


HANDLERS = (
    JobHandler(kind=SEND, perform=perform, apply=apply, timeout=TIMEOUT),
    JobHandler(kind=SWEEP, apply=sweep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),)
