"""Whose request it is: one query per credential and five seconds, for every door."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential, Scope
from upnext.core.context import RequestContext
from upnext.core.errors import AppError
from upnext.core.keys import BadToken
from upnext.core.runtime import Runtime
from upnext.identity import queries, tokens

log = structlog.get_logger("upnext.identity")

# The longest that a revoked credential may work on in a process that was not told.
REMEMBERED = timedelta(seconds=5)
MOST_REMEMBERED = 10_000
# A token's last use is written no more often.
SEEN_EVERY = timedelta(minutes=1)
# Longer than any token of ours; what is longer is not looked at.
LONGEST_TOKEN = 2_000


@dataclass(frozen=True, slots=True)
class Known:
    credential: Credential
    until: datetime


class Authenticator:
    """Registered as `runtime.parts["authenticate"]`; asked by the edge and by every route."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: OrderedDict[bytes, Known] = OrderedDict()
        self._notes: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any]) -> str | None:  # ASGI's own type
        """The id of the user; also leaves `credential` and `user_id` in the scope's state."""
        state = scope["state"]
        if "credential" not in state:
            token = bearer(scope)
            credential = await self.verify(token) if token else None
            state["credential"] = credential
            state["user_id"] = str(credential.user_id) if credential else None
        user_id: str | None = state["user_id"]
        return user_id

    async def verify(self, token: str) -> Credential | None:
        """What the text stands for, or None if it does not hold (any more)."""
        now = self._runtime.clock.now()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and now < known.until:
            return known.credential
        if token.startswith(tokens.PREFIX):
            found = await self._look_up_token(digest, now)
        else:
            found = await self._look_up_session(token, now)
        if found is None:
            self._known.pop(digest, None)
            return None
        self._remember(digest, found)
        return found.credential

    def forget(self, user_id: UUID) -> None:
        """Every credential of the user is looked up again."""
        self._drop(lambda credential: credential.user_id == user_id)

    def forget_credential(self, credential_id: UUID) -> None:
        self._drop(lambda credential: credential.id == credential_id)

    async def settle(self) -> None:
        """Waits for what is still to be written; for the end of a process."""
        await asyncio.gather(*self._notes)

    def _drop(self, matches: Callable[[Credential], bool]) -> None:
        for digest in [d for d, known in self._known.items() if matches(known.credential)]:
            del self._known[digest]

    def _remember(self, digest: bytes, known: Known) -> None:
        self._known[digest] = known
        self._known.move_to_end(digest)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _look_up_session(self, token: str, now: datetime) -> Known | None:
        try:
            claims = self._runtime.keys.read_jwt(token, "access", now=now)
        except BadToken as error:
            log.debug("access_token_refused", reason=error.reason)
            return None
        session_id, user_id = UUID(str(claims["sid"])), UUID(str(claims["sub"]))
        async with self._runtime.db.read() as session:
            row = (await session.execute(queries.session_owner(session_id, now))).one_or_none()
        if row is None or row.id != user_id:
            return None
        credential = Credential(
            kind="session", id=session_id, user_id=user_id, is_admin=row.is_admin
        )
        ends = datetime.fromtimestamp(float(str(claims["exp"])), UTC)
        return Known(credential, min(now + REMEMBERED, ends, row.expires_at))

    async def _look_up_token(self, digest: bytes, now: datetime) -> Known | None:
        async with self._runtime.db.read() as session:
            row = (await session.execute(queries.token_owner(digest))).one_or_none()
        if row is None:
            return None
        token, is_admin = row
        until = now + REMEMBERED
        if token.expires_at is not None:
            if token.expires_at <= now:
                return None
            until = min(until, token.expires_at)
        if token.last_used_at is None or token.last_used_at <= now - SEEN_EVERY:
            self._note(token.id, now)
        credential = Credential(
            kind="token",
            id=token.id,
            user_id=token.user_id,
            scopes=frozenset(Scope(scope) for scope in token.scopes),
            is_admin=is_admin,
        )
        return Known(credential, until)

    def _note(self, token_id: UUID, now: datetime) -> None:
        """Beside the request: it neither waits for the write nor fails by it."""
        task = asyncio.create_task(self._write_use(token_id, now))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write_use(self, token_id: UUID, now: datetime) -> None:
        async def touch(session: AsyncSession) -> None:
            await session.execute(queries.touch_token(token_id, now, now - SEEN_EVERY))

        try:
            await self._runtime.workshop.run(RequestContext(request_id="token-use"), touch)
        except (AppError, DBAPIError, PoolTimeout, OSError) as error:
            log.warning("token_use_not_written", token_id=str(token_id), error=repr(error))


def bearer(scope: dict[str, Any]) -> str | None:  # ASGI's own type
    """The token of the Authorization header. One in the URL would end up in logs: never read."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(values) != 1:
        return None
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip()
    usable = scheme.lower() == "bearer" and token.isascii() and 0 < len(token) <= LONGEST_TOKEN
    return token if usable else None
