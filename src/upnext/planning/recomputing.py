"""The keys of a whole order anew: when its clock changes, and now and then for good measure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.inserts.queries import upsert
from upnext.core.jobs.queue import enqueue
from upnext.planning.clocks import DEFAULT_MEAN, LONGEST_USE, WorkClock, clock_of
from upnext.planning.keeping import queries
from upnext.planning.keys import key_values
from upnext.planning.models import PlanningProfile
from upnext.planning.upkeep import RECOMPUTE, SETTLED_AFTER, forget_clock

BATCH: Final = 500
TELLING: Final = 0.25
"""The share by which the mean of a list has to move before its keys follow."""


async def recompute(session: AsyncSession, user_id: UUID, *, everything: bool) -> None:
    """Takes the mean of the list as it is now; with `everything` also its clock and every key."""
    settings = (await session.execute(queries.clocks([user_id]))).one_or_none()
    if settings is None:
        return
    forget_clock(user_id)
    _, zone, week, origin, _, *known = settings
    if everything:
        today = unit_of(session).now.astimezone(UTC)
        origin = today.replace(hour=0, minute=0, second=0, microsecond=0)
        await _rebuild(session, user_id, clock_of((zone, week, origin, None, *known)))
    mean = await session.scalar(queries.mean_minutes(user_id))
    kept = None if mean is None else float(mean)
    clock = clock_of((zone, week, origin, kept, *known))
    await session.execute(queries.set_rate(user_id, clock.rate))
    await _keep(session, user_id, clock)


async def _keep(session: AsyncSession, user_id: UUID, clock: WorkClock) -> None:
    row = {
        "user_id": user_id,
        "origin": clock.origin,
        "mean_minutes": clock.mean_minutes,
        "computed_at": unit_of(session).now,
    }
    dialect = session.get_bind().dialect.name
    table = PlanningProfile.__table__
    await session.execute(upsert(dialect, table, [row], keys=["user_id"]))


async def _rebuild(session: AsyncSession, user_id: UUID, clock: WorkClock) -> None:
    await session.execute(queries.drop_keys_of(user_id))
    own = (await session.execute(queries.open_tasks_of(user_id))).all()
    await _put_all(session, key_values(user_id, own, clock))
    mine = {task.id for task in own}
    freed = (await session.execute(queries.freed_by_tasks_of(user_id))).all()
    others = [task for task in freed if task.id not in mine]
    await _put_all(session, key_values(user_id, others, clock, offered=False))


async def _put_all(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    dialect = session.get_bind().dialect.name
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        await session.execute(queries.put_keys(dialect, batch))


async def sweep(session: AsyncSession) -> None:
    """Asks for what has become stale: the mean of a list, or the day its clock is laid around."""
    now = unit_of(session).now
    for user_id, mean, kept, origin in await session.execute(queries.means()):
        aged = origin is None or now - origin > LONGEST_USE
        if aged or abs(float(mean) / (kept or DEFAULT_MEAN) - 1) > TELLING:
            await _ask(session, user_id, now, everything=aged)


async def _ask(session: AsyncSession, user_id: UUID, now: datetime, *, everything: bool) -> None:
    """Twice: a process that still held the old clock may write a last key by it."""
    args = {"user_id": str(user_id), "all": everything}
    for run_at in (now, now + SETTLED_AFTER):
        await enqueue(session, RECOMPUTE, args, run_at=run_at)
