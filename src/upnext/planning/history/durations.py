"""Learns how long a person's tasks take, whenever one with tracked time is done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.inserts.queries import insert_ignore
from upnext.core.jobs.queue import enqueue
from upnext.core.load import load_for
from upnext.planning import recomputing
from upnext.planning.clocks import DEFAULT_MEAN
from upnext.planning.history import queries
from upnext.planning.keeping import queries as planning
from upnext.planning.learning.durations import RANGE, Done, Learned, dump, learn, load
from upnext.planning.upkeep import RECOMPUTE, SETTLED_AFTER
from upnext.tasks.events import TaskCompleted
from upnext.tasks.models import Task
from upnext.tasks.policy import READ

LEARN: Final = "planning.learn"
TELLING: Final = 0.1
"""The share by which an expectation has to move before the stored order follows."""
LOOKED_BACK: Final = timedelta(days=8)


async def on_task_completed(session: AsyncSession, _: Actor, change: TaskCompleted) -> None:
    """A task without tracked time teaches nothing, and costs nothing here."""
    task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
    if task.actual_minutes:
        for user_id in (await session.scalars(queries.who_worked_on(task.id))).all():
            await ask(session, user_id)


async def ask(session: AsyncSession, user_id: UUID) -> None:
    await enqueue(session, LEARN, {"user_id": str(user_id)}, key=f"{LEARN}:{user_id}")


async def sweep(session: AsyncSession) -> None:
    """Asks for everybody whose time was entered or changed lately, also after the task was done."""
    since = unit_of(session).now - LOOKED_BACK
    for user_id in (await session.scalars(queries.who_worked_since(since))).all():
        await ask(session, user_id)


async def refresh(session: AsyncSession, user_id: UUID) -> None:
    """Learns anew. The stored order follows when it would look different."""
    if not await ensure_profile(session, user_id):
        return
    stored, _, _ = (await rows_of(session, queries.held_profile(user_id)))[0]
    before, after = load(stored), await history_of(session, user_id)
    moved = material(before, after)
    if not moved:
        # The keys of the stored order were made with these.
        names = ("correction", "person", "categories", "projects")
        after = replace(after, **{name: getattr(before, name) for name in names})
    if dump(after) == stored:
        return
    await session.execute(queries.set_profile(user_id, learned=dump(after)))
    if moved:
        await _order_anew(session, user_id)


async def _order_anew(session: AsyncSession, user_id: UUID) -> None:
    """Now, and once more when no process can hold what was known before."""
    await recomputing.recompute(session, user_id, everything=True)
    run_at = unit_of(session).now + SETTLED_AFTER
    await enqueue(session, RECOMPUTE, {"user_id": str(user_id), "all": True}, run_at=run_at)


async def history_of(session: AsyncSession, user_id: UUID) -> Learned:
    rows = await rows_of(session, queries.done_by(user_id, RANGE))
    return learn(
        [
            Done(float(actual), estimate and float(estimate), category, str(project_id))
            for actual, estimate, category, project_id in reversed(rows)
        ]
    )


async def known(session: AsyncSession, user_id: UUID) -> Learned:
    """What is known of a person now: the one function for whoever plans."""
    rows = await rows_of(session, queries.profile(user_id))
    return load(rows[0].learned if rows else None)


async def ensure_profile(session: AsyncSession, user_id: UUID) -> bool:
    """Whether there is such a person; then they have a profile now."""
    if (await session.execute(planning.clocks([user_id]))).one_or_none() is None:
        return False
    now = unit_of(session).now
    row = {
        "user_id": user_id,
        "origin": now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        "mean_minutes": DEFAULT_MEAN,
        "computed_at": now,
    }
    dialect = session.get_bind().dialect.name
    made: Any = await session.execute(insert_ignore(dialect, queries.PROFILE, [row]))
    if made.rowcount > 0:
        # Its keys were made by another day's clock.
        await _order_anew(session, user_id)
    return True


def material(before: Learned, after: Learned) -> bool:
    """Whether the order would notice."""
    if _differ(before.correction, after.correction) or _differ(before.person, after.person):
        return True
    return _groups_differ(before.categories, after.categories) or _groups_differ(
        before.projects, after.projects
    )


def _groups_differ(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    return any(_differ(before.get(name), after.get(name)) for name in {*before, *after})


def _differ(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after / before - 1) > TELLING
