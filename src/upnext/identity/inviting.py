"""What identity asks of above: whether somebody without an account was invited to make one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import ANONYMOUS
from upnext.core.changes import Question
from upnext.core.errors import BadRequest
from upnext.core.runtime import Runtime
from upnext.identity import names


@dataclass(frozen=True, slots=True)
class Invited(Question[bool]):
    """Whether the token is that of an invitation to this address which still holds."""

    token: str
    email_key: str
    now: datetime


async def check(session: AsyncSession, runtime: Runtime, email: str, token: str | None) -> None:
    """Nothing without a token. Asked also of a reading session, since the password is hashed
    before the transaction begins."""
    if token is None:
        return
    answer = runtime.workshop.subscribers.asked.get(Invited)
    question = Invited(token, names.key(email), runtime.clock.now())
    if answer is None or not await answer(session, ANONYMOUS, question):
        raise bad_invitation()


def bad_invitation() -> BadRequest:
    return BadRequest(
        "This invitation is not for this address, was used, withdrawn, or is too old. "
        "Ask whoever sent it for another.",
        code="bad_invitation",
    )
