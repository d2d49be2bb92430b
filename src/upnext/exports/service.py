"""One export: what is in it, in which form, under which name."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record
from upnext.exports.document import Document
from upnext.exports.events import ExportMade
from upnext.exports.extent import Batch, Extent, batches, measure, places
from upnext.exports.naming import filename
from upnext.exports.schemas import ExportAsked, Format
from upnext.exports.sheet import Sheet
from upnext.exports.todos import Todos


class Writer(Protocol):
    """Pure: from rows to bytes, in this order."""

    def head(self) -> bytes: ...
    def part(self, batch: Batch) -> bytes: ...
    def foot(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Form:
    writer: Callable[[Extent, datetime], Writer]
    media_type: str
    ending: str


FORMS = {
    Format.JSON: Form(Document, "application/json", "json"),
    Format.CSV: Form(Sheet, "text/csv; charset=utf-8; header=present", "csv"),
    Format.ICAL: Form(Todos, "text/calendar; charset=utf-8", "ics"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """`chunks` read from the session that made it, for as long as they last."""

    filename: str
    media_type: str
    chunks: AsyncGenerator[bytes]


async def start(
    session: AsyncSession, actor: Actor, asked: ExportAsked, *, now: datetime
) -> Export:
    """`session` is a snapshot. Raises NotFound for what the actor may not see."""
    extent = await measure(session, actor, asked)
    form = FORMS[asked.format]
    chunks = _written(form.writer(extent, now), batches(session, actor, extent))
    return Export(filename(extent.name, now, form.ending), form.media_type, chunks)


async def note(session: AsyncSession, actor: Actor, asked: ExportAsked) -> None:
    """Records it where its owners see it. Raises NotFound for what the actor may not see."""
    diff: Diff = {
        name: (None, value)
        for name, value in asked.model_dump(mode="json", exclude={"workspace_id"}).items()
        if value
    }
    for workspace_id in await places(session, actor, asked):
        thing = asked.project_id or workspace_id
        change = ExportMade(workspace_id=workspace_id, resource_id=thing, diff=diff)
        await record(session, actor, change)


async def _written(writer: Writer, found: AsyncGenerator[Batch]) -> AsyncGenerator[bytes]:
    yield writer.head()
    async with aclosing(found):
        async for batch in found:
            # Some 20 ms of work, for which the others need not wait.
            yield await asyncio.to_thread(writer.part, batch)
    if foot := writer.foot():
        yield foot
