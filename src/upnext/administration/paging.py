"""One page of any of the lists, the newest first."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration import queries
from upnext.core.keys import KeyRing
from upnext.core.paging import Order, read_cursor, write_cursor


async def fetch(
    session: AsyncSession,
    keys: KeyRing,
    found: queries.AnySelect,
    order: Order,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """The rows, and the cursor of the next page. Each begins with an object or its id."""
    behind = read_cursor(keys, order, cursor) if cursor else None
    rows = list((await session.execute(queries.page(found, order, limit, behind))).all())
    if len(rows) <= limit:
        return rows, None
    rows = rows[:limit]
    last = rows[-1][0]
    row_id: UUID = last if isinstance(last, UUID) else last.id
    return rows, write_cursor(keys, order, [row_id])
