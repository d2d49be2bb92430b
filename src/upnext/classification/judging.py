"""Whether learning helps here: looked back upon every so many examples, and switched off where it
made things worse."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import configuring, queries
from upnext.classification.knowing import custom, lessons
from upnext.classification.memory import FEWEST_TO_JUDGE, Judgement, look_back
from upnext.core.lanes import SessionLane

EVERY: Final = 20
PART: Final = 10
"""Looking back costs the more the more there is: not before there is a tenth more."""


async def judge_sometimes(session: AsyncSession, workspace_id: UUID) -> None:
    """Costs one statement until there are enough new examples."""
    count, judged = (await session.execute(queries.count_to_judge(workspace_id))).one()
    last = judged or 0
    if count < FEWEST_TO_JUDGE or count < last + max(EVERY, last // PART):
        return
    await judge(session, workspace_id)


async def judge(session: AsyncSession, workspace_id: UUID) -> Judgement:
    await configuring.setting(session, workspace_id)
    lane = SessionLane(session)
    own = await custom(lane, workspace_id)
    found = look_back(await lessons(lane, workspace_id), own)
    gained = found.with_memory - found.without
    await session.execute(
        queries.judge(workspace_id, helps=found.helps, judged=found.examples, gained=gained)
    )
    return found
