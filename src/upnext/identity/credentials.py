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
from upnext.identity.models import ApiToken, ShareLink

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
        """Whose request it is; also leaves that and the credential in the scope's state."""
        state = scope["state"]
        if "credential" not in state:
            token = bearer(scope)
            credential = await self.verify(token) if token else None
            state["credential"] = credential
            state["user_id"] = _counted_as(credential) if credential else None
        user_id: str | None = state["user_id"]
        return user_id

    async def verify(self, token: str) -> Credential | None:
        """What the text stands for, or None if it does not hold (any more)."""
        now = self._runtime.clock.now()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and now < known.until:
            return known.credential
        if token.startswith(tokens.LINK_PREFIX):
            found = await self._look_up_link(digest, now)
        elif token.startswith(tokens.PREFIX):
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
        until = _until(token, now)
        if until is None:
            return None
        self._note_use(token, now)
        credential = Credential(
            kind="token",
            id=token.id,
            user_id=token.user_id,
            scopes=frozenset(Scope(scope) for scope in token.scopes),
            is_admin=is_admin,
        )
        return Known(credential, until)

    async def _look_up_link(self, digest: bytes, now: datetime) -> Known | None:
        """What it opens is not remembered: that is asked for with each request."""
        async with self._runtime.db.read() as session:
            link = await session.scalar(queries.link_made(digest))
        until = _until(link, now) if link else None
        if link is None or until is None:
            return None
        self._note_use(link, now)
        credential = Credential(kind="link", id=link.id, user_id=link.user_id, scopes=frozenset())
        return Known(credential, until)

    def _note_use(self, used: ApiToken | ShareLink, now: datetime) -> None:
        """Beside the request: it neither waits for the write nor fails by it."""
        if used.last_used_at is not None and used.last_used_at > now - SEEN_EVERY:
            return
        task = asyncio.create_task(self._write_use(type(used), used.id, now))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write_use(
        self, kind: type[ApiToken | ShareLink], used_id: UUID, now: datetime
    ) -> None:
        async def touch(session: AsyncSession) -> None:
            await session.execute(queries.touch(kind, used_id, now, now - SEEN_EVERY))

        try:
            await self._runtime.workshop.run(RequestContext(request_id="token-use"), touch)
        except (AppError, DBAPIError, PoolTimeout, OSError) as error:
            log.warning("token_use_not_written", token_id=str(used_id), error=repr(error))


def _counted_as(credential: Credential) -> str:
    """By whom requests are counted and repeated ones known: a link is not its maker."""
    return f"link:{credential.id}" if credential.kind == "link" else str(credential.user_id)


def _until(used: ApiToken | ShareLink, now: datetime) -> datetime | None:
    """How long it may be remembered; None: it has expired."""
    if used.expires_at is None:
        return now + REMEMBERED
    return min(now + REMEMBERED, used.expires_at) if used.expires_at > now else None


def bearer(scope: dict[str, Any]) -> str | None:  # ASGI's own type
    """The token of the Authorization header. One in the URL would end up in logs: never read."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(values) != 1:
        return None
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip()
    usable = scheme.lower() == "bearer" and token.isascii() and 0 < len(token) <= LONGEST_TOKEN
    return token if usable else None
