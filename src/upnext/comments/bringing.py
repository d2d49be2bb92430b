"""Comments that were made elsewhere: at their own time, and by their author where it is known."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.comments import markdown, mentions, policy
from upnext.comments.events import CommentCreated
from upnext.comments.markdown import Parsed
from upnext.comments.models import Comment
from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.tasks.models import Task
from upnext.tasks.writing import hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The caller has judged that `author_id` is who said this, and that the text fits."""

    id: UUID
    thread_id: UUID
    parent_id: UUID | None
    author_id: UUID
    body: str
    created_at: datetime
    edited_at: datetime | None


async def bring(
    session: AsyncSession, actor: Actor, task_id: UUID, said: Sequence[Brought]
) -> None:
    """Adds them to a task; each comes after the one that it replies to. Nobody is called by their
    mentions, and no promise is kept by them: that was elsewhere."""
    parsed = await asyncio.to_thread(lambda: [markdown.parse(one.body) for one in said])
    task = await hold(session, actor, policy.CREATE, task_id)
    for one, text in zip(said, parsed, strict=True):
        comment = await _comment(session, actor, task, one, text)
        session.add(comment)
        await session.flush()
        told = {"task_id": str(task.id), "body": comment.body}
        if one.parent_id is not None:
            told["parent_id"] = str(one.parent_id)
        diff: Diff = {name: (None, value) for name, value in told.items()}
        change = CommentCreated(
            workspace_id=task.workspace_id,
            resource_id=comment.id,
            version=comment.version,
            diff=diff,
            follows=True,
        )
        await record(session, actor, change)


async def _comment(
    session: AsyncSession, actor: Actor, task: Task, one: Brought, text: Parsed
) -> Comment:
    mentioned = await mentions.resolve(session, actor, task.project_id, text.names)
    return Comment(
        id=one.id,
        workspace_id=task.workspace_id,
        task_id=task.id,
        thread_id=one.thread_id,
        parent_id=one.parent_id,
        author_id=one.author_id,
        body=text.text,
        body_html=markdown.render(text, mentioned),
        rendering=markdown.RENDERING,
        mentions=mentioned,
        created_at=one.created_at,
        updated_at=unit_of(session).now,
        edited_at=one.edited_at,
    )
