"""Which changes set a rule off: told by the sealer, and made into jobs.

A workspace without rules costs one look for all its changes that are sealed together. A change
that a rule made carries the rule as its credential, and how deep it is in its request id.
"""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.rules import queries
from upnext.core.changes import ChangeRow
from upnext.core.context import RequestContext
from upnext.core.jobs import enqueue

log = structlog.get_logger("upnext.automation")

RULES = "automation.rules"
DEEPEST = 3
_SIGN = "rule:"


def context_at(depth: int) -> RequestContext:
    """Of what a rule does that was itself set off by `depth - 1` others."""
    return RequestContext(request_id=f"{_SIGN}{depth}")


async def on_change(session: AsyncSession, change: ChangeRow) -> None:
    events = await _events_in(session, change.workspace_id)
    if not any(change.type in types for types in events.values()):
        return
    depth = _depth(change) if change.credential in events else 0
    task_id = task_of(change)
    if task_id is None:
        return
    if depth >= DEEPEST:
        log.info("rules_stopped", task_id=str(task_id), change_seq=change.seq, depth=depth)
        return
    args = {
        "change_id": str(change.id),
        "seq": change.seq,
        "task_id": str(task_id),
        "event": change.type,
        "by": str(change.credential),
        "depth": depth,
    }
    await enqueue(session, RULES, args, workspace_id=change.workspace_id)


async def _events_in(session: AsyncSession, workspace_id: UUID) -> dict[UUID | None, list[str]]:
    known = session.info.setdefault("rules", {})
    if workspace_id not in known:
        rows = await session.execute(queries.enabled_in(workspace_id))
        known[workspace_id] = {row.id: row.events for row in rows}
    found: dict[UUID | None, list[str]] = known[workspace_id]
    return found


def _depth(change: ChangeRow) -> int:
    sign, _, number = (change.request_id or "").partition(":")
    return int(number) if f"{sign}:" == _SIGN and number.isdigit() else 0


def task_of(change: ChangeRow) -> UUID | None:
    if change.resource == "task":
        return change.resource_id
    named = change.diff.get("task_id")
    return UUID(named[1]) if named and named[1] else None
