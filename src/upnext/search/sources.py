"""What can be found: for each kind of thing when it changes, what is in it, and what is shown."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.comments import events as comment
from upnext.comments.models import Comment
from upnext.comments.policy import READ as READ_COMMENT
from upnext.core.auth import SYSTEM
from upnext.core.changes import Change
from upnext.core.load import load_for
from upnext.goals import events as goal
from upnext.goals.models import Goal
from upnext.goals.policy import READ_GOAL
from upnext.search import queries
from upnext.search.documents import Document
from upnext.tasks import events as task
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.workspaces import events as project
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT

Cards = Callable[[Sequence[Any]], Select[Any]]


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
    cards: Cards | None
    """What is shown of those with these ids (bound), in the columns of `queries.CARD`. None: the
    statement that finds them, `queries.page`, says that as well."""


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
    cards=None,
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


def _comment(row: Comment) -> Document:
    return _said(row, row.task)


def _said(row: Comment, task: Task) -> Document:
    return Document(
        kind="comment",
        id=row.id,
        workspace_id=row.workspace_id,
        project_id=task.project_id,
        title="",
        text=row.body,
        task_id=row.task_id,
        live=task.deleted_at is None,
    )


async def _read_comment(session: AsyncSession, comment_id: UUID) -> Document:
    row = await load_for(session, SYSTEM, READ_COMMENT, Comment, comment_id)
    # Not `row.task`, which a new comment does not have yet.
    return _said(row, await load_for(session, SYSTEM, READ, Task, row.task_id))


COMMENTS: Final = Source(
    kind="comment",
    created=(comment.CommentCreated,),
    updated=(comment.CommentUpdated,),
    deleted=(comment.CommentDeleted,),
    restored=(comment.CommentRestored,),
    fields=frozenset({"body"}),
    read=_read_comment,
    batch=queries.comments_behind,
    document=_comment,
    cards=queries.comment_cards,
)


def _goal(row: Goal) -> Document:
    return Document(
        kind="goal",
        id=row.id,
        workspace_id=row.workspace_id,
        project_id=row.project_id,
        title=row.title,
        text=row.description,
    )


async def _read_goal(session: AsyncSession, goal_id: UUID) -> Document:
    return _goal(await load_for(session, SYSTEM, READ_GOAL, Goal, goal_id))


GOALS: Final = Source(
    kind="goal",
    created=(goal.GoalCreated,),
    updated=(goal.GoalUpdated, goal.GoalCompleted, goal.GoalReopened),
    deleted=(goal.GoalDeleted,),
    restored=(goal.GoalRestored,),
    fields=frozenset({"title", "description", "project_id"}),
    read=_read_goal,
    batch=queries.goals_behind,
    document=_goal,
    cards=queries.goal_cards,
)
