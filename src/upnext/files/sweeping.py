"""What nobody refers to: uploads that broke off, contents without a row, jobs that gave up.

Only what is older than a day goes, since an upload stores its bytes before its row is committed;
and only of workspaces that this database knows: a store that belongs to another one, or a
database that was exchanged for an empty one, loses nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.db import rows_of
from upnext.core.jobs import enqueue
from upnext.core.runtime import Runtime
from upnext.core.storage import Stored
from upnext.files import contents, keys, queries

GRACE: Final = timedelta(hours=24)
BATCH: Final = 500
SWEEP: Final = "files.sweep"


@dataclass(slots=True)
class Swept:
    """`strange`: under keys that are not ours, or of workspaces that are not known. These stay."""

    orphans: int = 0
    bytes: int = 0
    unfinished: int = 0
    strange: int = 0


async def sweep(runtime: Runtime, now: datetime, *, dry_run: bool = False) -> Swept:
    """Of the storage; `requeue` does the database's part."""
    swept, waiting = Swept(), list[Stored]()
    async for stored in runtime.storage.everything():
        if stored.at < now - GRACE:
            waiting.append(stored)
        if len(waiting) == BATCH:
            await _judge(runtime, waiting, swept, dry_run=dry_run)
            waiting = []
    await _judge(runtime, waiting, swept, dry_run=dry_run)
    before = (now - GRACE).timestamp()
    swept.unfinished = await asyncio.to_thread(
        _clear, runtime.storage.incoming, before, dry_run=dry_run
    )
    return swept


async def _judge(runtime: Runtime, found: Sequence[Stored], swept: Swept, *, dry_run: bool) -> None:
    owners = {stored: keys.owner_of(stored.key) for stored in found}
    ours = {stored: owner for stored, owner in owners.items() if owner is not None}
    async with runtime.db.read() as session:
        content_ids = {owner.content_id for owner in ours.values()}
        workspace_ids = {owner.workspace_id for owner in ours.values()}
        known = await _ids(session, queries.known_contents(content_ids))
        homes = await _ids(session, queries.known_workspaces(workspace_ids))
    swept.strange += len(found) - len(ours)
    for stored, owner in ours.items():
        if owner.content_id in known:
            continue
        if owner.workspace_id not in homes:
            swept.strange += 1
            continue
        swept.orphans, swept.bytes = swept.orphans + 1, swept.bytes + stored.size
        if not dry_run:
            await runtime.storage.remove(stored.key)


async def _ids(session: AsyncSession, statement: queries.AnySelect) -> set[UUID]:
    return {row[0] for row in await rows_of(session, statement)}


def _clear(folder: Path, before: float, *, dry_run: bool) -> int:
    """Temporary files of uploads that ended with their process."""
    count = 0
    for path in folder.glob("up-*") if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            count += 1
            if not dry_run:
                path.unlink(missing_ok=True)
    return count


async def requeue(session: AsyncSession, now: datetime) -> None:
    """Asks once more for what a job gave up, and counts anew what was miscounted."""
    wrong = await rows_of(session, queries.miscounted(BATCH))
    for content_id, workspace_id, real in wrong:
        await contents.recount(session, workspace_id, content_id, real)
    for (content_id,) in await rows_of(session, queries.let_go(now - GRACE, BATCH)):
        args = {"content_id": str(content_id)}
        await enqueue(session, contents.REMOVE, args, key=f"files.remove:{content_id}")
