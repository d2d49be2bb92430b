"""Asks for plans to be kept fresh."""

from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.queue import enqueue
from upnext.planning.plans import queries

REFRESH: Final = "planning.refresh_plan"
LOOKED_AT: Final = timedelta(hours=12)
"""Whoever has not looked for so long has the plan made when they look again."""
MOST: Final = 500


async def ask(session: AsyncSession, user_id: UUID) -> None:
    """At most one at a time for each."""
    await enqueue(session, REFRESH, {"user_id": str(user_id)}, key=f"plan:{user_id}")


async def ask_for_all(session: AsyncSession) -> None:
    """A look at each plan that people look at."""
    since = unit_of(session).now - LOOKED_AT
    for user_id in (await session.scalars(queries.looked_at(since, MOST))).all():
        await ask(session, user_id)


async def looked_at(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """By whoever reads it elsewhere. If there is no plan yet, one is made."""
    done = await session.execute(queries.asked(user_id, now))
    if not cast("CursorResult[Any]", done).rowcount:
        await ask(session, user_id)
