"""What has to be done before what: within a workspace, and never in a circle."""

from collections import deque
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.load import load_for
from upnext.tasks import queries
from upnext.tasks.blocking import forget, note, record_blocked
from upnext.tasks.models import Task
from upnext.tasks.policy import DEPEND, READ
from upnext.tasks.writing import hold

MOST_BLOCKERS = 100
POINTER = "/blocked_by"
UNSEEN = "(a task that you cannot see)"
Edge = tuple[UUID, UUID]
"""A task, and one that it waits for."""


async def neighbours(
    session: AsyncSession, actor: Actor, task_id: UUID
) -> dict[str, list[dict[Any, Any]]]:
    task = await load_for(session, actor, READ, Task, task_id)
    found: dict[str, list[dict[Any, Any]]] = {}  # JSON, for schemas.Dependencies
    for name, before in (("blocked_by", True), ("blocks", False)):
        rows = await session.execute(queries.neighbours(task.id, actor.hidden, before=before))
        found[name] = [dict(row) for row in rows.mappings()]
    return found


async def add(session: AsyncSession, actor: Actor, task_id: UUID, blocked_by: UUID) -> bool:
    """Whether it is new. Whoever adds one waits for the workspace's others, so that two cannot
    close a circle together."""
    task = await load_for(session, actor, DEPEND, Task, task_id)
    blocker = await load_for(session, actor, READ, Task, blocked_by)
    if task.workspace_id != blocker.workspace_id:
        detail = "A task can wait for tasks of its own workspace only."
        raise invalid_field(POINTER, detail, "other_workspace")
    await session.execute(queries.lock_workspace(task.workspace_id))
    await session.execute(queries.pair_for_update({task.id, blocker.id}))
    await hold(session, actor, DEPEND, task_id)
    await load_for(session, actor, READ, Task, blocked_by)
    if (await session.scalars(queries.dependency(task_id, blocked_by))).first():
        return False
    await _check_room(session, task)
    await _check_circle(session, actor, task, blocker)
    await _connect(session, actor, task, blocker)
    return True


async def _connect(session: AsyncSession, actor: Actor, task: Task, blocker: Task) -> None:
    edge = {
        "task_id": task.id,
        "blocked_by_id": blocker.id,
        "workspace_id": task.workspace_id,
    }
    await session.execute(queries.add_dependency(edge))
    await session.execute(queries.count_dependents(blocker.id, 1))
    before = task.blocker_count
    note(task, blocker)
    await _save(session, actor, task, (None, str(blocker.id)), before)


async def _save(
    session: AsyncSession,
    actor: Actor,
    task: Task,
    edge: tuple[str | None, str | None],
    before: int,
) -> None:
    task.updated_at = unit_of(session).now
    await session.flush()
    counted = (
        {"blocker_count": (before, task.blocker_count)} if before != task.blocker_count else {}
    )
    await record_blocked(session, actor, task, {"blocked_by": edge, **counted})


async def remove(session: AsyncSession, actor: Actor, task_id: UUID, blocked_by: UUID) -> None:
    task = await hold(session, actor, DEPEND, task_id)
    edge = (await session.scalars(queries.dependency(task_id, blocked_by))).first()
    other = (await session.execute(queries.named([blocked_by]))).first()
    if edge is None or other is None or other.project_id in actor.hidden:
        raise NotFound("The task does not wait for that one.")
    await session.execute(queries.drop_dependency(task_id, blocked_by))
    await session.execute(queries.count_dependents(blocked_by, -1))
    before = task.blocker_count
    forget(task, blocked_by)
    await _save(session, actor, task, (str(blocked_by), None), before)


async def _check_room(session: AsyncSession, task: Task) -> None:
    if await session.scalar(queries.count_blockers(task.id)) == MOST_BLOCKERS:
        raise Conflict(
            f"A task waits for at most {MOST_BLOCKERS} others. Remove one first.",
            code="too_many_dependencies",
        )


async def _check_circle(session: AsyncSession, actor: Actor, task: Task, blocker: Task) -> None:
    edges = await session.execute(queries.edges_before(blocker.id))
    path = [task.id, *path_between(edges, blocker.id, task.id)]
    if len(path) == 1:
        return
    rows = (await session.execute(queries.named(path))).all()
    keys = {row.id: UNSEEN if row.project_id in actor.hidden else row.key for row in rows}
    circle = " > ".join(keys[each] for each in path)
    detail = f"{task.key} cannot wait for {blocker.key}: that closes the circle {circle}."
    raise invalid_field(POINTER, detail, "dependency_cycle")


def path_between(edges: Iterable[Edge], start: UUID, end: UUID) -> list[UUID]:
    """The shortest way from `start` to `end`, both in it; empty when there is none."""
    following: dict[UUID, list[UUID]] = {}
    for task_id, before in edges:
        following.setdefault(task_id, []).append(before)
    came_from: dict[UUID, UUID | None] = {start: None}
    queue = deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for there in following.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    path: list[UUID] = []
    step: UUID | None = end if end in came_from else None
    while step is not None:
        path.append(step)
        step = came_from[step]
    return path[::-1]
