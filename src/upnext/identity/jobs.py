"""What identity does in the background: mails with links, and forgetting what is long over."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.tick import ScheduleSpec
from upnext.core.runtime import Runtime
from upnext.identity import mailed, names, queries, service
from upnext.identity.mailed import Prepared
from upnext.identity.models import MailPurpose

SWEEP = "identity.sweep"


async def sweep(session: AsyncSession, _: Attempt, __: object) -> None:
    await service.sweep(session, unit_of(session).now)


async def prepare_verification(runtime: Runtime, attempt: Attempt) -> Prepared | None:
    async with runtime.db.read() as session:
        user = await session.scalar(queries.user(UUID(attempt.args["user_id"])))
    return await mailed.prepare(runtime, user, MailPurpose.VERIFY)


async def prepare_reset(runtime: Runtime, attempt: Attempt) -> Prepared | None:
    async with runtime.db.read() as session:
        user = await session.scalar(queries.user_by_email(names.key(attempt.args["email"])))
    return await mailed.prepare(runtime, user, MailPurpose.RESET)


async def keep(session: AsyncSession, _: Attempt, prepared: Prepared | None) -> None:
    await mailed.keep(session, prepared)


HANDLERS = (
    JobHandler(kind=SWEEP, apply=sweep),
    JobHandler(kind=mailed.VERIFY_MAIL, perform=prepare_verification, apply=keep),
    JobHandler(kind=mailed.RESET_MAIL, perform=prepare_reset, apply=keep),
)
SCHEDULES = (ScheduleSpec(name=SWEEP, kind=SWEEP, every=timedelta(hours=6)),)
