"""Tickets: what a page gets by its access token, and opens one socket with, within 30 seconds.

A page cannot send headers with a WebSocket, and a token in the address would end up in logs.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential
from upnext.core.changes import unit_of
from upnext.core.context import RequestContext
from upnext.core.work import Workshop
from upnext.identity.holding import recall
from upnext.realtime import queries
from upnext.realtime.models import SocketTicket

PREFIX = "upn_ws_"
LIFETIME = timedelta(seconds=30)
LONGEST = 100


async def issue(session: AsyncSession, credential: Credential) -> str:
    """The ticket, which is kept nowhere but by whoever asked for it."""
    now = unit_of(session).now
    await session.execute(queries.drop_stale(credential.user_id, now))
    ticket = PREFIX + secrets.token_urlsafe(32)
    session.add(
        SocketTicket(
            hash=_digest(ticket),
            user_id=credential.user_id,
            kind=credential.kind,
            credential_id=credential.id,
            expires_at=now + LIFETIME,
        )
    )
    return ticket


async def redeem(workshop: Workshop, context: RequestContext, ticket: str) -> Credential | None:
    """Whose it is; None if it was used before, is over, or its credential does not hold."""
    if not ticket.startswith(PREFIX) or len(ticket) > LONGEST:
        return None
    digest = _digest(ticket)

    async def use(session: AsyncSession) -> Credential | None:
        now = unit_of(session).now
        found = (await session.execute(queries.ticket(digest, now))).one_or_none()
        if found is None:
            return None
        used = await session.execute(queries.use_ticket(digest))
        # Of two that come at the same moment, one deletes it.
        if not cast(CursorResult[Any], used).rowcount:
            return None
        return await recall(session, found.kind, found.credential_id, now)

    return await workshop.run(context, use)


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
