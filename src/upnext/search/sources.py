"""What can be found: for each kind of thing when it changes, what is in it, and what is shown."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.changes import Change
from upnext.core.load import load_for
from upnext.search import queries
from upnext.search.documents import Document
from upnext.tasks import events as task
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.workspaces import events as project
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of thing that can be found.

    `created`, `updated`, `deleted` and `restored` are what happens to one. An update counts if
    its diff names one of `fields`. What is deleted leaves the index, and is read anew when it is
    restored; but of what `holds` others (a task its comments) all of them hide until then.
    """

    kind: str
    created: tuple[type[Change], ...]
    updated: tuple[type[Change], ...]
    deleted: tuple[type[Change], ...] = ()
    restored: tuple[type[Change], ...] = ()
    fields: frozenset[str]
    holds: bool = False
    read: Callable[[AsyncSession, UUID], Awaitable[Document]]
    """What is in one that was just written, usually without asking the database."""
    batch: Callable[[UUID | None, int], Select[Any]]
    """So many behind that id, in the order of their ids, locked: for indexing them anew."""
    document: Callable[[Any], Document]
    """Of what `batch` gives, or of a row that was just written."""
    cards: Callable[[Sequence[Any]], Select[Any]]
    """What is shown of those with these ids (bound), in the columns of `queries.CARD`."""


def _task(row: Task) -> Document:
    return Document(
        kind="task",
        id=row.id,
        workspace_id=row.workspace_id,
        project_id=row.project_id,
        title=row.title,
        text=row.description,
        key=row.key,
        labels=row.tags,
        task_id=row.id,
        live=row.deleted_at is None,
    )


async def _read_task(session: AsyncSession, task_id: UUID) -> Document:
    return _task(await load_for(session, SYSTEM, READ, Task, task_id))


TASKS: Final = Source(
    kind="task",
    created=(task.TaskCreated,),
    updated=(task.TaskUpdated, task.TaskCompleted, task.TaskReopened),
    deleted=(task.TaskDeleted,),
    restored=(task.TaskRestored,),
    fields=frozenset({"title", "description", "tags", "key", "project_id"}),
    holds=True,
    read=_read_task,
    batch=queries.tasks_behind,
    document=_task,
    cards=queries.task_cards,
)


def _project(row: Project) -> Document:
    return Document(
        kind="project",
        id=row.id,
        workspace_id=row.workspace_id,
        project_id=row.id,
        title=row.name,
        key=row.key,
    )


async def _read_project(session: AsyncSession, project_id: UUID) -> Document:
    return _project(await load_for(session, SYSTEM, READ_PROJECT, Project, project_id))


# In the trash it is left out by its `project_id`, as all that lies in it.
PROJECTS: Final = Source(
    kind="project",
    created=(project.ProjectCreated,),
    updated=(project.ProjectUpdated,),
    fields=frozenset({"name", "key"}),
    read=_read_project,
    batch=queries.projects_behind,
    document=_project,
    cards=queries.project_cards,
)
