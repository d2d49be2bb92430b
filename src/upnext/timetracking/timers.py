"""Running timers: one for each person, whichever task it is for."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Change, unit_of
from upnext.core.errors import Conflict, LostRace, NotFound
from upnext.core.load import load_for
from upnext.identity.events import UserDeleted
from upnext.tasks.events import TaskDeleted
from upnext.tasks.models import CLOSED, Task
from upnext.tasks.policy import READ as READ_TASK
from upnext.tasks.wire import plain
from upnext.tasks.writing import hold
from upnext.timetracking import policy, queries, spans, totals
from upnext.timetracking.events import TimeEntryCreated, TimeEntryStopped
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.service import facts, person_of, tell


async def start(
    session: AsyncSession, actor: Actor, task_id: UUID, note: str
) -> tuple[TimeEntry, TimeEntry | None]:
    """The new timer, and the one that ran until now. One that runs for this task goes on."""
    user_id = person_of(actor)
    task = await hold(session, actor, policy.CREATE, task_id)
    if task.status in CLOSED:
        raise Conflict("This task is closed. Open it again to work on it.", code="task_closed")
    running = await session.scalar(queries.running_of(user_id))
    if running is not None and running.task_id == task_id:
        return running, None
    if running is not None:
        await _stop(session, actor, running)
        await totals.renew(session, actor, running.task_id)
    now = unit_of(session).now
    entry = TimeEntry(
        workspace_id=task.workspace_id,
        task_id=task.id,
        user_id=user_id,
        started_at=now,
        minutes=0,
        note=note,
        running_key=user_id,
        created_at=now,
        updated_at=now,
    )
    entry.task = task
    session.add(entry)
    await _flush(session)
    await tell(session, actor, TimeEntryCreated, entry, facts(entry))
    await totals.recount(session, actor, task)
    return entry, running


async def _flush(session: AsyncSession) -> None:
    """Raises LostRace when another request just started a timer of the same person."""
    try:
        await session.flush()
    except IntegrityError as error:
        if "running_key" in str(error.orig):
            raise LostRace from error
        raise


async def stop(session: AsyncSession, actor: Actor, task_id: UUID | None) -> TimeEntry:
    """One's own timer, or only if it runs for that task. It is one's own wherever it runs: also in
    the archive, in the trash, and where one has no role any more."""
    user_id = person_of(actor)
    if task_id is not None:
        await load_for(session, actor, policy.UPDATE, Task, task_id)
    running = await session.scalar(queries.running_of(user_id))
    if running is None or task_id not in {None, running.task_id}:
        where = "" if task_id is None else " for this task"
        raise Conflict(f"No timer of yours runs{where}. Start one.", code="no_timer")
    await _stop(session, actor, running)
    await totals.renew(session, actor, running.task_id)
    return running


async def current(session: AsyncSession, actor: Actor) -> TimeEntry | None:
    return await session.scalar(queries.running_of(person_of(actor)))


async def _stop(session: AsyncSession, actor: Actor, entry: TimeEntry) -> None:
    now = unit_of(session).now
    entry.ended_at = spans.end_of_timer(entry.started_at, now)
    entry.minutes = spans.minutes_of(entry.started_at, entry.ended_at)
    entry.running_key, entry.updated_at = None, now
    await session.flush()
    diff = {"ended_at": (None, plain(entry.ended_at)), "minutes": (0, entry.minutes)}
    await tell(session, actor, TimeEntryStopped, entry, diff)


# What follows from other changes, in their own transaction


async def on_task_changed(session: AsyncSession, actor: Actor, change: Change) -> None:
    """With a task end the timers that run for it. It says itself whether there are any."""
    trashed = isinstance(change, TaskDeleted)
    if not trashed and "status" not in change.diff:
        return
    try:
        task = await load_for(session, SYSTEM, READ_TASK, Task, change.resource_id, trashed=trashed)
    except NotFound:
        return
    if task.is_open or not task.running_timers:
        return
    for entry in (await session.scalars(queries.running_at(task.id))).all():
        await _stop(session, actor, entry)
    await totals.recount(session, actor, task)


async def on_user_deleted(session: AsyncSession, actor: Actor, change: UserDeleted) -> None:
    running = await session.scalar(queries.running_of(change.resource_id))
    if running is not None:
        await _stop(session, actor, running)
        await totals.renew(session, actor, running.task_id)
