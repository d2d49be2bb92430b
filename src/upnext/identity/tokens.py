"""Personal API tokens: a secret that is shown once, for a program, with only some scopes."""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import NotFound, invalid_field
from upnext.identity import queries
from upnext.identity.events import TokenCreated, TokenRevoked
from upnext.identity.models import ApiToken

# By which scanners find a token where it should not be: upn_[A-Za-z0-9_-]{43}
PREFIX = "upn_"
# Share links begin with this, and with that: upn_share_[A-Za-z0-9_-]{43}
LINK_PREFIX = "upn_share_"
SECRET_BYTES = 32
HINT = 4


class Created(NamedTuple):
    row: ApiToken
    secret: str


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def create(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    *,
    name: str,
    scopes: list[str],
    expires_at: datetime | None,
) -> Created:
    """The only time that the secret is known. `scopes` have been checked."""
    now = unit_of(session).now
    if expires_at is not None and expires_at <= now:
        raise invalid_field("/expires_at", "Choose a moment in the future.", "in_the_past")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = ApiToken(
        user_id=user_id,
        name=name,
        hash=digest(secret),
        hint=secret[-HINT:],
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    diff = {"name": (None, name), "scopes": (None, row.scopes)}
    await record(session, actor, TokenCreated(resource_id=row.id, diff=diff))
    return Created(row, secret)


async def revoke(session: AsyncSession, actor: Actor, user_id: UUID, token_id: UUID) -> None:
    """Raises NotFound for a token that is revoked or somebody else's."""
    row = await session.scalar(queries.own_token(user_id, token_id))
    if row is None:
        raise NotFound("There is no such API token.")
    await _revoke(session, actor, [row])


async def revoke_all(session: AsyncSession, actor: Actor, user_id: UUID) -> list[UUID]:
    """Ends every API token of the user; returns their ids."""
    rows = list(await session.scalars(queries.live_tokens(user_id)))
    await _revoke(session, actor, rows)
    return [row.id for row in rows]


async def _revoke(session: AsyncSession, actor: Actor, rows: list[ApiToken]) -> None:
    for row in rows:
        row.revoked_at = unit_of(session).now
    await session.flush()
    for row in rows:
        diff = {"name": (row.name, row.name)}
        await record(session, actor, TokenRevoked(resource_id=row.id, diff=diff))
