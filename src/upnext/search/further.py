"""What else can be found: the comments on tasks, and goals."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.comments import events as comment
from upnext.comments.models import Comment
from upnext.comments.policy import READ as READ_COMMENT
from upnext.core.auth import SYSTEM
from upnext.core.load import load_for
from upnext.goals import events as goal
from upnext.goals.models import Goal
from upnext.goals.policy import READ_GOAL
from upnext.search import queries
from upnext.search.documents import Document
from upnext.search.sources import Source
from upnext.tasks.models import Task
from upnext.tasks.policy import READ as READ_TASK


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
    return _said(row, await load_for(session, SYSTEM, READ_TASK, Task, row.task_id))


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
