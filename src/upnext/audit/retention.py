"""Forgetting the oldest changes: only from the beginning of a chain, and only behind a checkpoint.

What goes is proved first. A chain that was tampered with is left as it is, for somebody to look at.
"""

from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.audit import queries
from upnext.audit.checking import START, Chain, Mark
from upnext.audit.checkpoints import is_ours, message, sign
from upnext.audit.verifying import UNREADABLE
from upnext.core.changes import ChangeRow
from upnext.core.db import rows_of
from upnext.core.keys import KeyRing

log = structlog.get_logger("upnext.audit")

BATCH = 1_000
CHAINS = 50


class Further(NamedTuple):
    """There is more, in the chains behind this one; None: in any."""

    after: UUID | None


async def purge_some(
    session: AsyncSession, keys: KeyRing, after: UUID | None, before: datetime, now: datetime
) -> Further | None:
    """Of the next chains what was recorded `before`, but of one of them a batch at most."""
    heads = await rows_of(session, queries.heads(after, CHAINS))
    for head in heads:
        if await purge_chain(session, keys, head.workspace_id, before, now) == BATCH:
            return Further(after)
        after = head.workspace_id
    return Further(after) if len(heads) == CHAINS else None


async def purge_chain(
    session: AsyncSession, keys: KeyRing, workspace_id: UUID, before: datetime, now: datetime
) -> int:
    """How many changes went."""
    await rows_of(session, queries.lock_head(workspace_id))
    stored: Any = next(iter(await rows_of(session, queries.checkpoint(workspace_id))), None)
    start = Mark(stored.seq, bytes(stored.hash)) if stored else START
    if stored and not is_ours(keys, stored):
        log.error("audit_chain_broken", workspace_id=str(workspace_id), checkpoint=start.seq)
        return 0
    end = await _proved(session, workspace_id, start, before)
    if end == start:
        return 0
    gone = end.seq - start.seq
    count = gone + (stored.count if stored else 0)
    said = message(workspace_id, end.seq, end.hash, count, now)
    row = {
        "workspace_id": workspace_id,
        "seq": end.seq,
        "hash": end.hash,
        "count": count,
        "at": now,
        "signature": sign(keys, said),
    }
    dialect = session.get_bind().dialect.name
    await session.execute(queries.keep_checkpoint(dialect, row))
    await session.execute(queries.purge(workspace_id, start.seq, end.seq))
    log.info("changes_purged", workspace_id=str(workspace_id), until=end.seq, count=gone)
    return gone


async def _proved(session: AsyncSession, workspace_id: UUID, start: Mark, before: datetime) -> Mark:
    """How far the chain is as it was sealed and lies `before`, up to a batch on."""
    try:
        statement = queries.sealed(workspace_id, start.seq, start.seq + BATCH)
        rows = await rows_of(session, statement)
    except UNREADABLE:
        log.exception("audit_chain_broken", workspace_id=str(workspace_id), after=start.seq)
        return start
    chain, end = Chain(start), start
    for row in rows:
        if row.at >= before:
            break
        for fault in chain.take(cast(ChangeRow, row)):
            log.error("audit_chain_broken", workspace_id=str(workspace_id), seq=fault.seq)
            return end
        end = chain.last
    return end
