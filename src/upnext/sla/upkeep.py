"""What follows for the clocks of tasks from what happens to them, in its own transaction.

A task of a project without policies costs nothing here: its own row says so.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Change
from upnext.core.load import load_for
from upnext.sla import keeping, queries, recomputing
from upnext.tasks.events import TaskCreated, TaskDeleted, TaskRestored
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.workspaces.events import ProjectRestored, ProjectUpdated, WorkspaceRestored
from upnext.workspaces.models import Project

FIELDS: Final = frozenset({"status", "priority", "due_at", "project_id"})
"""A clock depends on these."""


async def on_task_created(session: AsyncSession, _: Actor, change: TaskCreated) -> None:
    task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
    if task.sla_ruled:
        await keeping.start(session, task)


async def on_task_changed(session: AsyncSession, actor: Actor, change: Change) -> None:
    """For every other change of a task but its way into the trash."""
    await on_tasks_changed(session, actor, [change])


async def on_tasks_changed(session: AsyncSession, actor: Actor, changes: Sequence[Change]) -> None:
    """The same for many: their clocks are read together."""
    renewed: dict[Task, bool] = {}
    for change in changes:
        if not isinstance(change, TaskRestored) and FIELDS.isdisjoint(change.diff):
            continue
        task = await load_for(session, SYSTEM, READ, Task, change.resource_id)
        if _counts(task):
            responded = "status" in change.diff and _responds(actor, task)
            renewed[task] = responded or renewed.get(task, False)
    if renewed:
        await keeping.renew(session, renewed)


async def on_task_deleted(session: AsyncSession, actor: Actor, change: TaskDeleted) -> None:
    """Time goes on in the trash, but nobody is told."""
    await on_tasks_deleted(session, actor, [change])


async def on_tasks_deleted(session: AsyncSession, _: Actor, changes: Sequence[TaskDeleted]) -> None:
    gone = [
        await load_for(session, SYSTEM, READ, Task, change.resource_id, trashed=True)
        for change in changes
    ]
    if counted := [task.id for task in gone if _counts(task)]:
        await keeping.put_to_sleep(session, counted)


async def on_comment_created(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Of a comment, whose diff names its task. What a file brings was said elsewhere, long ago."""
    if getattr(change, "follows", False):  # clocks know comments by their changes alone
        return
    await on_response(session, actor, UUID(change.diff["task_id"][1]))


async def on_response(session: AsyncSession, actor: Actor, task_id: UUID) -> None:
    """Somebody wrote to the task: the first response, if it is not its reporter's own."""
    task = await load_for(session, SYSTEM, READ, Task, task_id)
    if not task.sla_ruled or not _responds(actor, task):
        return
    held = await session.scalar(queries.held_task(task_id))
    if held is not None:
        await keeping.respond(session, held)


async def on_project_updated(session: AsyncSession, _: Actor, change: ProjectUpdated) -> None:
    """Out of the archive its clocks go on."""
    if _unarchived(change):
        await _wake_project(session, change.resource_id)


async def on_project_restored(session: AsyncSession, _: Actor, change: ProjectRestored) -> None:
    await _wake_project(session, change.resource_id)


async def on_workspace_back(session: AsyncSession, _: Actor, change: Change) -> None:
    """Out of the archive or the trash."""
    if isinstance(change, WorkspaceRestored) or _unarchived(change):
        await recomputing.ask_workspace(session, change.resource_id)


def _unarchived(change: Change) -> bool:
    return "archived_at" in change.diff and change.diff["archived_at"][1] is None


async def _wake_project(session: AsyncSession, project_id: UUID) -> None:
    project = await load_for(session, SYSTEM, READ, Project, project_id)
    if project.sla_ruled:
        await recomputing.ask(session, project_id)


def _counts(task: Task) -> bool:
    """Whether it has clocks, or could have."""
    return task.sla_ruled or task.sla is not None


def _responds(actor: Actor, task: Task) -> bool:
    return actor.user_id is not None and actor.user_id != task.reporter_id
