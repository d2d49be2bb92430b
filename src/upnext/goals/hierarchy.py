"""Goals below goals: within sight of each other, without a circle, and not too deep."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound, invalid_field
from upnext.core.load import load_for
from upnext.goals import queries
from upnext.goals.models import Goal
from upnext.goals.policy import READ_GOAL

DEEPEST: Final = 10
POINTER: Final = "/parent_id"
ELSEWHERE = "The parent lies in another workspace. A sub goal lies in its parent's."
OTHER_PROJECT = (
    "The parent is a goal of another project. Its sub goals belong to that project; choose one of "
    "this project or of the whole workspace."
)
TOO_DEEP = f"Goals nest at most {DEEPEST} levels deep. Choose a parent further up."


async def parent_of(session: AsyncSession, actor: Actor, parent_id: UUID) -> Goal:
    try:
        return await load_for(session, actor, READ_GOAL, Goal, parent_id)
    except NotFound as missing:
        raise NotFound("There is no such parent goal.") from missing


async def check(
    session: AsyncSession, parent: Goal, place: tuple[UUID, UUID | None], *, moved: Goal | None
) -> None:
    """Refuses a parent that a goal in that place cannot have; `moved` is None for a new one.

    The workspace has to be locked.
    """
    workspace_id, project_id = place
    if parent.workspace_id != workspace_id:
        raise invalid_field(POINTER, ELSEWHERE, "parent_elsewhere")
    # Whoever sees a goal sees what it is a part of.
    if parent.project_id not in {None, project_id}:
        raise invalid_field(POINTER, OTHER_PROJECT, "parent_elsewhere")
    above = (await session.execute(queries.ancestors(parent.id))).all()
    below = 0
    if moved is not None:
        _check_circle(moved, [(row.id, row.title) for row in above])
        below = await session.scalar(queries.depth_below(moved.id)) or 0
    if len(above) + 1 + below > DEEPEST:
        raise invalid_field(POINTER, TOO_DEEP, "too_deep")


def _check_circle(moved: Goal, above: list[tuple[UUID, str]]) -> None:
    ids = [goal_id for goal_id, _ in above]
    if moved.id not in ids:
        return
    names = [title for _, title in above[: ids.index(moved.id)]]
    path = " > ".join(f"'{name}'" for name in (moved.title, *reversed(names), moved.title))
    detail = f"A goal cannot be a part of itself: {path}. Choose another parent."
    raise invalid_field(POINTER, detail, "parent_cycle")
