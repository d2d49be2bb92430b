"""The use cases on one task, and what follows from changes of its project."""

from collections.abc import Set
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, LostRace
from upnext.core.inserts import add_later
from upnext.core.load import load_for
from upnext.tasks import changing, deriving, hierarchy, moving, placing, queries, repeating, serving
from upnext.tasks.blocking import tell_waiting
from upnext.tasks.events import TaskCreated
from upnext.tasks.fields import Values, create, wanted
from upnext.tasks.models import Task
from upnext.tasks.policy import CREATE, UPDATE
from upnext.tasks.recurring import Reach
from upnext.tasks.schemas import TaskCreate, TaskPatch, TaskReplace
from upnext.tasks.writing import apply, check_assignees, hold, keep_assignees, keep_tags
from upnext.workspaces.events import ProjectDeleted, ProjectRestored, ProjectUpdated
from upnext.workspaces.service import slot_for_new_task

# What PUT and PATCH do not reach by the same name as a column.
_SEPARATELY = frozenset({"project_id", "parent_id"})


async def create_task(session: AsyncSession, actor: Actor, data: TaskCreate) -> Task:
    """Raises Conflict (`external_id_taken`, with `task_id`) when that id is there already."""
    derived = await deriving.derived(session, actor, data)
    slot = await slot_for_new_task(session, actor, data.project_id, CREATE)
    if data.external_id is not None:
        await _check_external_id(session, actor, slot.workspace_id, data.external_id)
    if data.parent_id is not None:
        await hierarchy.check_new(session, actor, data.parent_id, slot.id)
    await check_assignees(session, actor, slot.id, data.assignee_ids)
    goals = await serving.judged(session, actor, slot.place, [data.goal_id])
    serving.check(goals)
    await repeating.settle(session, actor, [data])
    now = unit_of(session).now
    mode = deriving.mode_of(session)
    task, diff = create(
        slot, slot.first_number, data, actor.user_id, now, mode=mode, derived=derived
    )
    serving.weigh(task, goals)
    add_later(session, task, footing=slot.footing)
    if task.external_id is not None:
        await flush_new(session)
    await keep_tags(session, task, ())
    await keep_assignees(session, task, ())
    change = TaskCreated(workspace_id=slot.workspace_id, resource_id=task.id, diff=diff)
    await record(session, actor, change)
    return task


async def flush_new(session: AsyncSession) -> None:
    """Raises LostRace when another request just took the same external id."""
    try:
        await session.flush()
    except IntegrityError as error:
        if "external_key" in str(error.orig):
            raise LostRace from error
        raise


async def _check_external_id(
    session: AsyncSession, actor: Actor, workspace_id: UUID, external_id: str
) -> None:
    found = (await session.execute(queries.with_external_keys(workspace_id, [external_id]))).first()
    if found is None:
        return
    code = "external_id_taken"
    if actor.role_in(found.workspace_id, found.project_id, found.id) is None:
        raise Conflict("This external_id is taken. Choose another.", code=code)
    raise Conflict(
        f"This external_id is that of {found.key}. Change that task instead.",
        code=code,
        task_id=str(found.id),
    )


async def update_task(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    data: TaskPatch | TaskReplace,
    *,
    expected: int | None = None,
    reach: Reach | None = None,
) -> Task:
    """Of a TaskPatch what was given, of a TaskReplace everything. `expected` is the version."""
    given = _given(data)
    if reach is None:
        done = await changing.at_once(session, actor, task_id, data, given, expected=expected)
        if done is not None:
            return done
    if "parent_id" in given and data.parent_id is not None:
        await _lock_workspace_of(session, actor, task_id)
    task = await hold(session, actor, UPDATE, task_id, expected=expected)
    values = wanted(data, given - _SEPARATELY, task)
    values |= await repeating.adapted(session, actor, task, values, reach)
    values |= await _placed(session, actor, task, data, given, values)
    values |= await placing.changed(session, task, data, values)
    if "assignee_ids" in given or "project_id" in values:
        people = [UUID(str(each)) for each in values.get("assignee_ids", task.assignee_ids)]
        project_id = values.get("project_id", task.project_id)
        if {str(each) for each in people} - set(task.assignee_ids) or "project_id" in values:
            await check_assignees(session, actor, project_id, people)
    return await apply(session, actor, task, values)


def _given(data: TaskPatch | TaskReplace) -> Set[str]:
    if isinstance(data, TaskPatch):
        return data.model_fields_set
    return (type(data).model_fields.keys() - {"project_id"}) | data.model_fields_set


async def _lock_workspace_of(session: AsyncSession, actor: Actor, task_id: UUID) -> None:
    task = await load_for(session, actor, UPDATE, Task, task_id)
    await session.execute(queries.lock_workspace(task.workspace_id))


async def _placed(
    session: AsyncSession,
    actor: Actor,
    task: Task,
    data: TaskPatch | TaskReplace,
    given: Set[str],
    said: Values,
) -> Values:
    """Project and parent, where they change. Out of its project a task leaves its parent behind."""
    values: Values = {}
    if "project_id" in given and data.project_id != task.project_id:
        values = await moving.carry(
            session, actor, task, data.project_id, said.get("status", task.status)
        )
        values["parent_id"] = None
    if "parent_id" in given and data.parent_id != task.parent_id:
        values["parent_id"] = data.parent_id
    parent_id = values.get("parent_id")
    if parent_id is not None:
        project_id = values.get("project_id", task.project_id)
        await hierarchy.check_move(session, actor, task, parent_id, project_id)
    return values


# What follows from a project, within its own transaction


async def on_project_updated(session: AsyncSession, _: Actor, change: ProjectUpdated) -> None:
    """The short keys of its tasks begin with its key."""
    if "key" in change.diff:
        await session.execute(queries.rename_keys(change.resource_id, change.diff["key"][1]))


async def on_project_deleted(session: AsyncSession, actor: Actor, change: ProjectDeleted) -> None:
    """Its tasks go to the trash with it; nobody waits for them there."""
    now, project_id = unit_of(session).now, change.resource_id
    waited_for = list(await session.scalars(queries.waited_for(project_id)))
    await session.execute(queries.trash_project(project_id, now))
    await _tell_anew(session, actor, waited_for)


async def on_project_restored(session: AsyncSession, actor: Actor, change: ProjectRestored) -> None:
    now, project_id = unit_of(session).now, change.resource_id
    await session.execute(queries.claim_external_ids(change.workspace_id, project_id))
    await session.execute(queries.restore_project(project_id, now))
    await session.execute(queries.follow_key(project_id))
    await _tell_anew(session, actor, list(await session.scalars(queries.waited_for(project_id))))


async def _tell_anew(session: AsyncSession, actor: Actor, tasks: list[Task]) -> None:
    for task in tasks:
        await session.refresh(task)
        await tell_waiting(session, actor, task)
