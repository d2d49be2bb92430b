"""The use cases of goals."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.load import Action, check_version, load_for, permit
from upnext.goals import hierarchy, queries
from upnext.goals.events import (
    GoalChange,
    GoalCompleted,
    GoalCreated,
    GoalReopened,
    GoalUpdated,
)
from upnext.goals.models import Goal, GoalStatus, target_key, title_key
from upnext.goals.policy import CREATE_GOAL, UPDATE_GOAL
from upnext.goals.schemas import GoalCreate, GoalPatch, GoalReplace, given
from upnext.tasks import serving
from upnext.workspaces.amending import amend, as_json
from upnext.workspaces.models import Project

MOST: Final = 1_000
_SAID = ("title", "description", "weight", "target_date", "parent_id", "status")


async def create(session: AsyncSession, actor: Actor, data: GoalCreate) -> Goal:
    parent = None
    if data.parent_id is not None:
        parent = await hierarchy.parent_of(session, actor, data.parent_id)
    workspace_id, project_id = await _place(session, actor, data, parent)
    permit(actor, CREATE_GOAL, workspace_id, project_id)
    await _check_room(session, workspace_id)
    if parent is not None:
        await hierarchy.check(session, parent, (workspace_id, project_id), moved=None)
    now = unit_of(session).now
    said = {name: getattr(data, name) for name in _SAID}
    goal = Goal(workspace_id=workspace_id, project_id=project_id, created_at=now, updated_at=now)
    amend(goal, **said, title_key=title_key(data.title), target_key=target_key(data.target_date))
    goal.completed_at = now if data.status == GoalStatus.COMPLETED else None
    session.add(goal)
    await session.flush()
    told = {**said, "workspace_id": workspace_id, "project_id": project_id}
    diff = {n: (None, as_json(value)) for n, value in told.items() if value not in (None, "")}
    await tell(session, actor, GoalCreated, goal, diff)
    return goal


async def _place(
    session: AsyncSession, actor: Actor, data: GoalCreate, parent: Goal | None
) -> tuple[UUID, UUID | None]:
    """What is named, else where the parent lies, else the personal workspace."""
    workspace_id, project_id = data.workspace_id, data.project_id
    if parent is not None and workspace_id is None and project_id is None:
        workspace_id, project_id = parent.place
    if project_id is not None:
        return await _in_project(session, actor, project_id, workspace_id)
    workspace_id = workspace_id or await session.scalar(queries.personal_workspace(actor.user_id))
    if workspace_id is None:
        raise NotFound("You have no personal workspace. Say which one with workspace_id.")
    return workspace_id, None


async def _in_project(
    session: AsyncSession, actor: Actor, project_id: UUID, workspace_id: UUID | None
) -> tuple[UUID, UUID]:
    project = await load_for(session, actor, CREATE_GOAL, Project, project_id)
    if workspace_id not in {None, project.workspace_id}:
        detail = "The project lies in another workspace. Leave out `workspace_id`."
        raise invalid_field("/workspace_id", detail)
    if project.archived_at is not None:
        raise archived()
    return project.workspace_id, project.id


async def _check_room(session: AsyncSession, workspace_id: UUID) -> None:
    """Locks the workspace."""
    if await session.scalar(queries.lock_workspace(workspace_id)) is not None:
        raise archived()
    if (await session.scalar(queries.count(workspace_id)) or 0) >= MOST:
        raise Conflict(
            f"This workspace has {MOST} goals, which is the most. Delete some first.",
            code="too_many_goals",
        )


async def hold(
    session: AsyncSession,
    actor: Actor,
    action: Action,
    goal_id: UUID,
    *,
    expected: int | None = None,
    trashed: bool = False,
) -> Goal:
    """The goal, locked until the transaction ends, if `actor` may do `action` to it now."""
    row = (await session.execute(queries.held(goal_id))).one_or_none()
    # Finds in the session what was just read, and asks the database nothing.
    goal = await load_for(session, actor, action, Goal, goal_id, trashed=trashed)
    if row is None or row.trashed is not None:
        raise NotFound("Its project is in the trash. Restore the project first.")
    if row.archived is not None:
        raise archived()
    check_version(goal.version, expected)
    return goal


async def update(
    session: AsyncSession,
    actor: Actor,
    goal_id: UUID,
    data: GoalPatch | GoalReplace,
    *,
    expected: int | None = None,
) -> Goal:
    """Of a GoalPatch what was given, of a GoalReplace everything. `expected` is the version."""
    wanted = {name: getattr(data, name) for name in given(data)}
    if wanted.get("parent_id") is not None:
        await _lock_workspace_of(session, actor, goal_id)
    goal = await hold(session, actor, UPDATE_GOAL, goal_id, expected=expected)
    if wanted.get("parent_id") not in {None, goal.parent_id}:
        parent = await hierarchy.parent_of(session, actor, wanted["parent_id"])
        await hierarchy.check(session, parent, goal.place, moved=goal)
    return await _write(session, actor, goal, wanted)


async def _lock_workspace_of(session: AsyncSession, actor: Actor, goal_id: UUID) -> None:
    goal = await load_for(session, actor, UPDATE_GOAL, Goal, goal_id)
    await session.execute(queries.lock_workspace(goal.workspace_id))


async def _write(session: AsyncSession, actor: Actor, goal: Goal, values: dict[str, Any]) -> Goal:
    """What changes nothing leaves no trace."""
    now, before, pull = unit_of(session).now, goal.status, goal.pull
    diff = amend(goal, **values)
    if not diff:
        return goal
    goal.title_key, goal.target_key = title_key(goal.title), target_key(goal.target_date)
    if goal.status != before:
        goal.completed_at = now if goal.status == GoalStatus.COMPLETED else None
    goal.updated_at = now
    await session.flush()
    if goal.pull != pull:
        await serving.set_weight(session, goal.id, goal.pull)
    await tell(session, actor, _kind(before, goal.status), goal, diff)
    return goal


def _kind(before: GoalStatus, after: GoalStatus) -> type[GoalChange]:
    if after in {before, GoalStatus.ABANDONED}:
        return GoalUpdated
    return GoalCompleted if after == GoalStatus.COMPLETED else GoalReopened


async def tell(
    session: AsyncSession, actor: Actor, kind: type[GoalChange], goal: Goal, diff: Diff
) -> None:
    change = kind(
        workspace_id=goal.workspace_id,
        resource_id=goal.id,
        version=goal.version,
        diff=diff,
        pull=goal.pull,
    )
    await record(session, actor, change)


def archived() -> Conflict:
    return Conflict(
        "This project or workspace is archived. Take it out of the archive to change its goals.",
        code="project_archived",
    )
