"""One export: what is in it, in which form, under which name."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.exports.document import document
from upnext.exports.extent import Batch, Extent, batches, measure
from upnext.exports.naming import filename
from upnext.exports.schemas import ExportAsked, Format
from upnext.exports.sheet import sheet
from upnext.exports.todos import calendar

Write = Callable[[Extent, AsyncIterator[Batch], datetime], AsyncGenerator[bytes]]


@dataclass(frozen=True, slots=True)
class Form:
    write: Write
    media_type: str
    ending: str


FORMS = {
    Format.JSON: Form(document, "application/json", "json"),
    Format.CSV: Form(sheet, "text/csv; charset=utf-8; header=present", "csv"),
    Format.ICAL: Form(calendar, "text/calendar; charset=utf-8", "ics"),
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
    chunks = form.write(extent, batches(session, actor, extent), now)
    return Export(filename(extent.name, now, form.ending), form.media_type, chunks)
