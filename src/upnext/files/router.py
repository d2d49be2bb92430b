from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    Now,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
    not_modified,
)
from upnext.core.routing import Router
from upnext.files import checking, policy, reading, service, serving
from upnext.files.schemas import (
    FileList,
    FilePage,
    FilePatch,
    FileRead,
    FreeFields,
    TaskFileList,
    UploadFields,
    Verified,
)
from upnext.files.uploading import Sent, UploadRoute, body_of
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

reads = Router(tags=["files"], route_class=ReadRoute)
writes = Router(tags=["files"], route_class=WriteRoute)
uploads = Router(tags=["files"], route_class=UploadRoute)
routers = (reads, uploads, writes)

Reader = Annotated[Actor, requires(policy.FILES_READ)]
Writer = Annotated[Actor, requires(policy.FILES_WRITE)]
SharedReader = Annotated[Actor, requires(policy.FILES_READ, links=True)]
Responses = dict[int | str, dict[str, Any]]
UNCHANGED: Responses = {304: {"description": "As in If-None-Match"}}
BYTES: dict[str, Any] = {"content": {"*/*": {}}}
DOWNLOADED: Responses = {
    200: {"description": "The file, as an attachment", **BYTES},
    206: {"description": "The parts that Range asks for", **BYTES},
    307: {"description": "To the bucket, where the server is set up so"},
    416: {"description": "Nothing of the file lies in these ranges"},
    **UNCHANGED,
}
PICTURE: Responses = {
    200: {"description": "WebP of at most 320 by 320", "content": {"image/webp": {}}},
    **UNCHANGED,
}


def _json(value: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return Response(dump(value), status, headers, media_type="application/json")


def _tagged(file: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return _json(file, status, ETag=etag(file["version"]), **headers)


async def _made(session: Session, actor: Actor, runtime: CurrentRuntime, sent: Sent) -> Response:
    quota = runtime.settings.files.quota_bytes
    made = await service.create(session, actor, sent, quota=quota)
    return _tagged(made, 201, Location=f"/api/v1/files/{made['id']}")


# `sent` comes first: a slow upload must not hold the transaction that the actor's query begins.
@uploads.post(
    "/tasks/{task_id:uuid}/files",
    status_code=201,
    response_model=FileRead,
    openapi_extra=body_of(UploadFields),
)
async def attach_file(
    sent: Sent, session: Session, actor: Writer, runtime: CurrentRuntime, task_id: UUID
) -> Response:
    """Attach a file to a task. It is streamed to disk, so its size costs no memory."""
    del task_id  # `sent` knows where it goes
    return await _made(session, actor, runtime, sent)


@uploads.post("/files", status_code=201, response_model=FileRead, openapi_extra=body_of(FreeFields))
async def upload_file(
    sent: Sent, session: Session, actor: Writer, runtime: CurrentRuntime
) -> Response:
    """Keep a file that belongs to no task."""
    return await _made(session, actor, runtime, sent)


@reads.get("/tasks/{task_id:uuid}/files", response_model=FilePage)
async def list_task_files(
    actor: SharedReader,
    runtime: CurrentRuntime,
    task_id: UUID,
    asked: Annotated[TaskFileList, Query()],
) -> Response:
    """Those of one task, the newest first."""
    return _json(await reading.of_task(runtime.db.lane, actor, runtime.keys, task_id, asked))


@reads.get("/files", response_model=FilePage)
async def list_files(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    asked: Annotated[FileList, Query()],
) -> Response:
    """All that you may see, the newest first."""
    return _json(await reading.find(session, actor, runtime.keys, asked))


@reads.get("/files/{file_id:uuid}", response_class=Response, responses=DOWNLOADED)
async def download_file(
    request: Request, actor: SharedReader, runtime: CurrentRuntime, file_id: UUID
) -> Response:
    """Its content. Takes Range (also several), If-None-Match and If-Range; its ETag is the SHA-256
    of what is in it."""
    found = await reading.one(runtime.db.lane, actor, file_id)
    return await serving.download(request, runtime.storage, found)


reads.add_api_route(
    "/files/{file_id:uuid}", download_file, methods=["HEAD"], include_in_schema=False
)


@reads.get("/files/{file_id:uuid}/meta", response_model=FileRead, responses=UNCHANGED)
async def get_file(
    request: Request, actor: SharedReader, runtime: CurrentRuntime, file_id: UUID
) -> Response:
    """What is known of it, without its content."""
    found = reading.wire(await reading.one(runtime.db.lane, actor, file_id))
    return not_modified(request, etag(found["version"])) or _tagged(found)


@reads.get("/files/{file_id:uuid}/verify")
async def verify_file(actor: Reader, runtime: CurrentRuntime, now: Now, file_id: UUID) -> Verified:
    """Read its content from the storage and compare it with what was uploaded."""
    found = await reading.one(runtime.db.lane, actor, file_id)
    return await checking.verify(runtime.storage, found, now=now)


@reads.get("/files/{file_id:uuid}/thumbnail", response_class=Response, responses=PICTURE)
async def get_thumbnail(
    request: Request, actor: SharedReader, runtime: CurrentRuntime, file_id: UUID
) -> Response:
    """A small picture of an image, made in the background soon after its upload."""
    found = await reading.one(runtime.db.lane, actor, file_id)
    if not found["thumbnail"]:
        raise NotFound("There is no small picture of this file (yet).", code="no_thumbnail")
    return await serving.small_picture(request, runtime.storage, found)


@writes.patch("/files/{file_id:uuid}", response_model=FileRead)
async def rename_file(
    session: Session, actor: Writer, file_id: UUID, data: FilePatch, version: IfMatch
) -> Response:
    """Its name is all that can change of a file."""
    return _tagged(await service.update(session, actor, file_id, data, expected=version))


@writes.delete("/files/{file_id:uuid}", status_code=204)
async def delete_file(
    session: Session,
    actor: Writer,
    file_id: UUID,
    version: IfMatch,
    for_good: Annotated[
        bool, Query(description="Past the trash, and out of the quota; also from the trash.")
    ] = False,
) -> None:
    await service.delete(session, actor, file_id, for_good=for_good, expected=version)


@writes.post("/files/{file_id:uuid}/restore", response_model=FileRead)
async def restore_file(
    session: Session, actor: Writer, file_id: UUID, version: IfMatch
) -> Response:
    """Out of the trash."""
    return _tagged(await service.restore(session, actor, file_id, expected=version))
