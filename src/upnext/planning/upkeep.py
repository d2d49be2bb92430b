"""Keeps the stored keys in step with tasks and people, in the transaction of each change.

Subscribers may run twice and in any order after the change they are told of: each writes what
follows from the task as it is now.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Change, unit_of
from upnext.core.inserts import doubt, insert_later, update_later
from upnext.core.jobs.queue import enqueue
from upnext.core.load import load_for
from upnext.goals.events import GoalChange
from upnext.identity.events import UserDeleted, UserUpdated
from upnext.planning.clocks import WorkClock, clock_of
from upnext.planning.keeping import queries
from upnext.planning.keys import TaskFacts, goal_term, key_values
from upnext.planning.models import RankKey
from upnext.tasks.events import TaskCreated, TaskDeleted, TaskReopened, TaskRestored
from upnext.tasks.models import Task
from upnext.tasks.policy import READ

RECOMPUTE: Final = "planning.recompute"
CLOCKS_KEPT: Final = timedelta(seconds=60)
MOST_KEPT: Final = 50_000
SETTLED_AFTER: Final = timedelta(seconds=90)
"""When no process can use a clock any more that was read before a change."""
KEY_FIELDS: Final = frozenset(
    {"priority", "status", "estimated_duration", "due_at", "start_at", "energy", "context"}
    | {"project_id", "workspace_id", "assignee_ids", "blocked_by", "blocker_count", "goal_id"}
    | {"category", "actual_minutes"}
)
ESTIMATING: Final = frozenset({"category"})
"""They tell how long a task takes that has no estimate, and nothing else."""
PLACE_FIELDS: Final = frozenset({"assignee_ids", "project_id", "workspace_id"})
PRECEDENCE_FIELDS: Final = frozenset({"assignee_ids", "blocked_by", "blocker_count"})
GOAL_FIELDS: Final = frozenset({"weight", "status", "deleted_at"})
CLOCK_FIELDS: Final = frozenset({"time_zone", "working_hours"})

_clocks: dict[UUID, tuple[datetime, WorkClock]] = {}
_owners: dict[UUID, UUID | None] = {}
"""Whose personal workspace it is. That changes only when the account is deleted."""


async def on_task_created(session: AsyncSession, _: Actor, change: TaskCreated) -> None:
    """New keys wait in the session, so that many tasks at once cost one statement."""
    task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
    if not task.is_open:
        return
    for values in await _keys(session, task, task.assignee_ids):
        insert_later(session, RankKey.__table__, values)


async def on_task_changed(session: AsyncSession, _: Actor, change: Change) -> None:
    """For every other change of a task."""
    if isinstance(change, TaskDeleted):
        await session.execute(queries.drop_keys(change.resource_id))
        return
    returned = isinstance(change, TaskReopened | TaskRestored)
    if not returned and KEY_FIELDS.isdisjoint(change.diff):
        return
    task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
    if not task.is_open:
        update_later(session, queries.DROP_KEYS, {"dropped_task": task.id})
        return
    if not returned and as_before(task, change):
        return
    await _place(session, task, moved=not PLACE_FIELDS.isdisjoint(change.diff))
    if task.dependent_count and (returned or not PRECEDENCE_FIELDS.isdisjoint(change.diff)):
        await _place_freed(session, task.id)


def as_before(task: TaskFacts, change: Change) -> bool:
    """Whether the keys of a task that was and is open stay what they are, though it has changed."""
    return bool(task.estimated_duration) and (KEY_FIELDS & change.diff.keys()) <= ESTIMATING


async def on_user_updated(session: AsyncSession, _: Actor, change: UserUpdated) -> None:
    """Other working hours change the slack of every task."""
    if CLOCK_FIELDS.isdisjoint(change.diff):
        return
    user_id = change.resource_id
    forget_clock(user_id)
    now = unit_of(session).now
    for run_at in (now, now + SETTLED_AFTER):
        await enqueue(session, RECOMPUTE, {"user_id": str(user_id), "all": True}, run_at=run_at)


async def on_goal_changed(session: AsyncSession, _: Actor, change: GoalChange) -> None:
    """Another weight moves all tasks of the goal by the same amount, in everybody's order."""
    if not GOAL_FIELDS.isdisjoint(change.diff):
        await session.execute(queries.set_goal(change.resource_id, goal_term(change.pull)))


async def on_user_deleted(_: AsyncSession, __: Actor, change: UserDeleted) -> None:
    """The account's keys go with its row; here goes what this process remembers."""
    forget_account(change.resource_id)


def forget_account(user_id: UUID) -> None:
    forget_clock(user_id)
    for workspace_id in [key for key, owner in _owners.items() if owner == user_id]:
        del _owners[workspace_id]


def forget_clock(user_id: UUID) -> None:
    _clocks.pop(user_id, None)


async def _place(session: AsyncSession, task: Task, *, moved: bool) -> None:
    rows = await _keys(session, task, task.assignee_ids)
    if moved or not rows:
        people = {row["user_id"] for row in rows}
        await session.execute(queries.drop_keys(task.id, but_of=people))
    put(session, rows)


async def place_all(session: AsyncSession, tasks: Collection[Task]) -> None:
    """New keys of open tasks that wait for nothing and that nothing waits for."""
    people = {
        task.id: await _people(session, task.workspace_id, task.assignee_ids) for task in tasks
    }
    clocks = await _clocks_of(session, set().union(*people.values()))
    for user_id, clock in sorted(clocks.items()):
        theirs = [task for task in tasks if user_id in people[task.id]]
        put(session, key_values(user_id, theirs, clock))


async def _place_freed(session: AsyncSession, task_id: UUID) -> None:
    """Whoever holds this task now holds up everything that waits for it."""
    freed = (await session.scalars(queries.task_ids_freed_by(task_id))).all()
    waiting = (await session.execute(queries.open_tasks(freed))).all()
    for task in waiting:
        put(session, await _keys(session, task, task.assignee_ids))


def put(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        insert_later(session, RankKey.__table__, row, over=queries.KEY)


async def _keys(
    session: AsyncSession, task: TaskFacts, assignee_ids: Collection[str]
) -> list[dict[str, Any]]:
    """A key for everyone whose task it is, and one for everyone whose tasks it waits for."""
    people = await _people(session, task.workspace_id, assignee_ids)
    holders: set[UUID] = set()
    if task.blocked_by:
        held = (await session.execute(queries.holders_of(task.id))).all()
        for workspace_id, others in held:
            holders |= await _people(session, workspace_id, others)
    clocks = await _clocks_of(session, people | holders)
    return [
        row
        for user_id, clock in sorted(clocks.items())
        for row in key_values(user_id, [task], clock, offered=user_id in people)
    ]


async def _people(
    session: AsyncSession, workspace_id: UUID, assignee_ids: Collection[str]
) -> set[UUID]:
    """Whose task it is: its assignees', or else the owner's of the personal workspace."""
    if assignee_ids:
        return {UUID(user_id) for user_id in assignee_ids}
    if workspace_id not in _owners:
        _trim(_owners)
        _owners[workspace_id] = await session.scalar(queries.personal_owner(workspace_id))
    owner = _owners[workspace_id]
    return set() if owner is None else {owner}


async def _clocks_of(session: AsyncSession, user_ids: Iterable[UUID]) -> Mapping[UUID, WorkClock]:
    """Of those people who have an account; a clock may be a minute old."""
    now = unit_of(session).now
    found, missing = {}, []
    for user_id in user_ids:
        read_at, clock = _clocks.get(user_id, (None, None))
        if clock is not None and read_at is not None and now - read_at < CLOCKS_KEPT:
            found[user_id] = clock
            # Another process may have deleted the account within that minute.
            doubt(session, partial(forget_account, user_id))
        else:
            missing.append(user_id)
    if missing:
        _trim(_clocks)
        for user_id, *settings in await session.execute(queries.clocks(missing)):
            found[user_id] = clock_of(settings)
            _clocks[user_id] = (now, found[user_id])
    return found


def _trim(kept: dict[UUID, Any]) -> None:
    """Begins anew when there is too much: whatever is needed is read again."""
    if len(kept) >= MOST_KEPT:
        kept.clear()
