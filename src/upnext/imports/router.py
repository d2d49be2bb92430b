from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.imports import policy, service
from upnext.imports.formats.items import FormatError
from upnext.imports.forms import UPLOAD_BODY, Sent, refusal
from upnext.imports.schemas import Preview, RunList, RunPage, RunRead, RunSummary
from upnext.workspaces.http import requires

reads = Router(prefix="/imports", tags=["imports"], route_class=ReadRoute)
writes = Router(prefix="/imports", tags=["imports"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.TASKS_READ)]
Writer = Annotated[Actor, requires(policy.TASKS_WRITE)]


# `sent` comes first: a slow upload must not hold the transaction that the actor's query begins.
@reads.post("/preview", openapi_extra=UPLOAD_BODY)
async def preview_import(sent: Sent, session: Session, actor: Writer) -> Preview:
    try:
        return await service.preview(session, actor, sent)
    except FormatError as error:
        raise refusal(error) from error


@writes.post("", status_code=202, openapi_extra=UPLOAD_BODY)
async def start_import(sent: Sent, session: Session, actor: Writer, response: Response) -> RunRead:
    run = await service.start(session, actor, sent)
    response.headers["Location"] = f"/api/v1/imports/{run.id}"
    return RunRead.whole(run)


@reads.get("")
async def list_imports(
    session: Session, actor: Reader, runtime: CurrentRuntime, asked: Annotated[RunList, Query()]
) -> RunPage:
    rows, cursor = await service.find(session, actor, runtime.keys, asked)
    return RunPage(items=[RunSummary.of(row) for row in rows], next_cursor=cursor)


@reads.get("/{run_id:uuid}")
async def get_import(run_id: UUID, session: Session, actor: Reader, response: Response) -> RunRead:
    run = await service.get(session, actor, run_id)
    response.headers["ETag"] = etag(run.version)
    return RunRead.whole(run)


@writes.delete("/{run_id:uuid}", status_code=204)
async def delete_import(run_id: UUID, session: Session, actor: Writer) -> None:
    await service.delete(session, actor, run_id)
