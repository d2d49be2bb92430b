"""Whether what lies in the storage is what was uploaded."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.core.db import Database, rows_of
from upnext.core.storage import Missing, Storage
from upnext.files import keys, queries
from upnext.files.schemas import Verified

BATCH = 500
MOST_NAMED = 20
VERIFY: Final = "files.verify"
"""The job that reads every content there is."""


class Measured(NamedTuple):
    sha256: bytes
    size: int


async def measure(storage: Storage, key: str) -> Measured:
    """Raises Missing."""
    digest, size = hashlib.sha256(), 0
    async with storage.open(key) as content:
        async for piece in content.pieces(0, content.size):
            await asyncio.to_thread(digest.update, piece)
            size += len(piece)
    return Measured(digest.digest(), size)


async def verify(storage: Storage, found: Mapping[str, Any], *, now: datetime) -> Verified:
    owner = UUID(str(found["workspace_id"])), UUID(str(found["content_id"]))
    actual = await measure(storage, keys.key_of(*owner))
    wanted = Measured(bytes(found["sha256"]), int(found["size"]))
    return Verified(
        id=UUID(str(found["id"])),
        ok=actual == wanted,
        sha256=wanted.sha256.hex(),
        actual_sha256=actual.sha256.hex(),
        size=wanted.size,
        actual_size=actual.size,
        checked_at=now,
    )


class Kept(NamedTuple):
    """A content as the database has it."""

    key: str
    sha256: bytes
    size: int
    thumbnail: bool


async def contents(db: Database) -> AsyncGenerator[Kept]:
    """All that files refer to, in batches with a session each."""
    last: UUID | None = None
    while True:
        async with db.read() as session:
            rows = await rows_of(session, queries.contents_behind(last, BATCH))
        for row in rows:
            key = keys.key_of(row.workspace_id, row.id)
            yield Kept(key, bytes(row.live_sha256), row.size, row.thumbnail)
        if len(rows) < BATCH:
            return
        last = rows[-1].id


async def fault(storage: Storage, kept: Kept) -> str | None:
    """What is wrong with it, in a word."""
    try:
        actual = await measure(storage, kept.key)
    except Missing:
        return "missing"
    return None if actual == Measured(kept.sha256, kept.size) else "changed"


async def faults(db: Database, storage: Storage) -> str | None:
    """A sentence that names the first of those that are missing or changed; None: all is well."""
    checked, wrong = 0, []
    async for kept in contents(db):
        checked += 1
        if found := await fault(storage, kept):
            wrong.append(f"{found}: {kept.key}")
    if not wrong:
        return None
    more = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    named = ", ".join(wrong[:MOST_NAMED])
    return f"{len(wrong)} of {checked} contents are missing or changed: {named}{more}."
