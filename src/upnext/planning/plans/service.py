"""The use cases of plans: look at one, make it anew, keep it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound, invalid_field
from upnext.planning.busy.service import person_of
from upnext.planning.plans import making, queries, stored
from upnext.planning.plans.judging import Window
from upnext.planning.plans.loading import Loaded, load
from upnext.planning.plans.making import Plan
from upnext.planning.plans.schemas import Days
from upnext.planning.plans.setting import REACH, beginning
from upnext.planning.plans.telling import Teller, task_ids
from upnext.planning.reasons import Reader
from upnext.tasks.wire import Wire

FURTHEST: Final = timedelta(days=90)
NOTED_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan, and what the database has to note of it; None: nothing."""

    plan: Plan
    at: datetime
    row: dict[str, Any] | None  # values of DayPlan's columns
    touched: bool = False
    """It lies there already, but has not been looked at for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An answer, and whose plan it is."""

    body: Wire
    user_id: UUID
    made: Made


async def look(
    session: AsyncSession, actor: Actor, asked: Days, now: datetime, *, anew: bool = False
) -> Look:
    """The plan of these days. The stored one, if it is fresh; else a new one near to it."""
    user_id = person_of(actor)
    loaded = await load(session, actor, user_id, now)
    if loaded is None:
        raise NotFound("There is no such account any more.")
    window = window_of(asked, ZoneInfo(loaded.given.clock.time_zone), now)
    made = await make(loaded, user_id, now, until=window.end, anew=anew)
    keys = dict((await session.execute(queries.keys(task_ids(made.plan)))).all())
    titles = {task.id: task.title for task in loaded.given.tasks}
    measure = made.plan.measure
    if measure is None and loaded.row is not None and made.row is None:
        measure = stored.measure(loaded.row)
    teller = Teller(keys, titles, Reader(window.zone, now))
    return Look(body=teller.plan(made.plan, window, made.at, measure), user_id=user_id, made=made)


def window_of(asked: Days, zone: ZoneInfo, now: datetime) -> Window:
    """Raises Invalid for days that have passed, or lie too far ahead."""
    today, first = now.astimezone(zone).date(), asked.from_
    if first is not None and not today <= first <= today + FURTHEST:
        raise invalid_field(
            "?from",
            f"A plan begins today ({today}) or up to {FURTHEST.days} days later.",
            "bad_from",
        )
    return Window(first or today, asked.days, zone)


async def make(
    loaded: Loaded, user_id: UUID, now: datetime, *, until: int = 0, anew: bool = False
) -> Made:
    """Searching takes a tenth of a second, so it leaves the loop."""
    row = loaded.row
    known = None if row is None else stored.known(row)
    begin = beginning(now) if known is None else min(known.anchor, beginning(now))
    given = replace(loaded.given, reach=max(REACH, until - begin))
    if loaded.fresh and row is not None and known is not None and not anew:
        plan = await asyncio.to_thread(making.again, given, known)
        aged = now - row.asked_at >= NOTED_EVERY
        return Made(plan=plan, at=row.computed_at, row=None, touched=aged)
    plan = await asyncio.to_thread(making.make, given, now, known)
    kept = stored.row_of(user_id, plan, loaded.inputs, now)
    return Made(plan=plan, at=now, row=kept)


async def keep(session: AsyncSession, user_id: UUID, made: Made, now: datetime) -> None:
    """Writes down what is new of it."""
    if made.row is not None:
        dialect = session.get_bind().dialect.name
        await session.execute(queries.save(dialect, made.row))
    elif made.touched:
        await session.execute(queries.asked(user_id, now))
