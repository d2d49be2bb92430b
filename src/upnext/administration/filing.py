"""The routes about files: whose they are, how much there is, and looking after the storage."""

from typing import Annotated

from fastapi import Query, Response

from upnext.administration import policy, storage
from upnext.administration.http import administers
from upnext.administration.policy import reaching
from upnext.administration.schemas import FileSearch, FileUse, JobStarted
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router
from upnext.files import reading
from upnext.files.schemas import FilePage
from upnext.tasks.wire import dump

reads = Router(prefix="/admin/files", tags=["Administration"], route_class=ReadRoute)
writes = Router(prefix="/admin/files", tags=["Administration"], route_class=WriteRoute)

Reader = Annotated[Actor, administers(policy.ADMIN_READ)]
Writer = Annotated[Actor, administers(policy.ADMIN_WRITE)]


@reads.get("", response_model=FilePage)
async def list_files(
    session: Session, actor: Reader, runtime: CurrentRuntime, asked: Annotated[FileSearch, Query()]
) -> Response:
    """The files of one workspace, the newest first; what is in them is not shown."""
    found = await reading.find(session, reaching(actor, asked.workspace_id), runtime.keys, asked)
    return Response(dump(found), media_type="application/json")


@reads.get("/usage")
async def get_usage(session: Session, _: Reader, runtime: CurrentRuntime) -> FileUse:
    """How much the workspaces have, those with the most first: 100 of them."""
    return await storage.usage(session, runtime)


@writes.post("/verify", status_code=202)
async def verify_files(session: Session, actor: Writer) -> JobStarted:
    """Read every content by a job, and compare it with what was uploaded. The job fails, and says
    which, if any is missing or changed."""
    return JobStarted(job_id=await storage.start(session, actor, "verify"))


@writes.post("/sweep", status_code=202)
async def sweep_files(session: Session, actor: Writer) -> JobStarted:
    """Remove what no file refers to and is older than a day, by a job, as is done once a day."""
    return JobStarted(job_id=await storage.start(session, actor, "sweep"))
