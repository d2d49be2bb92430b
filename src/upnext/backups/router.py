"""Backups for administrators: which there are, and one more."""

from typing import Annotated

from upnext.administration import policy
from upnext.administration.http import administers
from upnext.administration.schemas import JobStarted
from upnext.backups import overseeing
from upnext.backups.schemas import ArchivePage
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router

reads = Router(prefix="/admin/backups", tags=["Administration"], route_class=ReadRoute)
writes = Router(prefix="/admin/backups", tags=["Administration"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, administers(policy.ADMIN_READ)]
Writer = Annotated[Actor, administers(policy.ADMIN_WRITE)]


@reads.get("")
async def list_backups(_: Reader, runtime: CurrentRuntime) -> ArchivePage:
    """The archives where backups go, the newest first: 100 of them."""
    return await overseeing.archives(runtime)


@writes.post("", status_code=202)
async def start_backup(session: Session, actor: Writer, runtime: CurrentRuntime) -> JobStarted:
    """Back the whole instance up by a job, to where the settings say."""
    return JobStarted(job_id=await overseeing.start(session, actor, runtime.settings))
