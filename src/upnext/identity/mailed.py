"""Tokens that go out by mail: proof that somebody reads what is sent to an address.

A token is made by the job that mails it, is stored as a digest, and is good once. Where it was sent
is part of it: it does nothing once the account has another address.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import record, unit_of
from upnext.core.errors import BadRequest, Conflict, invalid_field
from upnext.core.ids import new_id
from upnext.core.jobs.queue import enqueue
from upnext.core.mail import Letter, Sealed, link, render, seal, send_later
from upnext.core.runtime import Runtime
from upnext.identity import names, passwords, policy, queries
from upnext.identity.events import EmailVerified
from upnext.identity.models import MailPurpose, MailToken, User

VERIFY_MAIL: Final = "identity.verify_mail"
RESET_MAIL: Final = "identity.reset_mail"
PREFIX: Final = "upn_mail_"
SECRET_BYTES: Final = 32
LIFETIME: Final = {
    MailPurpose.VERIFY: timedelta(days=3),
    MailPurpose.RESET: timedelta(hours=1),
}
PAGE: Final = {MailPurpose.VERIFY: "verify-email", MailPurpose.RESET: "reset-password"}
# Nobody's mailbox is filled by others who type the address.
MOST_IN_AN_HOUR: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A token that was made, and the letter that brings it; neither has left."""

    user_id: UUID
    email_key: str
    purpose: MailPurpose
    digest: bytes
    sealed: Sealed


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


# Asking for a mail


async def ask_to_verify(session: AsyncSession, user: User) -> None:
    await enqueue(session, VERIFY_MAIL, {"user_id": str(user.id)})


async def ask_to_reset(session: AsyncSession, email: str) -> None:
    """Whether there is such an account is looked up by the job: nobody can tell by the time it
    takes. Asking again while the job waits adds nothing."""
    asked = hashlib.sha256(names.key(email).encode()).hexdigest()
    await enqueue(session, RESET_MAIL, {"email": email}, key=f"reset:{asked}")


def check_unverified(user: User) -> None:
    if user.email_verified_at is not None:
        raise Conflict("This address is verified already.", code="already_verified")


# Making it, in a job


async def prepare(runtime: Runtime, user: User | None, purpose: MailPurpose) -> Prepared | None:
    """None for whoever gets no such mail."""
    if user is None or user.disabled_at is not None:
        return None
    if purpose is MailPurpose.VERIFY and user.email_verified_at is not None:
        return None
    since = runtime.clock.now() - timedelta(hours=1)
    async with runtime.db.read() as session:
        sent = await session.scalar(queries.mailed_since(user.id, purpose, since)) or 0
    if sent >= MOST_IN_AN_HOUR:
        return None
    token = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    parts = render(
        "upnext.identity",
        purpose,
        name=user.name,
        url=link(runtime.settings, PAGE[purpose], token),
        hours=int(LIFETIME[purpose].total_seconds() // 3_600),
    )
    letter = Letter(id=new_id(), to=user.email, **parts._asdict())
    return Prepared(
        user_id=user.id,
        email_key=user.email_key,
        purpose=purpose,
        digest=digest(token),
        sealed=seal(runtime.keys, letter),
    )


async def keep(session: AsyncSession, prepared: Prepared | None) -> None:
    """The token counts from now on and those before it do not; the letter leaves."""
    if prepared is None:
        return
    now = unit_of(session).now
    await session.execute(queries.void(prepared.user_id, prepared.purpose, now))
    row = MailToken(
        user_id=prepared.user_id,
        purpose=prepared.purpose,
        email_key=prepared.email_key,
        hash=prepared.digest,
        created_at=now,
        expires_at=now + LIFETIME[prepared.purpose],
    )
    session.add(row)
    await session.flush()
    await send_later(session, prepared.sealed)


# Using it


async def verify(session: AsyncSession, token: str) -> None:
    user = await _use(session, MailPurpose.VERIFY, token)
    await confirm(session, user)


async def use_reset(session: AsyncSession, token: str) -> UUID:
    """Whose password it may set. Who got the mail reads what is sent to that address."""
    user = await _use(session, MailPurpose.RESET, token)
    await confirm(session, user)
    return user.id


async def void_resets(session: AsyncSession, user_id: UUID) -> None:
    """After a new password, however it came about, none that was asked for before counts."""
    await session.execute(queries.void(user_id, MailPurpose.RESET, unit_of(session).now))


async def owner(session: AsyncSession, purpose: MailPurpose, token: str, now: datetime) -> User:
    """Raises BadRequest, with the same words for every reason."""
    return (await _find(session, purpose, token, now, lock=False))[1]


def check_password(password: str, user: User) -> None:
    if reason := passwords.weakness(password, user.email, user.username):
        raise invalid_field("/new_password", reason, "weak_password")


async def _use(session: AsyncSession, purpose: MailPurpose, token: str) -> User:
    now = unit_of(session).now
    row, user = await _find(session, purpose, token, now, lock=True)
    row.used_at = now
    await session.flush()
    return user


async def _find(
    session: AsyncSession, purpose: MailPurpose, token: str, now: datetime, *, lock: bool
) -> tuple[MailToken, User]:
    statement = queries.mail_token(digest(token), purpose)
    if lock:
        statement = statement.with_for_update()
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        raise _bad_token()
    row, user = found
    over = row.used_at is not None or row.expires_at <= now
    if over or row.email_key != user.email_key or user.disabled_at is not None:
        raise _bad_token()
    return row, user


async def confirm(session: AsyncSession, user: User) -> None:
    """Somebody read what was sent to the account's address."""
    if user.email_verified_at is not None:
        return
    now = unit_of(session).now
    user.email_verified_at = user.updated_at = now
    await session.flush()
    change = EmailVerified(resource_id=user.id, version=user.version)
    await record(session, policy.account_of(user.id), change)


def _bad_token() -> BadRequest:
    return BadRequest(
        "This link was used before, or is too old. Ask for another one.", code="bad_mail_token"
    )
