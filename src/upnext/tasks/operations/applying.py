"""Writes changes of many tasks that are held, with all that follows, in a few statements.

What is written for each is what `tasks.writing.apply` writes for one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from upnext.core.auth import Actor
from upnext.core.changes import Change, Diff, record_all, unit_of
from upnext.core.inserts import insert_later, settle
from upnext.tasks import placing
from upnext.tasks.events import TaskUpdated
from upnext.tasks.fields import Values, difference
from upnext.tasks.models import Status, Task, folded
from upnext.tasks.operations import queries
from upnext.tasks.queries import ASSIGNEE, TAG
from upnext.tasks.wire import plain
from upnext.tasks.writing import TAG_KEY, assignee_rows, change_of, tag_rows

FEW = 8
"""Up to so many different contents are written by a statement each."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What will stand in a task, and what of its old self is needed afterwards."""

    task: Task
    columns: Values
    diff: Diff
    status: Status
    position: int | None
    was_open: bool
    project_id: UUID
    tags: list[str]
    assignee_ids: list[str]

    @property
    def is_told(self) -> bool:
        """Whether it matters to those who wait for it."""
        return self.was_open != self.task.is_open or self.project_id != self.task.project_id


async def apply_all(
    session: AsyncSession, actor: Actor, wanted: Iterable[tuple[Task, Values]]
) -> None:
    """Writes the values into the tasks. What changes nothing leaves no trace."""
    followed = await placing.follow_all(session, wanted)
    edits = [edit for task, values in followed if (edit := _edit(session, task, values))]
    if not edits:
        return
    await settle(session)
    with placing.still_there():
        await save(session, [(edit.task, edit.columns) for edit in edits])
    await _keep_tags(session, edits)
    await _keep_assignees(session, edits)
    told = await tell_waiting(session, [edit.task for edit in edits if edit.is_told])
    await record_all(session, actor, [*told, *map(_change, edits)])


def _edit(session: AsyncSession, task: Task, values: Values) -> Edit | None:
    now = unit_of(session).now
    columns, diff = difference(task, values, now)
    if not diff:
        return None
    return Edit(
        task,
        {**columns, "updated_at": now},
        diff,
        task.status,
        task.position,
        task.is_open,
        task.project_id,
        task.tags,
        task.assignee_ids,
    )


def _change(edit: Edit) -> Change:
    return change_of(edit.task, edit.status, edit.diff, edit.position)


async def save(session: AsyncSession, rows: Sequence[tuple[Task, Values]]) -> None:
    """Straight into the table; the session's objects follow as if they had been read so."""
    contents: dict[bytes, list[tuple[Task, Values]]] = defaultdict(list)
    for task, columns in rows:
        contents[_content(columns)].append((task, columns))
    connection = await session.connection()
    if len(contents) <= FEW:
        for group in contents.values():
            ids = [task.id for task, _ in group]
            await connection.execute(queries.same_for_all(ids, group[0][1]))
    else:
        by_names: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for task, columns in rows:
            row = {f"new_{name}": value for name, value in columns.items()}
            by_names[tuple(columns)].append({"row_id": task.id, **row})
        for names, values in by_names.items():
            await connection.execute(queries.each_its_own(names), values)
    for task, columns in rows:
        for name, value in columns.items():
            set_committed_value(task, name, value)
        set_committed_value(task, "version", task.version + 1)


def _content(columns: Values) -> bytes:
    shown = {name: plain(value) for name, value in columns.items()}
    return orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)


async def _keep_tags(session: AsyncSession, edits: Iterable[Edit]) -> None:
    gone: dict[str, list[UUID]] = defaultdict(list)
    rows: list[dict[str, object]] = []
    for edit in edits:
        old = {folded(tag, TAG_KEY): tag for tag in edit.tags}
        new = {folded(tag, TAG_KEY): tag for tag in edit.task.tags}
        for key, tag in old.items():
            if new.get(key) != tag:
                gone[key].append(edit.task.id)
        rows += tag_rows(edit.task, [key for key, tag in new.items() if old.get(key) != tag])
    await _drop(session, gone, queries.drop_tag)
    for row in rows:
        insert_later(session, TAG, row)


async def _keep_assignees(session: AsyncSession, edits: Iterable[Edit]) -> None:
    gone: dict[UUID, list[UUID]] = defaultdict(list)
    rows: list[dict[str, object]] = []
    for edit in edits:
        old, new = edit.assignee_ids, edit.task.assignee_ids
        for user_id in old:
            if user_id not in new:
                gone[UUID(user_id)].append(edit.task.id)
        rows += assignee_rows(edit.task, [user_id for user_id in new if user_id not in old])
    await _drop(session, gone, queries.drop_assignee)
    for row in rows:
        insert_later(session, ASSIGNEE, row)


async def _drop(
    session: AsyncSession, gone: dict[Any, list[UUID]], statement: Callable[[Any, list[UUID]], Any]
) -> None:
    """One statement for each tag or person, of which there are few."""
    connection = await session.connection()
    for key, task_ids in gone.items():
        await connection.execute(statement(key, task_ids))


async def tell_waiting(session: AsyncSession, tasks: Sequence[Task]) -> list[Change]:
    """Passes on whether these are open, and where they lie; gives what that changed."""
    sources = {task.id: task for task in tasks if task.dependent_count}
    if not sources:
        return []
    waiting: dict[UUID, Task] = {}
    told: dict[UUID, dict[str, Any]] = {}
    for task, source_id in await session.execute(queries.waiting_for(sources)):
        waiting[task.id] = task
        found = told.setdefault(task.id, {**task.blocked_by})
        found.pop(str(source_id), None)
        if sources[source_id].is_open:
            found[str(source_id)] = str(sources[source_id].project_id)
    return await _save_waiting(session, waiting, told)


async def _save_waiting(
    session: AsyncSession, waiting: dict[UUID, Task], told: dict[UUID, dict[str, Any]]
) -> list[Change]:
    now = unit_of(session).now
    changes: list[Change] = []
    rows = []
    for task_id, blocked_by in told.items():
        task = waiting[task_id]
        if blocked_by == task.blocked_by:
            continue
        counts = task.blocker_count, len(blocked_by)
        columns = {"blocked_by": blocked_by, "blocker_count": counts[1], "updated_at": now}
        rows.append((task, columns))
        if counts[0] != counts[1] and task.deleted_at is None:
            changes.append(_blocked(task, counts))
    await save(session, rows)
    return changes


def _blocked(task: Task, counts: tuple[int, int]) -> Change:
    return TaskUpdated(
        workspace_id=task.workspace_id,
        resource_id=task.id,
        version=task.version + 1,
        diff={"blocker_count": counts},
    )
