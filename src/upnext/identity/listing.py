"""Pages of one's own sessions and API tokens, the newest first."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Credential
from upnext.core.keys import KeyRing
from upnext.core.paging import Order, read_cursor, write_cursor
from upnext.core.runtime import Runtime
from upnext.identity import queries
from upnext.identity.models import ApiToken, LoginSession
from upnext.identity.schemas import SessionList, TokenList, TokenRead, session_read

R = TypeVar("R", LoginSession, ApiToken)


async def list_sessions(
    session: AsyncSession,
    runtime: Runtime,
    credential: Credential,
    *,
    limit: int,
    cursor: str | None,
) -> SessionList:
    statement = queries.sessions_of(credential.user_id, runtime.clock.now())
    order = queries.NEWEST_SESSION
    statement = queries.page(statement, order, _behind(runtime.keys, order, cursor), limit)
    rows, more = await _rows(session, statement, limit)
    return SessionList(
        items=[session_read(row, credential.id) for row in rows],
        next_cursor=_cursor(runtime.keys, order, rows[-1].id) if more else None,
    )


async def list_tokens(
    session: AsyncSession,
    runtime: Runtime,
    credential: Credential,
    *,
    limit: int,
    cursor: str | None,
) -> TokenList:
    statement = queries.tokens_of(credential.user_id)
    order = queries.NEWEST_TOKEN
    statement = queries.page(statement, order, _behind(runtime.keys, order, cursor), limit)
    rows, more = await _rows(session, statement, limit)
    return TokenList(
        items=[TokenRead.model_validate(row) for row in rows],
        next_cursor=_cursor(runtime.keys, order, rows[-1].id) if more else None,
    )


def _behind(keys: KeyRing, order: Order, cursor: str | None) -> list[UUID] | None:
    return read_cursor(keys, order, cursor) if cursor else None


def _cursor(keys: KeyRing, order: Order, last: UUID) -> str:
    return write_cursor(keys, order, [last])


async def _rows(
    session: AsyncSession, statement: Select[R], limit: int
) -> tuple[Sequence[R], bool]:
    """Up to `limit`, and whether more follow: the statement asks for one more."""
    rows = (await session.scalars(statement)).all()
    return rows[:limit], len(rows) > limit
