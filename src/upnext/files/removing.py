"""What happens to contents in the background: removing them, and small pictures of them.

A job is claimed again if whoever did it died; both halves may run twice.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.db import rows_of
from upnext.core.jobs.handlers import Attempt
from upnext.core.runtime import Runtime
from upnext.core.storage import Missing, Storage
from upnext.files import keys, queries
from upnext.files.pictures import Undecodable, shrink
from upnext.files.receiving import Spool


class Content(NamedTuple):
    id: UUID
    workspace_id: UUID
    size: int
    refs: int
    thumbnail: bool
    live_sha256: bytes | None


async def _content(runtime: Runtime, attempt: Attempt) -> Content | None:
    async with runtime.db.read() as session:
        rows = await rows_of(session, queries.content(UUID(attempt.args["content_id"])))
    return Content(*rows[0]) if rows else None


async def remove(runtime: Runtime, attempt: Attempt) -> UUID | None:
    """From the storage first: the row says that it is still to be done."""
    content = await _content(runtime, attempt)
    if content is None or content.refs or content.live_sha256 is not None:
        return None
    await runtime.storage.remove(keys.thumbnail_of(content.workspace_id, content.id))
    await runtime.storage.remove(keys.key_of(content.workspace_id, content.id))
    return content.id


async def removed(session: AsyncSession, _: Attempt, content_id: UUID | None) -> None:
    if content_id is not None:
        await session.execute(queries.drop_content(content_id))


async def picture(runtime: Runtime, attempt: Attempt) -> UUID | None:
    """None: there is nothing to show of it."""
    content = await _content(runtime, attempt)
    if content is None or not content.refs:
        return None
    storage, kind = runtime.storage, str(attempt.args["content_type"])
    key = keys.key_of(content.workspace_id, content.id)
    spool = Spool(storage.incoming, content.size)
    small = spool.path.with_suffix(".webp")
    try:
        await _fetch(storage, key, spool)
        await asyncio.to_thread(shrink, spool.path, kind, small)
        await storage.put(f"{key}{keys.THUMBNAIL}", small)
    except (Undecodable, Missing):
        return None
    finally:
        spool.drop()
        _drop(small)
    return content.id


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _fetch(storage: Storage, key: str, spool: Spool) -> None:
    async with storage.open(key) as content:
        async for piece in content.pieces(0, content.size):
            spool.add(piece)
            await spool.settle()
    await spool.finish()


async def pictured(session: AsyncSession, _: Attempt, content_id: UUID | None) -> None:
    if content_id is not None:
        await session.execute(queries.mark_thumbnail(content_id))
