"""Whether learning helps here: looked back upon every so many examples, and switched off where it
made things worse."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import configuring, queries
from upnext.classification.knowing import custom, lessons
from upnext.classification.memory import Judgement, look_back
from upnext.core.lanes import SessionLane

EVERY: Final = 20
PART: Final = 4
"""Looking back costs the more the more there is: not before there is a quarter more."""
MOST_JUDGED: Final = 300
"""Each is compared with all before it."""


async def judge_sometimes(session: AsyncSession, workspace_id: UUID, gained: int) -> None:
    """`gained` so many examples were just added. Costs one statement until there are enough."""
    count = (await session.execute(queries.count_to_judge(workspace_id))).scalar_one()
    if is_due(count - gained, count):
        await judge(session, workspace_id)


def is_due(before: int, now: int) -> bool:
    """Whether there are as many as to look back, and were not before. How many there were at the
    last look is no help: it sees the latest only."""
    mark = EVERY
    while mark <= before:
        mark += max(EVERY, mark // PART)
    return mark <= now


async def judge(session: AsyncSession, workspace_id: UUID) -> Judgement:
    await configuring.setting(session, workspace_id)
    lane = SessionLane(session)
    own = await custom(lane, workspace_id)
    taught = [each for each in await lessons(lane, workspace_id) if each.field == "category"]
    found = look_back(taught[-MOST_JUDGED:], own)
    gained = found.with_memory - found.without
    await session.execute(
        queries.judge(workspace_id, helps=found.helps, judged=found.examples, gained=gained)
    )
    return found
