"""What a person's plan is made of, read from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.types import micros
from upnext.planning import freshness, selection
from upnext.planning import queries as orders
from upnext.planning.asking import Lanes, within
from upnext.planning.clocks import WorkClock, clock_of
from upnext.planning.engine import to_micros
from upnext.planning.models import DayPlan
from upnext.planning.opening import picking
from upnext.planning.outlook import Outlook
from upnext.planning.plans import queries, stored
from upnext.planning.plans.setting import Given, Pin
from upnext.planning.queries import Shape
from upnext.planning.schemas import Question
from upnext.planning.service import outlook_of
from upnext.tasks.models import CLOSED

DEPTH: Final = 150
"""So many are read of each listing of a long list: enough for the best hundred of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`fresh`: the stored plan is what would be planned now."""

    given: Given
    inputs: bytes
    row: DayPlan | None
    fresh: bool
    pins: Sequence[Any]
    """Rows of `queries.pins` (Any: a row's columns have no static types)."""


async def load(session: AsyncSession, actor: Actor, user_id: UUID, now: datetime) -> Loaded | None:
    """None if there is no such person any more."""
    outlook = outlook_of(actor, Question(), now)
    lanes = within(session)
    found = await orders.situation(outlook.shape).rows(lanes.quick, outlook.params)
    if not found:
        return None
    situation = found[0]
    clock = clock_of(situation[: len(orders.CLOCK)])
    waiting: Sequence[UUID] = ()
    if situation.keys <= orders.SHORT_LIST:
        rows = await orders.all_of(outlook.shape).rows(lanes.ordered, outlook.params)
        inputs = freshness.of_tasks(rows, clock)
    else:
        inputs = await freshness.of_workspaces(lanes.quick, outlook.workspaces, clock)
        rows, waiting = await _first_of_many(lanes, outlook, clock, now)
    tasks = {row.id: row for row in rows}
    tasks |= await selection.before(lanes, outlook, tasks, waiting)
    pins = (await session.execute(queries.pins(user_id, now))).all()
    row = await session.scalar(queries.stored(user_id))
    given = Given(
        tasks=list(tasks.values()),
        clock=clock,
        pins=tuple(Pin(one.task_id, to_micros(one.starts_at), to_micros(one.ends_at))
                   for one in pins),
        releases=await _releases(session, list(tasks)),
    )  # fmt: skip
    fresh = row is not None and row.inputs == inputs and now < row.valid_until
    fresh = fresh and row is not None and stored.same_pins(row, given.pins)
    return Loaded(given=given, inputs=inputs, row=row, fresh=fresh, pins=pins)


async def _first_of_many(
    lanes: Lanes, outlook: Outlook, clock: WorkClock, now: datetime
) -> tuple[list[Any], list[UUID]]:
    """In full those that do not wait, and the ids of those that do."""
    asked = outlook.shape
    shape = Shape(workspaces=asked.workspaces, hidden=asked.hidden, ineligible=True)
    params = picking(outlook.params, clock, now, DEPTH)
    rows = await orders.picks(shape).rows(lanes.ordered, params)
    full = [row for row in rows if row.id is not None]
    opened = [row for row in full if row.deleted_at is None and row.status not in CLOSED]
    return opened, [row.task_id for row in rows if row.id is None]


async def _releases(session: AsyncSession, task_ids: list[UUID]) -> dict[UUID, int]:
    if not task_ids:
        return {}
    rows = await session.execute(queries.due_before(task_ids))
    return {task_id: micros(due_at) for task_id, due_at in rows}
