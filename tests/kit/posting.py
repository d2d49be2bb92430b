"""The jobs that a test waits for, done at once; and the mails that came of them.

The database is shared with other tests, whose jobs are left alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext import manifest
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.jobs import Attempt, JobState
from upnext.core.jobs.models import Job
from upnext.core.mail import Sealed, opened
from upnext.core.mail.sending import SEND
from upnext.core.mail.transports import PART
from upnext.core.runtime import Runtime

CONTEXT = RequestContext(request_id="posting")
TOKEN = re.compile(r"#token=([\w-]+)")
Matches = Callable[[Mapping[str, Any]], bool]


@dataclass
class Box:
    """A way out that ends here."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def send(self, mail: EmailMessage) -> None:
        self.mails.append(mail)


@dataclass
class Post:
    runtime: Runtime
    box: Box = field(default_factory=Box)

    def __post_init__(self) -> None:
        self.runtime.parts[PART] = self.box

    async def do(
        self, kind: str, matches: Matches = lambda _: True, *, workspace_id: str | None = None
    ) -> int:
        """Does the jobs of a kind whose arguments match, of one workspace; returns how many. Their
        errors come through."""
        async with self.runtime.db.read() as session:
            waiting = select(Job).where(Job.kind == kind, Job.state == JobState.PENDING)
            if workspace_id is not None:
                waiting = waiting.where(Job.workspace_id == UUID(workspace_id))
            jobs = [job for job in await session.scalars(waiting) if matches(job.args)]
        for job in jobs:
            await self._do(job)
        return len(jobs)

    async def _do(self, job: Job) -> None:
        handler = manifest.JOBS[job.kind]
        attempt = Attempt(
            job_id=job.id,
            kind=job.kind,
            args=job.args,
            workspace_id=job.workspace_id,
            number=1,
            max_attempts=job.max_attempts,
            token=new_id(),
            context=CONTEXT,
        )
        result = await handler.perform(self.runtime, attempt) if handler.perform else None

        async def apply(session: AsyncSession) -> None:
            if handler.apply:
                await handler.apply(session, attempt, result)
            done = (
                update(Job)
                .where(Job.id == job.id)
                .values(state=JobState.COMPLETED, dedupe_key=None)
            )
            await session.execute(done)

        await self.runtime.workshop.run(CONTEXT, apply)

    async def to(self, address: str) -> list[EmailMessage]:
        """Sends what waits for an address, and gives all that was ever sent there."""
        keys = self.runtime.keys
        await self.do(SEND, lambda args: opened(keys, Sealed(dict(args))).to == address)
        return [mail for mail in self.box.mails if mail["To"] == address]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_in(mail: EmailMessage) -> str:
    found = TOKEN.search(text_of(mail))
    assert found
    return found[1]
