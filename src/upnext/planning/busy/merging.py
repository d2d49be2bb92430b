"""What a person's busy times come to: stretches of the next weeks, in their planning profile.

There the work clock reads them, without a look at each entry. They are laid out for sixty days and
renewed before they run out.
"""

from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs.queue import enqueue
from upnext.core.types import micros
from upnext.planning.busy import queries
from upnext.planning.clocks import DEFAULT_MEAN, DEFAULT_ORIGIN
from upnext.planning.engine.instants import MINUTE
from upnext.planning.engine.intervals import Intervals
from upnext.planning.upkeep import RECOMPUTE, SETTLED_AFTER, forget_clock

AHEAD: Final = timedelta(days=60)


async def refresh(session: AsyncSession, user_id: UUID) -> bool:
    """Lays the busy times out anew, and has the person's keys made anew; False: nothing changed."""
    now = unit_of(session).now
    await session.flush()
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (await session.execute(queries.spans(user_id, start, start + AHEAD))).all()
    busy = [list(pair) for pair in merged([(begin, end) for begin, end in rows])]
    before = await session.scalar(queries.merged(user_id))
    if busy == (before or []):
        return False
    await _put(session, user_id, busy, now)
    forget_clock(user_id)
    args = {"user_id": str(user_id), "all": True}
    for run_at, name in ((now, "now"), (now + SETTLED_AFTER, "settled")):
        await enqueue(session, RECOMPUTE, args, key=f"busy:{name}:{user_id}", run_at=run_at)
    return True


def merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    """Whole minutes since 1970, not to be less busy than told."""
    pairs = [(micros(a) // MINUTE, -(-micros(b) // MINUTE)) for a, b in spans]
    taken = Intervals.of(pairs)
    return list(zip(taken.starts.tolist(), taken.ends.tolist(), strict=True))


async def _put(session: AsyncSession, user_id: UUID, busy: Any, now: datetime) -> None:
    """`busy`: JSON."""
    done = await session.execute(queries.put_merged(user_id, busy or None))
    if cast("CursorResult[Any]", done).rowcount:
        return
    row = {
        "user_id": user_id,
        "origin": DEFAULT_ORIGIN,
        "mean_minutes": DEFAULT_MEAN,
        "computed_at": now,
        "busy": busy or None,
    }
    dialect = session.get_bind().dialect.name
    await session.execute(queries.new_profile(dialect, row))


async def refresh_all(session: AsyncSession) -> None:
    """For the days that have come into sight since; what is long over is forgotten."""
    now = unit_of(session).now
    await session.execute(queries.drop_over(now - AHEAD))
    for user_id in (await session.scalars(queries.people())).all():
        await refresh(session, user_id)
