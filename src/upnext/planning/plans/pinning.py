"""Pins: when a person wants to work on a task, whatever else is planned."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.load import load_for
from upnext.planning.busy import queries as busy
from upnext.planning.busy.service import person_of
from upnext.planning.events import PlanPinned, PlanUnpinned
from upnext.planning.plans import queries
from upnext.planning.plans.schemas import MOST_MINUTES, PinWrite
from upnext.planning.plans.service import FURTHEST
from upnext.planning.reasons import Reader, moment
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.tasks.wire import Wire

KEPT: Final = timedelta(days=30)
"""Pins that are over, though nothing reads them."""


async def find(session: AsyncSession, actor: Actor, now: datetime) -> list[Wire]:
    """The pins that are not over, of tasks that are open and can be seen."""
    rows = (await session.execute(queries.pins(person_of(actor), now))).all()
    return [_wire(row) for row in rows if row.project_id not in actor.hidden]


async def put(session: AsyncSession, actor: Actor, data: PinWrite) -> Wire:
    """Pins a task, or moves its pin. Raises Conflict where something else is already."""
    user_id, now = person_of(actor), unit_of(session).now
    task = await load_for(session, actor, READ, Task, data.task_id)
    await session.execute(queries.person(user_id))
    remaining = await session.scalar(queries.place_in_order(user_id, task.id))
    if remaining is None:
        raise Conflict(
            "Only open tasks that are yours to do can be pinned. Reopen it, or assign it to you.",
            code="not_yours",
        )
    minutes = data.minutes or min(MOST_MINUTES, max(1, round(remaining)))
    span = (data.start, data.start + timedelta(minutes=minutes))
    _check_span(span, now)
    await _check_room(session, actor, task, span, now)
    await _write(session, actor, task, span)
    return _wire(_Row(task, span))


def _check_span(span: tuple[datetime, datetime], now: datetime) -> None:
    start, end = span
    if end <= now:
        raise invalid_field("/start", "That time is over. Give one that lies ahead.", "pin_is_over")
    if start > now + FURTHEST:
        raise invalid_field("/start", f"Plans reach {FURTHEST.days} days ahead.", "pin_too_far")


async def _check_room(
    session: AsyncSession, actor: Actor, task: Task, span: tuple[datetime, datetime], now: datetime
) -> None:
    user_id, (start, end) = person_of(actor), span
    zone = ZoneInfo(await session.scalar(queries.zone_of(user_id)) or "UTC")
    reader = Reader(zone, now)
    for pin in (await session.execute(queries.pins(user_id, now))).all():
        if pin.task_id != task.id and pin.starts_at < end and pin.ends_at > start:
            name = "another task" if pin.project_id in actor.hidden else f"{pin.key} '{pin.title}'"
            raise _taken("pin_overlaps", name, (pin.starts_at, pin.ends_at), reader)
    statement = busy.page(user_id, span, None, 1)
    for one in (await session.scalars(statement)).all():
        raise _taken("busy_overlaps", f"'{one.title}'", (one.starts_at, one.ends_at), reader)


def _taken(code: str, name: str, span: tuple[datetime, datetime], reader: Reader) -> Conflict:
    start, end = span
    till = f"{end.astimezone(reader.zone):%H:%M}"
    return Conflict(
        f"{name} is there already, {moment(start, reader)} to {till}. Choose another time.",
        code=code,
        start=start.isoformat(),
        end=end.isoformat(),
    )


async def _write(
    session: AsyncSession, actor: Actor, task: Task, span: tuple[datetime, datetime]
) -> None:
    user_id, now = person_of(actor), unit_of(session).now
    before = await session.scalar(queries.pin(user_id, task.id))
    row = {
        "user_id": user_id,
        "task_id": task.id,
        "starts_at": span[0],
        "ends_at": span[1],
        "created_at": now,
    }
    dialect = session.get_bind().dialect.name
    await session.execute(queries.put_pin(dialect, row))
    await session.execute(queries.outdate(user_id))
    old = before and _told(task.id, before.starts_at)
    diff: Diff = {"pin": (old, _told(task.id, span[0]))}
    await record(session, actor, PlanPinned(resource_id=user_id, diff=diff))


def _told(task_id: UUID, start: datetime) -> str:
    return f"{task_id} {start.isoformat()}"


async def remove(session: AsyncSession, actor: Actor, task_id: UUID) -> None:
    """Raises NotFound when this task is not pinned by the actor."""
    user_id = person_of(actor)
    pin = await session.scalar(queries.pin(user_id, task_id))
    if pin is None:
        raise NotFound("This task is not pinned in your plan.")
    await session.execute(queries.drop_pin(user_id, task_id))
    await session.execute(queries.outdate(user_id))
    diff: Diff = {"pin": (_told(task_id, pin.starts_at), None)}
    await record(session, actor, PlanUnpinned(resource_id=user_id, diff=diff))


class _Row:
    """A pin that was just written, as `queries.pins` would give it."""

    def __init__(self, task: Task, span: tuple[datetime, datetime]) -> None:
        self.task_id, self.key, self.title = task.id, task.key, task.title
        self.starts_at, self.ends_at = span


def _wire(row: Any) -> Wire:  # a row of queries.pins
    return {
        "task_id": row.task_id,
        "key": row.key,
        "title": row.title,
        "start": row.starts_at,
        "end": row.ends_at,
        "minutes": round((row.ends_at - row.starts_at) / timedelta(minutes=1)),
    }
