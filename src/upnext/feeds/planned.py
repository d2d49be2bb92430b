"""The blocks of a person's plan, as events of a calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.exports import icalendar
from upnext.exports.icalendar import instant, line, text
from upnext.planning.engine import from_micros
from upnext.planning.plans import queries, stored

BEFORE: Final = timedelta(days=1)
"""How long a block is shown that is over."""


@dataclass(frozen=True, slots=True)
class Block:
    """`number`: of its task's blocks."""

    task_id: UUID
    number: int
    key: str
    title: str
    start: datetime
    end: datetime
    pinned: bool
    computed_at: datetime


async def blocks_of(
    session: AsyncSession, actor: Actor, user_id: UUID, now: datetime
) -> Sequence[Block]:
    """Those of the stored plan whose tasks are open and can be seen now."""
    plan = await session.scalar(queries.stored(user_id))
    if plan is None:
        return []
    planned = [one for one in stored.blocks(plan) if from_micros(one.end) > now - BEFORE]
    rows = await session.execute(queries.shown({one.task_id for one in planned}))
    tasks = {
        row.id: row
        for row in rows
        if row.workspace_id in actor.workspaces and row.project_id not in actor.hidden
    }
    found, numbers = [], dict.fromkeys(tasks, 0)
    for one in planned:
        if (task := tasks.get(one.task_id)) is None:
            continue
        numbers[task.id] += 1
        span = (from_micros(one.start), from_micros(one.end))
        block = Block(
            task.id, numbers[task.id], task.key, task.title, *span, one.pinned, plan.computed_at
        )
        found.append(block)
    return found


def event(block: Block) -> str:
    return icalendar.component("VEVENT", _lines(block))


def _lines(block: Block) -> Iterator[str]:
    yield line("UID", f"plan-{block.task_id}-{block.number}")
    yield line("DTSTAMP", instant(block.computed_at))
    yield line("SUMMARY", text(block.title))
    yield line("DTSTART", instant(block.start))
    yield line("DTEND", instant(block.end))
    # A plan gives way to appointments; and nobody is busy with their own plan who subscribes to it.
    yield line("TRANSP", "TRANSPARENT")
    yield line("X-UPNEXT-KEY", text(block.key))
