"""Writing comments: each change of one goes through here."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.comments import markdown, mentions, policy, queries
from upnext.comments.events import (
    CommentCreated,
    CommentDeleted,
    CommentRestored,
    CommentUpdated,
)
from upnext.comments.markdown import Parsed
from upnext.comments.models import Comment, CommentVersion
from upnext.comments.schemas import CommentCreate, CommentPatch
from upnext.comments.wire import Wire, comment_wire
from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound
from upnext.core.ids import new_id
from upnext.core.load import check_version, load_for, permit
from upnext.tasks.wire import plain
from upnext.tasks.writing import hold

RESTORABLE_FOR = timedelta(days=30)
# Longer texts may take longer than others should wait.
LONG = 2_000


async def create(session: AsyncSession, actor: Actor, task_id: UUID, data: CommentCreate) -> Wire:
    parsed = await _parse(data.body)
    task = await hold(session, actor, policy.CREATE, task_id)
    own_id = new_id()
    thread_id = await _thread(session, actor, task_id, data.parent_id) or own_id
    now = unit_of(session).now
    comment = Comment(
        id=own_id,
        workspace_id=task.workspace_id,
        task_id=task_id,
        thread_id=thread_id,
        parent_id=data.parent_id,
        author_id=actor.user_id,
        link_id=actor.credential_id if actor.kind == "link" else None,
        created_at=now,
        updated_at=now,
    )
    await _say(session, actor, comment, task.project_id, parsed)
    session.add(comment)
    await session.flush()
    said = {"parent_id": plain(comment.parent_id), "body": comment.body}
    said["mentions"] = _called(comment) or None
    diff = {name: (None, value) for name, value in said.items() if value is not None}
    await record(session, actor, _event(CommentCreated, comment, diff))
    return await _shown(session, actor, comment.id)


async def _thread(
    session: AsyncSession, actor: Actor, task_id: UUID, parent_id: UUID | None
) -> UUID | None:
    """The thread of the comment that is replied to, which has to be of the same task."""
    if parent_id is None:
        return None
    try:
        parent = await load_for(session, actor, policy.READ, Comment, parent_id, parent=task_id)
    except NotFound as missing:
        raise NotFound("There is no such comment to reply to.") from missing
    return parent.thread_id


async def update(
    session: AsyncSession,
    actor: Actor,
    comment_id: UUID,
    data: CommentPatch,
    *,
    expected: int | None = None,
) -> Wire:
    """Only whoever wrote it may; what it said before is kept."""
    parsed = await _parse(data.body)
    comment = await load_for(session, actor, policy.UPDATE, Comment, comment_id)
    if not _wrote(actor, comment):
        raise Forbidden("Only who wrote a comment can edit it. Reply instead.", code="not_author")
    task = await hold(session, actor, policy.UPDATE, comment.task_id)
    # The task is locked by now, and with it the comment's versions are in order.
    await session.refresh(comment)
    if comment.deleted_at is not None:
        raise NotFound("There is no such comment.")
    check_version(comment.version, expected)
    if data.body != comment.body:
        await _rewrite(session, actor, comment, task.project_id, parsed)
    return await _shown(session, actor, comment_id)


async def _rewrite(
    session: AsyncSession,
    actor: Actor,
    comment: Comment,
    project_id: UUID,
    parsed: Parsed,
) -> None:
    before, called = comment.body, _called(comment)
    now = unit_of(session).now
    session.add(_earlier(comment, now))
    await _say(session, actor, comment, project_id, parsed)
    comment.edited_at = comment.updated_at = now
    await session.flush()
    diff: Diff = {"body": (before, comment.body)}
    if called != _called(comment):
        diff = {**diff, "mentions": (called, _called(comment))}
    await record(session, actor, _event(CommentUpdated, comment, diff))


def _earlier(comment: Comment, now: datetime) -> CommentVersion:
    return CommentVersion(
        comment_id=comment.id,
        version=comment.version,
        body=comment.body,
        written_at=comment.edited_at or comment.created_at,
        replaced_at=now,
    )


async def delete(
    session: AsyncSession, actor: Actor, comment_id: UUID, *, expected: int | None = None
) -> None:
    """One's own, or as a manager anybody's. Also in an archived project: it may have to go."""
    comment = await load_for(session, actor, policy.DELETE, Comment, comment_id)
    if not _wrote(actor, comment):
        permit(actor, policy.MODERATE, *comment.place)
    check_version(comment.version, expected)
    now = unit_of(session).now
    comment.deleted_at = comment.updated_at = now
    comment.deleted_by = actor.user_id
    await session.flush()
    diff = {"deleted_at": (None, plain(now))}
    await record(session, actor, _event(CommentDeleted, comment, diff))


async def restore(
    session: AsyncSession, actor: Actor, comment_id: UUID, *, expected: int | None = None
) -> Wire:
    """By whoever deleted it, as long as things stay in the trash."""
    comment = await load_for(session, actor, policy.RESTORE, Comment, comment_id, trashed=True)
    since = comment.deleted_at
    if since is None or comment.task.deleted_at is not None:
        raise NotFound("There is no such comment. If its task is in the trash, restore that.")
    if comment.deleted_by != actor.user_id:
        raise Forbidden("Only who deleted a comment can restore it.", code="not_deleter")
    check_version(comment.version, expected)
    now = unit_of(session).now
    if now - since > RESTORABLE_FOR:
        raise Conflict(
            f"It was deleted more than {RESTORABLE_FOR.days} days ago. Write it anew.",
            code="too_late",
        )
    comment.deleted_at = comment.deleted_by = None
    comment.updated_at = now
    await session.flush()
    diff = {"deleted_at": (plain(since), None)}
    await record(session, actor, _event(CommentRestored, comment, diff))
    return await _shown(session, actor, comment_id)


async def _parse(body: str) -> Parsed:
    if len(body) < LONG:
        return markdown.parse(body)
    return await asyncio.to_thread(markdown.parse, body)


async def _say(
    session: AsyncSession, actor: Actor, comment: Comment, project_id: UUID, parsed: Parsed
) -> None:
    mentioned = await mentions.resolve(session, actor, project_id, parsed.names)
    comment.body, comment.mentions = parsed.text, mentioned
    comment.body_html = markdown.render(parsed, mentioned)
    comment.rendering = markdown.RENDERING


def _wrote(actor: Actor, comment: Comment) -> bool:
    return actor.user_id is not None and comment.author_id == actor.user_id


def _called(comment: Comment) -> list[str]:
    return sorted(set(comment.mentions.values()))


async def _shown(session: AsyncSession, actor: Actor, comment_id: UUID) -> Wire:
    return comment_wire((await session.execute(queries.shown(comment_id))).one(), actor)


def _event(kind: type[Any], comment: Comment, diff: Diff) -> Any:  # any event of a comment
    told = {"task_id": (None, str(comment.task_id))} if kind is CommentCreated else {}
    return kind(
        workspace_id=comment.workspace_id,
        resource_id=comment.id,
        version=comment.version,
        diff={**told, **diff},
    )
