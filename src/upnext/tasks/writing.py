"""How a task is taken in hand and put back: the one path of every change of an existing task."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, Invalid, NotFound
from upnext.core.inserts import insert_later
from upnext.core.load import Action, check_version, load_for
from upnext.tasks import placing, queries, serving
from upnext.tasks.blocking import tell_waiting
from upnext.tasks.events import TaskCompleted, TaskReopened, TaskUpdated
from upnext.tasks.fields import Values, write
from upnext.tasks.models import CLOSED, Status, Task, folded

TAG_KEY = 100


class Shut(Protocol):
    """A row with `queries.SHUT`."""

    archived: Any  # an instant, in a row that has no types
    trashed: Any  # as above


async def hold(
    session: AsyncSession,
    actor: Actor,
    action: Action,
    task_id: UUID,
    *,
    expected: int | None = None,
    trashed: bool = False,
) -> Task:
    """The task, locked until the transaction ends, if `actor` may do `action` to it now."""
    row = (await session.execute(queries.HELD, {"task_id": task_id})).one_or_none()
    # Finds in the session what was just read, and asks the database nothing.
    task = await load_for(session, actor, action, Task, task_id, trashed=trashed)
    check(task, row, expected)
    return task


def check(task: Task, shut: Shut | None, expected: int | None) -> None:
    """That the task can be changed where it lies, and is what the caller has seen."""
    if shut is None or shut.trashed is not None:
        raise NotFound("Its project is in the trash. Restore the project first.")
    if shut.archived is not None:
        raise Conflict(
            "Its project is archived. Take the project out of the archive to change the task.",
            code="project_archived",
        )
    check_version(task.version, expected)


async def apply(session: AsyncSession, actor: Actor, task: Task, values: Values) -> Task:
    """Writes `values` into a task that is held. What changes nothing leaves no trace."""
    now = unit_of(session).now
    before, was_open, lay_at = task.status, task.is_open, task.position
    tags, assignees, project_id = task.tags, task.assignee_ids, task.project_id
    await serving.choose(session, actor, task, values)
    diff = write(task, await placing.follow(session, task, values), now)
    if not diff:
        return task
    task.updated_at = now
    await placing.flush(session)
    await keep_tags(session, task, tags)
    await keep_assignees(session, task, assignees)
    if was_open != task.is_open or project_id != task.project_id:
        await tell_waiting(session, actor, task)
    await record(session, actor, change_of(task, before, diff, lay_at))
    return task


def change_of(
    task: Task, before: Status, diff: Diff, lay_at: int | None
) -> TaskUpdated | TaskCompleted | TaskReopened:
    """What is told of a task that was just written; `before` it had that status."""
    kind: type[TaskUpdated | TaskCompleted | TaskReopened] = TaskUpdated
    if before != task.status and task.status == Status.DONE:
        kind = TaskCompleted
    elif before in CLOSED and task.status not in CLOSED:
        kind = TaskReopened
    return kind(
        workspace_id=task.workspace_id,
        resource_id=task.id,
        version=task.version,
        diff=diff,
        lay_at=lay_at,
    )


async def keep_tags(session: AsyncSession, task: Task, before: Collection[str]) -> None:
    """Brings `task_tag` in line with the task's tags, which were `before`."""
    old = {folded(tag, TAG_KEY): tag for tag in before}
    new = {folded(tag, TAG_KEY): tag for tag in task.tags}
    stale = [key for key, tag in old.items() if new.get(key) != tag]
    fresh = [key for key, tag in new.items() if old.get(key) != tag]
    if stale:
        await session.execute(queries.drop_tags(task.id, stale))
    for row in tag_rows(task, fresh):
        insert_later(session, queries.TAG, row)


def tag_rows(task: Task, keys: Collection[str] | None = None) -> list[dict[str, object]]:
    """Rows of `task_tag` for the task's tags, or for those with these keys."""
    found = {folded(tag, TAG_KEY): tag for tag in task.tags}
    place = {"task_id": task.id, "workspace_id": task.workspace_id}
    return [
        {**place, "tag_key": key, "tag": tag}
        for key, tag in found.items()
        if keys is None or key in keys
    ]


async def keep_assignees(session: AsyncSession, task: Task, before: Collection[str]) -> None:
    """Brings `task_assignee` in line with the task's assignees, who were `before`."""
    stale = [UUID(user_id) for user_id in before if user_id not in task.assignee_ids]
    fresh = [user_id for user_id in task.assignee_ids if user_id not in before]
    if stale:
        await session.execute(queries.drop_assignees(task.id, stale))
    for row in assignee_rows(task, fresh):
        insert_later(session, queries.ASSIGNEE, row)


def assignee_rows(task: Task, user_ids: Sequence[str]) -> list[dict[str, object]]:
    place = {"task_id": task.id, "workspace_id": task.workspace_id}
    return [{**place, "user_id": UUID(user_id)} for user_id in user_ids]


async def unassignable(
    session: AsyncSession, actor: Actor, project_id: UUID, user_ids: Collection[UUID]
) -> set[UUID]:
    """Those who may not see the project. The actor may, or would not be here, but for an
    administrator of the instance, who need not be a member."""
    others = set(user_ids) - ({actor.user_id} if actor.kind != "admin" else set())
    if not others:
        return set()
    return others - set(await session.scalars(queries.who_see(project_id, others)))


async def check_assignees(
    session: AsyncSession, actor: Actor, project_id: UUID, user_ids: Sequence[UUID]
) -> None:
    strangers = await unassignable(session, actor, project_id, user_ids)
    if strangers:
        raise Invalid(
            "A task can be assigned to members who see its project only.",
            code="not_assignable",
            errors=[
                {"pointer": f"/assignee_ids/{index}", "detail": NOT_ASSIGNABLE}
                for index, user_id in enumerate(user_ids)
                if user_id in strangers
            ],
        )


NOT_ASSIGNABLE = "is no member who can see the project"
