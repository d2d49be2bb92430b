from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from upnext.comments import policy, reading, service
from upnext.comments.schemas import (
    CommentCreate,
    CommentList,
    CommentPage,
    CommentPatch,
    CommentRead,
    EarlierList,
    EarlierPage,
    MentionableList,
    MentionablePage,
)
from upnext.core.auth import Actor
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
    not_modified,
)
from upnext.core.routing import Router
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

reads = Router(tags=["comments"], route_class=ReadRoute)
writes = Router(tags=["comments"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.COMMENTS_READ)]
Writer = Annotated[Actor, requires(policy.COMMENTS_WRITE)]
SharedReader = Annotated[Actor, requires(policy.COMMENTS_READ, links=True)]
SharedWriter = Annotated[Actor, requires(policy.COMMENTS_WRITE, links=True)]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "As in If-None-Match"}}


def _json(value: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return Response(dump(value), status, headers, media_type="application/json")


def _tagged(comment: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return _json(comment, status, ETag=etag(comment["version"]), **headers)


@reads.get("/tasks/{task_id:uuid}/comments", response_model=CommentPage)
async def list_comments(
    actor: SharedReader,
    runtime: CurrentRuntime,
    task_id: UUID,
    asked: Annotated[CommentList, Query()],
) -> Response:
    """All of a task, the oldest first; replies name the comment they answer."""
    lane, keys = runtime.db.lane, runtime.keys
    return _json(await reading.list_comments(lane, actor, keys, task_id, asked))


@writes.post("/tasks/{task_id:uuid}/comments", status_code=201, response_model=CommentRead)
async def create_comment(
    session: Session, actor: SharedWriter, task_id: UUID, data: CommentCreate
) -> Response:
    made = await service.create(session, actor, task_id, data)
    return _tagged(made, 201, Location=f"/api/v1/comments/{made['id']}")


@reads.get("/tasks/{task_id:uuid}/mentionable", response_model=MentionablePage)
async def list_mentionable(
    actor: Reader,
    runtime: CurrentRuntime,
    task_id: UUID,
    asked: Annotated[MentionableList, Query()],
) -> Response:
    """Whom a comment can call by name: those who may see the task."""
    return _json(await reading.list_mentionable(runtime.db.lane, actor, task_id, asked))


@reads.get("/comments/{comment_id:uuid}", response_model=CommentRead, responses=UNCHANGED)
async def get_comment(
    request: Request, actor: SharedReader, runtime: CurrentRuntime, comment_id: UUID
) -> Response:
    comment = await reading.read_comment(runtime.db.lane, actor, comment_id)
    return not_modified(request, etag(comment["version"])) or _tagged(comment)


@writes.patch("/comments/{comment_id:uuid}", response_model=CommentRead)
async def update_comment(
    session: Session, actor: Writer, comment_id: UUID, data: CommentPatch, version: IfMatch
) -> Response:
    """Only by whoever wrote it."""
    return _tagged(await service.update(session, actor, comment_id, data, expected=version))


@writes.delete("/comments/{comment_id:uuid}", status_code=204)
async def delete_comment(
    session: Session, actor: Writer, comment_id: UUID, version: IfMatch
) -> None:
    """One's own, or as a manager anybody's."""
    await service.delete(session, actor, comment_id, expected=version)


@writes.post("/comments/{comment_id:uuid}/restore", response_model=CommentRead)
async def restore_comment(
    session: Session, actor: Writer, comment_id: UUID, version: IfMatch
) -> Response:
    """By whoever deleted it, within 30 days."""
    return _tagged(await service.restore(session, actor, comment_id, expected=version))


@reads.get("/comments/{comment_id:uuid}/history", response_model=EarlierPage)
async def list_earlier(
    actor: Reader,
    runtime: CurrentRuntime,
    comment_id: UUID,
    asked: Annotated[EarlierList, Query()],
) -> Response:
    """What it said before it was edited, the latest first."""
    lane, keys = runtime.db.lane, runtime.keys
    return _json(await reading.list_earlier(lane, actor, keys, comment_id, asked))
