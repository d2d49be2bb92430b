"""Throwing goals away, with all below them, and getting them back. Their tasks keep them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import Conflict
from upnext.goals import queries
from upnext.goals.events import GoalDeleted, GoalRestored
from upnext.goals.models import PLAIN, Goal
from upnext.goals.policy import DELETE_GOAL, RESTORE_GOAL
from upnext.goals.service import hold, tell
from upnext.tasks import serving
from upnext.workspaces.amending import as_json
from upnext.workspaces.events import ProjectDeleted, ProjectRestored


async def delete(
    session: AsyncSession, actor: Actor, goal_id: UUID, *, expected: int | None = None
) -> None:
    goal = await hold(session, actor, DELETE_GOAL, goal_id, expected=expected)
    below = await session.scalars(queries.live_below(goal_id))
    await _throw_away(session, actor, [goal, *below], goal_id)


async def restore(
    session: AsyncSession, actor: Actor, goal_id: UUID, *, expected: int | None = None
) -> Goal:
    """With it comes back what went to the trash with it."""
    goal = await hold(session, actor, RESTORE_GOAL, goal_id, expected=expected, trashed=True)
    if goal.parent_id is not None and await session.scalar(queries.in_trash(goal.parent_id)):
        raise Conflict(
            "The goal above it is in the trash. Restore that one first.", code="parent_trashed"
        )
    together = await session.scalars(queries.thrown_away_with(goal_id))
    await _take_back(session, actor, {each.id: each for each in (goal, *together)}.values())
    return goal


async def on_project_deleted(session: AsyncSession, actor: Actor, change: ProjectDeleted) -> None:
    """Its goals go to the trash with it."""
    project_id = change.resource_id
    found = (await session.scalars(queries.live_in_project(project_id))).all()
    await _throw_away(session, actor, found, project_id)


async def on_project_restored(session: AsyncSession, actor: Actor, change: ProjectRestored) -> None:
    found = (await session.scalars(queries.thrown_away_with(change.resource_id))).all()
    await _take_back(session, actor, found)


async def _throw_away(
    session: AsyncSession, actor: Actor, goals: Iterable[Goal], together: UUID
) -> None:
    now = unit_of(session).now
    gone = list(goals)
    for goal in gone:
        goal.deleted_at = goal.updated_at = now
        goal.deleted_with = together
    await session.flush()
    for goal in gone:
        if goal.weight != PLAIN:
            await serving.set_weight(session, goal.id, goal.pull)
        await tell(session, actor, GoalDeleted, goal, {"deleted_at": (None, as_json(now))})


async def _take_back(session: AsyncSession, actor: Actor, goals: Iterable[Goal]) -> None:
    now = unit_of(session).now
    back = [(goal, as_json(goal.deleted_at)) for goal in goals]
    for goal, _ in back:
        goal.deleted_at = goal.deleted_with = None
        goal.updated_at = now
    await session.flush()
    for goal, since in back:
        if goal.weight != PLAIN:
            await serving.set_weight(session, goal.id, goal.pull)
        await tell(session, actor, GoalRestored, goal, {"deleted_at": (since, None)})
