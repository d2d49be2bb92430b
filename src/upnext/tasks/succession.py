"""The next occurrence of a task that repeats: made in the transaction that closes the last one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import LostRace
from upnext.core.inserts import add_later
from upnext.core.load import load_for
from upnext.tasks import placing, queries, series, serving
from upnext.tasks.blocking import tell_waiting
from upnext.tasks.events import TaskCompleted, TaskCreated, TaskUpdated
from upnext.tasks.fields import Values, begin, write
from upnext.tasks.models import CLOSED, Status, Task
from upnext.tasks.policy import CREATE, READ
from upnext.tasks.writing import assignee_rows, tag_rows
from upnext.workspaces.numbering.places import ProjectSlot
from upnext.workspaces.service import slot_for_new_tasks

Made = tuple[Task, Diff]


async def on_task_closed(
    session: AsyncSession, actor: Actor, change: TaskCompleted | TaskUpdated
) -> None:
    """Whatever closed it. Of a task that does not repeat, or was closed before, nothing follows."""
    before, after = change.diff.get("status", (None, None))
    if after not in CLOSED or before in CLOSED:
        return
    # It is in the session already: whoever changed it holds it.
    task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
    if task.series_id is None:
        return
    copied = await succeed(session, actor, task)
    await _leave_undone(session, actor, [each for each in copied if each.is_open])


async def _leave_undone(session: AsyncSession, actor: Actor, tasks: Sequence[Task]) -> None:
    """Cancels subtasks whose copies are to do by now: nothing is to do twice."""
    now = unit_of(session).now
    closed = {"status": Status.CANCELLED, "updated_at": now}
    diffs = [write(each, await placing.follow(session, each, closed), now) for each in tasks]
    await placing.flush(session)
    for each, diff in zip(tasks, diffs, strict=True):
        await tell_waiting(session, actor, each)
        told = {name: diff[name] for name in ("status", "column_id") if name in diff}
        await record(
            session,
            actor,
            TaskUpdated(
                workspace_id=each.workspace_id,
                resource_id=each.id,
                version=each.version,
                diff=told,
            ),
        )


async def succeed(session: AsyncSession, actor: Actor, task: Task) -> Sequence[Task]:
    """Makes what comes after `task`, which is held, unless the series ends or it is there.

    Gives the subtasks that were copied for it.
    """
    now = unit_of(session).now
    values = series.following(task, now)
    if values is None or await successor_id(session, task) is not None:
        return ()
    below = await _below(session, task)
    place, count = task.project_id, 1 + len(below)
    # Whoever may close a task may have the next one made, also by a link that opens this one only.
    slot = await slot_for_new_tasks(session, SYSTEM, place, CREATE, count=count)
    first = _made(task, slot, slot.first_number, values | {"parent_id": task.parent_id}, now)
    shift = series.Shift(task, values["due_at"], now)
    made = [first, *_copies(below, (task, first[0]), slot, shift)]
    goals = await serving.judged(session, SYSTEM, slot.place, [each.goal_id for each, _ in made])
    for each, _ in made:
        serving.weigh(each, goals)
    await _insert(session, actor, made)
    return below


async def successor_id(session: AsyncSession, task: Task) -> UUID | None:
    """The occurrence after this one, also in the trash."""
    if task.series_id is None or task.occurrence is None:
        return None
    return await session.scalar(queries.occurrence_id(task.series_id, task.occurrence + 1))


async def _below(session: AsyncSession, task: Task) -> list[Task]:
    """What is copied with it, parents first: not the trash, and nothing that repeats by itself."""
    children: dict[UUID | None, list[Task]] = {}
    for each in await session.scalars(queries.subtree_for_update(task.id)):
        if each.deleted_at is None and each.series_id is None:
            children.setdefault(each.parent_id, []).append(each)
    ordered = [task]
    for parent in ordered:
        ordered += children.get(parent.id, [])
    return ordered[1:]


def _copies(
    below: Iterable[Task], top: tuple[Task, Task], slot: ProjectSlot, shift: series.Shift
) -> list[Made]:
    """New subtasks for the second of `top`, as `below` are those of the first: all to do."""
    old, new = top
    parents = {old.id: new.id}
    copies = []
    for number, each in enumerate(below, slot.first_number + 1):
        values: Values = {name: getattr(each, name) for name in series.CARRIED} | series.NONE
        values |= {"due_at": shift(each.due_at), "start_at": shift(each.start_at)}
        values["parent_id"] = parents[each.parent_id or old.id]
        copies.append(_made(each, slot, number, values, new.created_at))
        parents[each.id] = copies[-1][0].id
    return copies


def _made(source: Task, slot: ProjectSlot, number: int, values: Values, now: datetime) -> Made:
    """A task in the place of `source` that is not in any session yet, and what stands in it."""
    fresh = {"status": Status.TODO, "external_id": None}
    theirs = {"reporter_id": source.reporter_id, "created_at": now}
    place = placing.NOWHERE
    if source.board_id is not None:
        moment = placing.Moment(now, number - slot.first_number)
        place = placing.at_home(slot.layout, Status.TODO, moment, source.board_id)
    return begin(slot, number, {**values, **place, **fresh, **theirs}, now, done_at=now)


async def _insert(session: AsyncSession, actor: Actor, made: Sequence[Made]) -> None:
    for task, _ in made:
        add_later(session, task)
    await _flush(session)
    tags = [row for task, _ in made for row in tag_rows(task)]
    people = [row for task, _ in made for row in assignee_rows(task, task.assignee_ids)]
    if tags:
        await session.execute(queries.ADD_TAGS, tags)
    if people:
        await session.execute(queries.ADD_ASSIGNEES, people)
    for task, diff in made:
        change = TaskCreated(
            workspace_id=task.workspace_id, resource_id=task.id, diff=diff, follows=True
        )
        await record(session, actor, change)


async def _flush(session: AsyncSession) -> None:
    """Raises LostRace when another request has just made the same occurrence."""
    try:
        await session.flush()
    except IntegrityError as error:
        if any(sign in str(error.orig) for sign in ("ix_task_series", "task.series_id")):
            raise LostRace from error
        raise


# NEEDS LostRace import
