"""Which goals tasks may serve: the answer to what `tasks.serving` asks."""

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound, invalid_field
from upnext.goals import queries
from upnext.goals.models import Goal
from upnext.tasks.serving import PLAIN, POINTER, MayServe, Verdict, Verdicts

OTHER_WORKSPACE = "The goal lies in another workspace. A task serves goals of its own."
OTHER_PROJECT = (
    "The goal belongs to another project. Choose one of this project or of the whole workspace."
)


async def judge(session: AsyncSession, actor: Actor, asked: MayServe) -> Verdicts:
    found = {goal.id: goal for goal in await session.scalars(queries.served(asked.goal_ids))}
    return {goal_id: _verdict(actor, asked, found.get(goal_id)) for goal_id in asked.goal_ids}


def _verdict(actor: Actor, asked: MayServe, goal: Goal | None) -> Verdict:
    if goal is None or goal.deleted_at is not None or not _sees(actor, goal):
        return Verdict(PLAIN, NotFound("There is no such goal."))
    if goal.workspace_id != asked.workspace_id:
        return Verdict(PLAIN, invalid_field(POINTER, OTHER_WORKSPACE, "goal_elsewhere"))
    # Whoever sees a task sees what it serves.
    if goal.project_id not in {None, asked.project_id}:
        return Verdict(PLAIN, invalid_field(POINTER, OTHER_PROJECT, "goal_elsewhere"))
    return Verdict(goal.pull)


def _sees(actor: Actor, goal: Goal) -> bool:
    return actor.kind == "system" or actor.role_in(*goal.place) is not None
