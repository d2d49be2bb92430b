"""Proving a password: one at a time for each account and address, and the failures count.

Nothing here runs inside a transaction of the caller: hashing takes long, and a failure must stay
counted although the login fails.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import ANONYMOUS, INSTANCE, Actor
from upnext.core.changes import record
from upnext.core.context import RequestContext
from upnext.core.errors import Forbidden, LostRace, Unauthorized
from upnext.core.runtime import Runtime
from upnext.identity import names, passwords, queries, throttle
from upnext.identity.events import LoginRefused
from upnext.identity.models import User
from upnext.identity.throttle import Attempt

log = structlog.get_logger("upnext.identity")

# One more than can hash, so that the next has read its account by then.
DESKS = passwords.PARALLEL + 1


@dataclass(frozen=True, slots=True)
class Proved:
    """An account, and the stored hash that the password was right for."""

    user_id: UUID
    password_hash: str
    upgraded: str | None


class Turns:
    """Who may try now: one after the other for each key, so that a burst of guesses counts as the
    same many; and few at once in all, so that a flood leaves the database to everybody else."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._desks = asyncio.Semaphore(DESKS)
        self._inside = 0

    @asynccontextmanager
    async def take(self, key: str) -> AsyncIterator[None]:
        """Raises Unavailable when too many wait already."""
        if self._inside >= passwords.LONGEST_QUEUE:
            raise passwords.crowded()
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._inside += 1
        try:
            async with lock, self._desks:
                yield
        finally:
            self._inside -= 1


def _turns(runtime: Runtime) -> Turns:
    turns: Turns = runtime.parts.setdefault("login_turns", Turns())
    return turns


async def prove(
    runtime: Runtime, context: RequestContext, attempt: Attempt, name: str, password: str
) -> Proved:
    """Raises Unauthorized, and TooMany for whoever guesses; an unknown name costs as much."""
    key = names.key(name)
    statement = queries.user_by_email(key) if "@" in key else queries.user_by_username(key)
    async with _turns(runtime).take(attempt.pair_key):
        async with runtime.db.read() as session:
            await throttle.check(session, attempt, runtime.clock.now())
            user = await session.scalar(statement)
        return await _judge(runtime, context, attempt, user, password, ANONYMOUS)


async def prove_again(
    runtime: Runtime, context: RequestContext, attempt: Attempt, user_id: UUID, password: str
) -> Proved:
    """As `prove`, for somebody who is logged in: a found access token shall not be a key."""
    async with _turns(runtime).take(attempt.pair_key):
        async with runtime.db.read() as session:
            await throttle.check(session, attempt, runtime.clock.now())
            user = await session.scalar(queries.user(user_id))
        own = Actor(kind="user", user_id=user_id)
        return await _judge(runtime, context, attempt, user, password, own)


async def _judge(
    runtime: Runtime,
    context: RequestContext,
    attempt: Attempt,
    user: User | None,
    password: str,
    actor: Actor,
) -> Proved:
    stored = user.password_hash if user else None
    verified = await passwords.verify(password, stored)
    if user is not None and verified.matches:
        return Proved(user.id, user.password_hash, verified.upgraded)

    async def count(session: AsyncSession) -> None:
        failures = await throttle.count(session, attempt, runtime.clock.now())
        if failures is not None:
            account = user.id if user else INSTANCE
            change = LoginRefused(resource_id=account, diff={"failures": (None, failures)})
            await record(session, actor, change)

    await runtime.workshop.run(context, count)
    log.info("login_refused", ip=context.ip, user_id=str(user.id) if user else None)
    raise Unauthorized(
        "The name or the password is wrong.",
        code="bad_credentials",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def admit(session: AsyncSession, attempt: Attempt, proved: Proved) -> User:
    """The account, ready for a session. Raises Forbidden if it is disabled."""
    user = await session.scalar(queries.user(proved.user_id, lock=True))
    if user is None or user.password_hash != proved.password_hash:
        raise LostRace  # changed since: the old password has to be proved again
    if user.disabled_at is not None:
        raise Forbidden(
            "This account is disabled. Ask your administrator.", code="account_disabled"
        )
    await throttle.forgive(session, attempt)
    if proved.upgraded is not None:
        user.password_hash = proved.upgraded
        await session.flush()
    return user
