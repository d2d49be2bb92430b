import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from upnext.activity.naming import Names
from upnext.audit import policy, service, sheet
from upnext.audit.schemas import (
    AuditActor,
    AuditAsked,
    AuditChange,
    AuditEntry,
    AuditFilters,
    AuditPage,
    AuditResource,
)
from upnext.audit.service import AnyRow
from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, Now, ReadRoute, Session, context_of
from upnext.core.routing import Router
from upnext.exports.naming import disposition, filename
from upnext.exports.streaming import Stream, turns_of
from upnext.workspaces.http import requires

reads = Router(prefix="/audit", tags=["audit"], route_class=ReadRoute)
# It opens a session of its own, for as long as its reader takes.
files = Router(tags=["audit"])
routers = (reads, files)

Reader = Annotated[Actor, requires(policy.AUDIT_READ)]
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
KINDS: dict[int | str, dict[str, Any]] = {
    200: {"description": "A file, sent as it is read", "content": {"text/csv": {}}}
}


@reads.get("", openapi_extra=described(AuditAsked))
async def list_audit(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    asked: Annotated[AuditAsked, Depends(query(AuditAsked))],
) -> AuditPage:
    """Who changed what, when and from where, the newest first."""
    found = await service.find(session, actor, runtime.keys, asked)
    items = [_entry(row, found.names) for row in found.rows]
    return AuditPage(items=items, next_cursor=found.next_cursor)


@files.get(
    "/audit.csv",
    response_class=Response,
    responses=KINDS,
    openapi_extra=described(AuditFilters),
)
async def export_audit(
    request: Request,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[AuditFilters, Depends(query(AuditFilters))],
) -> Response:
    """The same as a file for spreadsheets, all of it. That it was taken is recorded first."""
    async with AsyncExitStack() as source:
        source.enter_context(turns_of(runtime).taken(actor.user_id))
        note = partial(service.note_export, actor=actor, asked=asked)
        await runtime.workshop.run(context_of(request), note)
        session = await source.enter_async_context(runtime.db.snapshot())
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Content-Disposition": disposition(filename("audit", now, "csv")),
        }
        chunks = _written(service.everything(session, asked))
        return Stream(chunks, source.pop_all(), headers)


async def _written(
    found: AsyncIterator[tuple[Sequence[AnyRow], Names]],
) -> AsyncGenerator[bytes]:
    yield sheet.head()
    async for rows, names in found:
        yield await asyncio.to_thread(sheet.part, rows, names)


def _entry(row: AnyRow, names: Names) -> AuditEntry:
    who = service.taken_apart(row.actor)
    return AuditEntry(
        id=row.id,
        seq=row.seq,
        hash=bytes(row.hash).hex(),
        at=row.at,
        type=row.type,
        actor=AuditActor(kind=who.kind, id=who.id, name=service.actor_name(row.actor, names)),
        resource=AuditResource(
            type=row.resource,
            id=row.resource_id,
            version=row.resource_version,
            name=service.resource_name(row, names),
        ),
        changes=[
            AuditChange(field=name, before=before, after=after)
            for name, (before, after) in row.diff.items()
        ],
        credential_id=row.credential,
        ip=row.ip,
        user_agent=row.user_agent,
        request_id=row.request_id,
        trace_id=row.trace_id,
    )
