"""The whole index anew, while the server goes on: for when it is in doubt."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.context import RequestContext
from upnext.core.inserts.queries import upsert
from upnext.core.work import Workshop
from upnext.search import queries
from upnext.search.documents import row_of
from upnext.search.sources import Source

BATCH = 500
NOBODY = RequestContext(request_id="reindex")


async def reindex(workshop: Workshop, source: Source) -> AsyncIterator[int]:
    """Writes what is in each thing of that kind, so many in a transaction; yields how many."""
    behind: UUID | None = None
    while True:

        async def write(session: AsyncSession, after: UUID | None = behind) -> tuple[int, UUID]:
            return await _batch(session, source, after)

        count, behind = await workshop.run(NOBODY, write)
        if not count:
            return
        yield count


async def _batch(session: AsyncSession, source: Source, after: UUID | None) -> tuple[int, UUID]:
    """The things stay locked until their words are written: nobody's change is overwritten."""
    found = (await session.scalars(source.batch(after, BATCH))).all()
    rows = [row_of(source.document(one)) for one in found]
    if not rows:
        return 0, UUID(int=0)
    dialect = session.get_bind().dialect.name
    await session.execute(upsert(dialect, queries.DOCUMENT, rows, keys=queries.KEY))
    return len(rows), rows[-1]["resource_id"]
