"""The job of a letter: greylisted and sent in the end, once; and no flood for one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.core.mail.test_ways_out import Post, server
from tests.kit.app import settings_for
from upnext.core.clock import FrozenClock
from upnext.core.config.mail import MailSettings
from upnext.core.context import RequestContext
from upnext.core.jobs import Attempt
from upnext.core.jobs.models import Job
from upnext.core.mail import Letter, Postponed, sending
from upnext.core.mail.letters import seal
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

NOW = datetime(2026, 5, 4, 12, 40, tzinfo=UTC)
HOUR = NOW.replace(minute=0)


@asynccontextmanager
async def sender(
    url: str, folder: Path, settings: MailSettings, clock: FrozenClock
) -> AsyncIterator[Runtime]:
    found = settings_for(
        url,
        folder,
        EMAIL_HOST=str(settings.host),
        EMAIL_PORT=str(settings.port),
        EMAIL_TLS="none",
        EMAIL_FROM="upnext@example.org",
        UPNEXT_EMAIL_PER_HOUR="2",
    )
    runtime = build_runtime(found, clock)
    try:
        yield runtime
    finally:
        await close(runtime)


def attempt_of(runtime: Runtime, to: str) -> Attempt:
    letter = Letter(id=uuid4(), to=to, subject="S", text="T", html="<p>T</p>")
    return Attempt(
        job_id=uuid4(),
        kind=sending.SEND,
        args=seal(runtime.keys, letter),
        workspace_id=UUID(int=0),
        number=1,
        max_attempts=sending.ATTEMPTS,
        token=uuid4(),
        context=RequestContext(request_id="mail"),
    )


async def deliver(runtime: Runtime, attempt: Attempt) -> bool:
    """Both halves of the job, as its runner does them; whether it left."""
    told = await sending.perform(runtime, attempt)

    async def apply(session: AsyncSession) -> None:
        await sending.apply(session, attempt, told)

    await runtime.workshop.run(attempt.context, apply)
    return not told["held"]


async def test_a_greylisted_mail_arrives_later_and_once(database_url: str, tmp_path: Path) -> None:
    post, clock = Post(rcpt="451 4.7.1 Greylisted, come back"), FrozenClock(NOW)
    with server(post) as settings:
        async with sender(database_url, tmp_path, settings, clock) as runtime:
            attempt = attempt_of(runtime, f"{uuid4()}@example.org")
            with pytest.raises(Postponed):
                await deliver(runtime, attempt)
            post.rcpt = "250 OK"
            assert await deliver(runtime, replace(attempt, number=2))
    (content,) = post.took
    letter_id = attempt.args["letter_id"]
    assert message_from_bytes(content)["Message-ID"] == f"<{letter_id}@example.org>"


async def test_one_address_gets_so_many_in_an_hour(database_url: str, tmp_path: Path) -> None:
    post, to, clock = Post(), f"{uuid4()}@example.org", FrozenClock(NOW)
    with server(post) as settings:
        async with sender(database_url, tmp_path, settings, clock) as runtime:
            attempts = [attempt_of(runtime, each) for each in (to, to.upper(), to)]
            assert [await deliver(runtime, each) for each in attempts] == [True, True, False]
            # Others are not held up by it, and it waits for the next hour.
            assert await deliver(runtime, attempt_of(runtime, f"other-{to}"))
            async with runtime.db.read() as session:
                waiting = list(await session.scalars(select(Job).where(Job.kind == sending.SEND)))
            [held] = [job for job in waiting if job.args == attempts[2].args]
            assert held.run_at == HOUR + timedelta(hours=1)
            clock.advance(timedelta(hours=1))
            assert await deliver(runtime, attempts[2])

            async with runtime.db.writer.begin() as connection:
                await connection.execute(delete(Job).where(Job.id == held.id))
    assert len(post.took) == 4
