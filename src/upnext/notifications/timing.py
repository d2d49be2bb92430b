"""Finds what comes due and what is overdue, by the index that tasks have for their lists.

Each moment is looked at once, by whichever process gets there: what passed since the last time.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.jobs.queue import enqueue
from upnext.core.types import micros
from upnext.notifications import queries
from upnext.notifications.facts import DUE_SOON, Fact, due_key, told_when
from upnext.notifications.spreading import spread

LOOK: Final = "notifications.look"
PAGE: Final = "notifications.due"
BATCH: Final = 200
# After a long sleep nobody wants to hear of last month.
LONGEST_SLEEP: Final = timedelta(days=2)
AHEAD: Final = {"task.due_soon": DUE_SOON, "task.overdue": timedelta(0)}


async def look(session: AsyncSession) -> None:
    """Asks for what passed since the last time; the first time only notes when that was."""
    now = unit_of(session).now
    await session.execute(queries.keep_due_clock(session.get_bind().dialect.name, now))
    clock = (await session.scalars(queries.due_clock())).one()
    if clock.at >= now:
        return
    since, clock.at = max(clock.at, now - LONGEST_SLEEP), now
    await session.flush()
    for event, ahead in AHEAD.items():
        span = {"low": micros(since + ahead), "high": micros(now + ahead)}
        await page(session, {"event": event, **span, "after": None})


async def page(session: AsyncSession, asked: dict[str, Any]) -> None:
    """One page of them; another job follows if there may be more."""
    after = asked["after"] and (asked["after"][0], UUID(asked["after"][1]))
    rows = await rows_of(session, queries.due_between(asked["low"], asked["high"], after, BATCH))
    await spread(session, [_fact(asked["event"], row) for row in rows])
    if len(rows) == BATCH:
        last = [rows[-1].due_key, str(rows[-1].id)]
        await enqueue(session, PAGE, {**asked, "after": last})


def _fact(event: str, row: Any) -> Fact:  # a row of `due_between`
    due_at: datetime = row.due_at
    return Fact(
        event=event,
        key=due_key(event, row.id, due_at),
        workspace_id=row.workspace_id,
        task_id=row.id,
        assignees=True,
        else_reporter=True,
        data={"due": told_when(due_at)},
    )
