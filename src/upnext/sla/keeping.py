"""Keeps the clocks of tasks in step with them: reads, renews, writes back, tells.

Whoever calls holds the task's row, so that nobody else changes its clocks. What the clocks say is
copied to the task by an UPDATE of its own, which leaves `version` alone where the caller has
already counted it up.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import record, unit_of
from upnext.core.inserts import adopt, insert_later, set_early, settle, update_later
from upnext.core.types import micros
from upnext.identity.models import office_hours
from upnext.sla import clocks as arithmetic
from upnext.sla import queries
from upnext.sla.clocks import Clock, Clocks, Standing, Term
from upnext.sla.events import SlaBreached, SlaWarned
from upnext.sla.hours import AROUND_THE_CLOCK, EPOCH, Hours
from upnext.sla.models import Calendar, Policy, StartsFrom, Target
from upnext.sla.pausing import Pause, Pauses
from upnext.tasks.models import CLOSED, Priority, Status, Task

_RULES: Final = "sla_rules"
_CLOCKS: Final = "sla_clocks"
WAITING: Final = frozenset({Status.BACKLOG, Status.TODO})
"""In these nobody has begun with the work."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts in a project; without policies nothing does."""

    policies: Mapping[Priority | None, Policy] = field(default_factory=dict)
    hours: Hours = AROUND_THE_CLOCK

    def terms(self, task: Task) -> dict[Target, Term]:
        policy = self.policies.get(task.priority, self.policies.get(None))
        if policy is None:
            return {}
        start = task.created_at if policy.starts_from is StartsFrom.CREATED else task.due_at
        promised = {
            Target.FIRST_RESPONSE: policy.first_response_minutes,
            Target.RESOLUTION: policy.resolution_minutes,
        }
        return {
            target: Term(
                policy_id=policy.id,
                hours=self.hours if policy.business_hours else AROUND_THE_CLOCK,
                start=start,
                amount=timedelta(minutes=minutes),
                paused=task.status in policy.pause_statuses,
            )
            for target, minutes in promised.items()
            if minutes is not None and start is not None
        }


async def rules_of(session: AsyncSession, project_id: UUID) -> Rules:
    """Read once for each unit of work."""
    known: dict[UUID, Rules] = session.info.setdefault(_RULES, {})
    if project_id not in known:
        # A new task goes on waiting, and gets into the database with what its clocks say.
        with session.no_autoflush:
            rows = (await session.execute(queries.rules_of(project_id))).all()
        calendar = rows[0][1] if rows else None
        policies = {policy.priority: policy for policy, _ in rows}
        known[project_id] = Rules(policies, hours_of(calendar))
    return known[project_id]


def hours_of(calendar: Calendar | None) -> Hours:
    zone = calendar.time_zone if calendar else "UTC"
    week = calendar.hours if calendar else office_hours()
    days = [each["date"] for each in calendar.holidays] if calendar else []
    spans = tuple(tuple((opens, closes) for opens, closes in day) for day in week)
    return Hours(zone, spans, frozenset(map(date.fromisoformat, days)))


async def start(session: AsyncSession, task: Task) -> None:
    """The clocks of a task that has just been made."""
    rules = await rules_of(session, task.project_id)
    await keep(session, [Renewal(task, {}, rules)])


async def renew(session: AsyncSession, tasks: Mapping[Task, bool]) -> None:
    """The clocks of tasks after something changed that they may depend on, and whether that was
    a response."""
    before = await clocks_of(session, [task.id for task in tasks])
    renewals = []
    for task, responded in tasks.items():
        rules = await rules_of(session, task.project_id) if task.sla_ruled else Rules()
        renewals.append(Renewal(task, before.get(task.id, {}), rules, responded=responded))
    await keep(session, renewals)


async def respond(session: AsyncSession, task: Task) -> None:
    """Costs little where nobody waits for a response any more."""
    before = (await clocks_of(session, [task.id])).get(task.id, {})
    clock = before.get(Target.FIRST_RESPONSE)
    if clock is not None and clock.met_at is None:
        rules = await rules_of(session, task.project_id)
        await keep(session, [Renewal(task, before, rules, responded=True)], steps=1)


async def put_to_sleep(session: AsyncSession, task_ids: Collection[UUID]) -> None:
    """Until they are renewed, time does nothing to the clocks of these tasks."""
    await settle(session)
    await session.execute(queries.put_to_sleep(task_ids))


async def flag(session: AsyncSession, tasks: Sequence[Task], *, ruled: bool) -> None:
    """Says on tasks whether their project has policies; nobody is shown this."""
    if tasks:
        await session.execute(queries.rule_tasks([task.id for task in tasks], ruled=ruled))
    for task in tasks:
        adopt(task, {"sla_ruled": ruled})


async def clocks_of(
    session: AsyncSession, task_ids: Sequence[UUID]
) -> dict[UUID, dict[Target, Clock]]:
    """As they are now, also where that waits to be written: their tasks are held by us."""
    written: dict[UUID, Clocks] = session.info.setdefault(_CLOCKS, {})
    found = {task_id: dict(written[task_id]) for task_id in task_ids if task_id in written}
    missing = [task_id for task_id in task_ids if task_id not in written]
    if missing:
        for row in await session.execute(queries.clocks_of(missing)):
            found.setdefault(row.task_id, {})[row.target] = _clock(row)
    return found


@dataclass(frozen=True, slots=True)
class Renewal:
    """A task, its clocks so far, and the rules by which they go on."""

    task: Task
    before: Clocks
    rules: Rules
    responded: bool = False

    def after(self, now: datetime) -> dict[Target, Clock]:
        standing = Standing(
            closed=self.task.status in CLOSED,
            begun=self.task.status not in WAITING,
            responded=self.responded,
        )
        return arithmetic.renewed(self.before, self.rules.terms(self.task), standing, now)


async def keep(session: AsyncSession, renewals: Iterable[Renewal], *, steps: int = 0) -> None:
    """Renews and writes them. `steps` is how far versions count up where a task's copy changes."""
    now = unit_of(session).now
    done = [(each.task, each.before, each.after(now)) for each in renewals]
    await write(session, done, steps=steps)


async def write(
    session: AsyncSession, done: Sequence[tuple[Task, Clocks, Clocks]], *, steps: int
) -> None:
    """Each with its clocks before and after: to the database, and into the change log."""
    now = unit_of(session).now
    gone = []
    for task, before, after in done:
        gone += [(task.id, target) for target in before if target not in after]
        for clock in after.values():
            # Also those that are as they were: what time does to them next may have changed.
            row = _row(task, clock, now)
            insert_later(session, queries.CLOCK, row, over=queries.CLOCK_KEY)
        session.info.setdefault(_CLOCKS, {})[task.id] = after
        _show(session, task, _copy(task, after, now), steps)
    if gone:
        await settle(session)
        await session.execute(queries.drop_clocks(gone))
    for task, before, after in done:
        await _tell(session, task, before, after)


def _copy(task: Task, clocks: Clocks, now: datetime) -> dict[str, Any]:
    """The columns of the task that change; empty if it says all that already."""
    values = {
        "sla": arithmetic.shown(clocks, now),
        "sla_due_key": micros(arithmetic.due_at(list(clocks.values()))),
        "sla_breached": arithmetic.breached(clocks.values()),
    }
    same = all(getattr(task, name) == value for name, value in values.items())
    return {} if same else values


def _show(session: AsyncSession, task: Task, values: dict[str, Any], steps: int) -> None:
    if not values or set_early(session, task, values):
        return
    new = {f"new_{name}": value for name, value in values.items()}
    update_later(session, queries.STAND, {"row_id": task.id, "steps": steps, **new})
    adopt(task, values | {"version": task.version + steps})


async def _tell(session: AsyncSession, task: Task, before: Clocks, after: Clocks) -> None:
    """Of each clock at most once in its life."""
    for target, clock in after.items():
        old = before.get(target)
        if clock.warned_at and not (old and old.warned_at):
            await record(session, SYSTEM, _event(SlaWarned, task, clock))
        if clock.breached_at and not (old and old.breached_at):
            await record(session, SYSTEM, _event(SlaBreached, task, clock))


def _event(
    kind: type[SlaWarned | SlaBreached], task: Task, clock: Clock
) -> SlaWarned | SlaBreached:
    due_at = arithmetic.spelled(clock.due_at)
    return kind(
        workspace_id=task.workspace_id,
        resource_id=task.id,
        version=task.version,
        diff={"target": (None, str(clock.target)), "due_at": (None, due_at)},
    )


# From and to the database


def _clock(row: Any) -> Clock:  # a row of ClockRow's columns
    return Clock(
        target=row.target,
        policy_id=row.policy_id,
        due_at=row.due_at,
        warn_at=row.warn_at,
        pauses=tuple(
            Pause(_instant(since), None if until is None else _instant(until))
            for since, until in row.pauses
        ),
        met_at=row.met_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
    )


def _row(task: Task, clock: Clock, now: datetime) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "target": clock.target,
        "project_id": task.project_id,
        "policy_id": clock.policy_id,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "pauses": _spans(clock.pauses),
        "met_at": clock.met_at,
        "warned_at": clock.warned_at,
        "breached_at": clock.breached_at,
        "next_check": None if task.deleted_at else arithmetic.next_check(clock, now),
    }


def _spans(pauses: Pauses) -> list[list[int | None]]:
    return [[micros(since), None if until is None else micros(until)] for since, until in pauses]


def _instant(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)
