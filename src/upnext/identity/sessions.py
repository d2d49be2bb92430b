"""Sessions: a short access token, and a refresh token that changes with each use.

A refresh token is the session's id, its generation, and a MAC over both. So the successor can be
made again for whoever asks twice within the grace, and a retired token is known to be ours.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import NotFound, Unauthorized
from upnext.core.ids import new_id
from upnext.core.keys import KeyRing
from upnext.identity import queries
from upnext.identity.events import SessionReuseDetected, SessionRevoked, SessionStarted
from upnext.identity.models import LoginSession, SessionKind, User

# Two tabs, or a reply that got lost: asking twice so soon is no theft.
GRACE = timedelta(seconds=10)
PURPOSE = "refresh"
_ID, _GENERATION, _MAC = 16, 4, 32


class Presented(NamedTuple):
    """A refresh token that we made at some time."""

    session_id: UUID
    generation: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Refreshed:
    session: LoginSession
    user: User
    refresh_token: str


def _message(session_id: UUID, generation: int) -> bytes:
    return session_id.bytes + generation.to_bytes(_GENERATION)


def _write(message: bytes, mac: bytes) -> str:
    return base64.urlsafe_b64encode(message + mac).rstrip(b"=").decode()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def refresh_token(keys: KeyRing, session_id: UUID, generation: int) -> str:
    message = _message(session_id, generation)
    return _write(message, keys.derive(PURPOSE, message))


def read_refresh_token(keys: KeyRing, token: str) -> Presented | None:
    """None for what no key of ours made: nobody can end a session by a guess."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:  # also what is not ASCII
        return None
    if len(raw) != _ID + _GENERATION + _MAC:
        return None
    message, mac = raw[:-_MAC], raw[-_MAC:]
    if not any(hmac.compare_digest(mac, own) for own in keys.derive_each(PURPOSE, message)):
        return None
    generation = int.from_bytes(message[_ID:])
    return Presented(UUID(bytes=message[:_ID]), generation, _digest(_write(message, mac)))


def _current_token(keys: KeyRing, row: LoginSession) -> str | None:
    """The live token again, by whichever key made it."""
    message = _message(row.id, row.generation)
    for mac in keys.derive_each(PURPOSE, message):
        token = _write(message, mac)
        if hmac.compare_digest(_digest(token), row.refresh_hash):
            return token
    return None


def access_token(
    keys: KeyRing, *, user_id: UUID, session_id: UUID, now: datetime, lifetime: timedelta
) -> str:
    issued = int(now.timestamp())
    claims: dict[str, object] = {
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": str(new_id()),
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
    }
    return keys.sign_jwt(claims, "access")


async def start(
    session: AsyncSession, keys: KeyRing, user: User, *, kind: SessionKind, lifetime: timedelta
) -> Refreshed:
    """A new family for a person who just proved who they are."""
    unit = unit_of(session)
    session_id, now = new_id(), unit.now
    token = refresh_token(keys, session_id, 1)
    row = LoginSession(
        id=session_id,
        user_id=user.id,
        kind=kind,
        refresh_hash=_digest(token),
        rotated_at=now,
        expires_at=now + lifetime,
        created_at=now,
        last_used_at=now,
        ip=unit.context.ip,
        user_agent=unit.context.user_agent,
    )
    session.add(row)
    await session.flush()
    actor = _actor(row)
    diff = {"user_id": (None, str(user.id)), "kind": (None, str(kind))}
    await record(session, actor, SessionStarted(resource_id=row.id, diff=diff))
    return Refreshed(row, user, token)


async def rotate(
    session: AsyncSession, keys: KeyRing, token: str, *, lifetime: timedelta
) -> Refreshed:
    """Trades a refresh token for its successor. Raises Unauthorized, and ends a stolen family."""
    now = unit_of(session).now
    presented = read_refresh_token(keys, token)
    row = presented and await session.scalar(queries.login_session(presented.session_id))
    if presented is None or row is None or row.revoked_at is not None or row.expires_at <= now:
        raise _ended()
    user = await session.scalar(queries.user(row.user_id))
    if user is None or user.disabled_at is not None:
        raise _ended()
    if hmac.compare_digest(presented.digest, row.refresh_hash):
        return await _advance(session, keys, row, user, lifetime=lifetime)
    in_grace = presented.generation == row.generation - 1 and now - row.rotated_at <= GRACE
    if in_grace and (successor := _current_token(keys, row)):
        return Refreshed(row, user, successor)
    await _end_stolen(session, row)
    raise _ended(keep=True)


def _ended(*, keep: bool = False) -> Unauthorized:
    return Unauthorized(
        "This session has ended. Log in again.",
        code="session_ended",
        headers={"WWW-Authenticate": "Bearer"},
        keep=keep,
    )


async def _advance(
    session: AsyncSession, keys: KeyRing, row: LoginSession, user: User, *, lifetime: timedelta
) -> Refreshed:
    unit = unit_of(session)
    row.generation += 1
    successor = refresh_token(keys, row.id, row.generation)
    row.refresh_hash = _digest(successor)
    row.rotated_at = row.last_used_at = unit.now
    row.expires_at = unit.now + lifetime
    row.ip, row.user_agent = unit.context.ip, unit.context.user_agent
    await session.flush()
    return Refreshed(row, user, successor)


async def _end_stolen(session: AsyncSession, row: LoginSession) -> None:
    row.revoked_at = unit_of(session).now
    await session.flush()
    diff = {"user_id": (str(row.user_id), str(row.user_id))}
    change = SessionReuseDetected(resource_id=row.id, diff=diff)
    await record(session, _actor(row), change)


def _actor(row: LoginSession) -> Actor:
    return Actor(kind="user", user_id=row.user_id, credential_id=row.id)


async def end(session: AsyncSession, actor: Actor, user_id: UUID, session_id: UUID) -> None:
    """Raises NotFound for a session that is over or somebody else's."""
    now = unit_of(session).now
    row = await session.scalar(queries.own_session(user_id, session_id, now))
    if row is None:
        raise NotFound("There is no such session.")
    await _revoke(session, actor, [row])


async def end_presented(session: AsyncSession, keys: KeyRing, token: str) -> UUID | None:
    """Ends the session that a refresh token belongs to; returns its id if there was one to end."""
    presented = read_refresh_token(keys, token)
    if presented is None:
        return None
    row = await session.scalar(queries.login_session(presented.session_id))
    if row is None or row.revoked_at is not None:
        return None
    await _revoke(session, _actor(row), [row])
    return row.id


async def end_others(
    session: AsyncSession, actor: Actor, user_id: UUID, *, but: UUID | None
) -> list[UUID]:
    """Ends the user's sessions, except `but`; returns their ids."""
    now = unit_of(session).now
    rows = (await session.scalars(queries.other_sessions(user_id, now, but))).all()
    await _revoke(session, actor, rows)
    return [row.id for row in rows]


async def _revoke(session: AsyncSession, actor: Actor, rows: Sequence[LoginSession]) -> None:
    now = unit_of(session).now
    for row in rows:
        row.revoked_at = now
    await session.flush()
    for row in rows:
        diff = {"user_id": (str(row.user_id), str(row.user_id))}
        await record(session, actor, SessionRevoked(resource_id=row.id, diff=diff))
