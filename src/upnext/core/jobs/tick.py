"""Fires schedules. Every process may tick: the compare-and-swap lets one of them fire each time."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, cast

import structlog
from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import ask, unit_of
from upnext.core.clock import Clock
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.inserts.queries import insert_ignore
from upnext.core.jobs import queries
from upnext.core.jobs.firing import Fired, Firing, Times, firing
from upnext.core.jobs.models import Misfire, Schedule
from upnext.core.jobs.queue import JobOptions, insert_keyed, new_row
from upnext.core.lanes import Prepared
from upnext.core.types import micros
from upnext.core.work import Workshop

log = structlog.get_logger("upnext.tick")

CONTEXT = RequestContext(request_id="tick")
POLL_SECONDS = 1.0
BATCH = 50

_NEXT: Final = Prepared(queries.next_fire_at())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSpec:
    """A schedule of the application itself, known by its name."""

    name: str
    kind: str
    every: timedelta
    args: Mapping[str, Any] = field(default_factory=dict)
    misfire: Misfire = Misfire.FIRE_ONCE


async def ensure_schedules(session: AsyncSession, specs: Iterable[ScheduleSpec]) -> None:
    """Makes the schedules be as the specs say; any number of processes may do so at once."""
    now = unit_of(session).now
    by_name = {spec.name: spec for spec in specs}
    if not by_name:
        return
    dialect = session.get_bind().dialect.name
    rows = [_row(spec, now) for _, spec in sorted(by_name.items())]
    await session.execute(insert_ignore(dialect, Schedule.__table__, rows))
    for schedule in await session.scalars(queries.schedules_named(by_name.keys())):
        spec = by_name[cast(str, schedule.name)]
        schedule.kind, schedule.args, schedule.misfire = spec.kind, dict(spec.args), spec.misfire
        if schedule.every_seconds != int(spec.every.total_seconds()):
            schedule.every_seconds = int(spec.every.total_seconds())
            schedule.next_fire_at = now + spec.every


def _row(spec: ScheduleSpec, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": spec.name,
        "kind": spec.kind,
        "args": dict(spec.args),
        "every_seconds": int(spec.every.total_seconds()),
        "timezone": "UTC",
        "misfire": spec.misfire,
        "next_fire_at": now + spec.every,
        "enabled": True,
        "created_at": now,
    }


class Ticker:
    def __init__(self, workshop: Workshop, *, clock: Clock | None = None) -> None:
        self._workshop = workshop
        self._clock = clock or workshop.clock

    async def run(self) -> None:
        """Until cancelled. What a lost database leaves unfired is fired by a later round."""
        while True:
            try:
                wait = await self._pause()
                if not wait:
                    await self.round()
            except Exception:
                # The boundary of a loop that has to outlive every outage, and bugs.
                log.exception("ticking_postponed")
                wait = POLL_SECONDS
            await asyncio.sleep(wait)

    async def round(self) -> int:
        """Fires what is due; returns how many jobs that made."""
        fired = 0
        while True:
            now = self._clock.now()
            async with self._workshop.db.read() as session:
                due = list(await session.scalars(queries.due_schedules(now, BATCH)))
            if not due:
                return fired
            # In one order everywhere, so that two tickers never wait for each other.
            due.sort(key=lambda schedule: schedule.id)
            fired += await self._workshop.run(CONTEXT, partial(_fire_all, due=due, now=now))
            if len(due) < BATCH:
                return fired

    async def _pause(self) -> float:
        """To the next known time, but a second at most: another process may add an earlier one."""
        ((next_at,),) = await self._workshop.db.lane.fetch(_NEXT, {})
        longest = POLL_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311  (spreads, hides nothing)
        if next_at is None:
            return longest
        until: timedelta = next_at - self._clock.now()
        return min(longest, max(0.0, until.total_seconds()))


async def _fire_all(session: AsyncSession, *, due: Iterable[Schedule], now: datetime) -> int:
    return sum([await _fire(session, schedule, now) for schedule in due])


async def _fire(session: AsyncSession, schedule: Schedule, now: datetime) -> int:
    old = cast(datetime, schedule.next_fire_at)
    fires = await _times(session, schedule, old, now)
    swap = await session.execute(queries.fire(schedule.id, old, fires.next_at))
    if not cast(CursorResult[Any], swap).rowcount:
        return 0
    unit_of(session).enqueued = True
    return sum([await _add(session, schedule, at, now) for at in fires.times])


async def _times(session: AsyncSession, schedule: Schedule, due: datetime, now: datetime) -> Firing:
    if schedule.timing is not None:
        return await ask(session, SYSTEM, Times(schedule, now))
    every = timedelta(seconds=schedule.every_seconds) if schedule.every_seconds else None
    return firing(due, every, schedule.misfire, now)


async def _add(session: AsyncSession, schedule: Schedule, at: datetime, now: datetime) -> bool:
    row = _tick(schedule, at, now, unit_of(session).attempts)
    added = await insert_keyed(session, row)
    if added and schedule.timing is not None:
        await ask(session, SYSTEM, Fired(schedule.id, at, row["id"]))
    return added


def _tick(schedule: Schedule, fire_at: datetime, now: datetime, attempts: int) -> dict[str, Any]:
    context = RequestContext(request_id=f"schedule:{schedule.id}")
    when = {"schedule_id": str(schedule.id), "fire_at": fire_at.isoformat()}
    options = JobOptions(run_at=fire_at, workspace_id=schedule.workspace_id, max_attempts=attempts)
    row = new_row(context, now, schedule.kind, {**schedule.args, **when}, options)
    return row | {"dedupe_key": f"{queries.TICK_KEY}{schedule.id}:{micros(fire_at)}"}
