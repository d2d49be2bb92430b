"""Credentials of those who stay connected: taken up again by their id, and asked whether they hold.

A connection outlives the request that opened it, so it cannot rely on what was verified then.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential, Scope
from upnext.identity import queries

AT_A_TIME = 500


async def recall(
    session: AsyncSession, kind: str, credential_id: UUID, now: datetime
) -> Credential | None:
    """The session or API token with this id, if it still holds."""
    if kind == "session":
        owner = (await session.execute(queries.session_owner(credential_id, now))).one_or_none()
        if owner is None:
            return None
        return Credential(
            kind="session", id=credential_id, user_id=owner.id, is_admin=owner.is_admin
        )
    found = (await session.execute(queries.token_by_id(credential_id))).one_or_none()
    if found is None:
        return None
    token, is_admin = found
    if token.expires_at is not None and token.expires_at <= now:
        return None
    return Credential(
        kind="token",
        id=token.id,
        user_id=token.user_id,
        scopes=frozenset(Scope(scope) for scope in token.scopes),
        is_admin=is_admin,
    )


async def still_holding(session: AsyncSession, ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these sessions and API tokens that still open something."""
    ordered = sorted(ids)
    found: set[UUID] = set()
    for start in range(0, len(ordered), AT_A_TIME):
        part = ordered[start : start + AT_A_TIME]
        found.update(await session.scalars(queries.holding(part, now)))
    return found
