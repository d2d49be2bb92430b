"""Many tasks into the trash and out of it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record_all, unit_of
from upnext.core.inserts import settle
from upnext.tasks import queries
from upnext.tasks.events import TaskDeleted, TaskRestored
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.operations import queries as many
from upnext.tasks.operations.applying import save, tell_waiting
from upnext.tasks.wire import plain


async def throw_away(session: AsyncSession, actor: Actor, roots: Sequence[Task]) -> None:
    """Into the trash, with all that lies below them. The roots are held."""
    now = unit_of(session).now
    ids = [root.id for root in roots]
    parents = {row.id: row.parent_id for row in await session.execute(many.below(ids))}
    lower = [row.Task for row in await session.execute(many.held(parents))] if parents else []
    gone = {task.id: task for task in (*roots, *lower) if task.deleted_at is None}
    rows: list[tuple[Task, Values]] = []
    for task in gone.values():
        trash = {"deleted_at": now, "deleted_with": _top(task.id, parents), "external_key": None}
        rows.append((task, {**trash, "updated_at": now}))
    await settle(session)
    await save(session, rows)
    await _tell(session, actor, TaskDeleted, gone.values(), (None, plain(now)))


def _top(task_id: UUID, parents: Mapping[UUID, UUID | None]) -> UUID:
    """The highest of those that go: what it went to the trash with."""
    while above := parents.get(task_id):
        task_id = above
    return task_id


async def bring_back(session: AsyncSession, actor: Actor, tasks: Sequence[Task]) -> None:
    """These and nothing else. They are held, and their places and external ids are free."""
    if not tasks:
        return
    now, since = unit_of(session).now, plain(tasks[0].deleted_at)
    back = {"deleted_at": None, "deleted_with": None, "updated_at": now}
    await settle(session)
    await save(session, [(task, {**back, "external_key": task.external_id}) for task in tasks])
    await _tell(session, actor, TaskRestored, tasks, (since, None))


async def _tell(
    session: AsyncSession,
    actor: Actor,
    kind: type[TaskDeleted | TaskRestored],
    tasks: Iterable[Task],
    deleted_at: tuple[object, object],
) -> None:
    some = list(tasks)
    told = await tell_waiting(session, some)
    changes = [
        kind(
            workspace_id=task.workspace_id,
            resource_id=task.id,
            version=task.version,
            diff={"deleted_at": deleted_at},
        )
        for task in some
    ]
    await record_all(session, actor, [*told, *changes])


async def without_place(session: AsyncSession, tasks: Sequence[Task]) -> set[UUID]:
    """Those that cannot come back, since what they lie below stays in the trash."""
    going = {task.id: task for task in tasks}
    above = {task.parent_id for task in tasks if task.parent_id} - going.keys()
    alive = {row.id for row in await session.execute(queries.placed(above))} if above else set()
    out: set[UUID] = set()
    while more := {
        task.id
        for task in going.values()
        if task.parent_id and task.parent_id not in alive and task.parent_id not in going
    }:
        out |= more
        going = {task_id: task for task_id, task in going.items() if task_id not in more}
    return out


async def without_external_id(session: AsyncSession, tasks: Sequence[Task]) -> set[UUID]:
    """Those whose external id was given to another task meanwhile."""
    named: dict[UUID, dict[str, UUID]] = {}
    for task in tasks:
        if task.external_id is not None:
            named.setdefault(task.workspace_id, {})[task.external_id] = task.id
    out: set[UUID] = set()
    for workspace_id, ids in named.items():
        for row in await session.execute(queries.with_external_keys(workspace_id, ids)):
            out.add(ids[row.external_id])
    return out


async def with_others_below(session: AsyncSession, task_ids: Iterable[UUID]) -> set[UUID]:
    """Those that have something below them which does not go with them."""
    going, out = set(task_ids), set[UUID]()
    while going:
        rows = await session.execute(many.beneath(going))
        stay = {row.parent_id for row in rows if row.id not in going}
        if not stay:
            break
        out |= stay
        going -= stay
    return out
