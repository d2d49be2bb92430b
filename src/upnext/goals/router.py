from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.goals import listing, policy, service, trash
from upnext.goals.figures import Figures
from upnext.goals.forecast import Forecast
from upnext.goals.listing import GoalList, Shown
from upnext.goals.models import Goal
from upnext.goals.schemas import (
    ForecastRead,
    GoalCreate,
    GoalPage,
    GoalPatch,
    GoalRead,
    GoalReplace,
    Progress,
)
from upnext.workspaces.http import requires

reads = Router(prefix="/goals", tags=["goals"], route_class=ReadRoute)
writes = Router(prefix="/goals", tags=["goals"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.GOALS_READ)]
Writer = Annotated[Actor, requires(policy.GOALS_WRITE)]

COMPUTED = {"progress", "forecast", "outlook"}


@reads.get("", openapi_extra=described(GoalList))
async def list_goals(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[GoalList, Depends(query(GoalList))],
) -> GoalPage:
    shown, cursor = await listing.find(session, actor, runtime.keys, asked, now=now)
    return GoalPage(items=[_wire(each) for each in shown], next_cursor=cursor)


@writes.post("", status_code=201)
async def create_goal(
    session: Session, actor: Writer, response: Response, data: GoalCreate
) -> GoalRead:
    goal = await service.create(session, actor, data)
    response.headers["Location"] = f"/api/v1/goals/{goal.id}"
    return await _told(session, actor, unit_of(session).now, response, goal)


@reads.get("/{goal_id:uuid}")
async def get_goal(
    session: Session, actor: Reader, now: Now, response: Response, goal_id: UUID
) -> GoalRead:
    """The goal, how far it is and when it will be met. The ETag is of the goal alone."""
    goal = await listing.get(session, actor, goal_id)
    return await _told(session, actor, now, response, goal)


@writes.patch("/{goal_id:uuid}")
async def patch_goal(
    session: Session,
    actor: Writer,
    response: Response,
    goal_id: UUID,
    data: GoalPatch,
    version: IfMatch,
) -> GoalRead:
    goal = await service.update(session, actor, goal_id, data, expected=version)
    return await _told(session, actor, unit_of(session).now, response, goal)


@writes.put("/{goal_id:uuid}")
async def replace_goal(
    session: Session,
    actor: Writer,
    response: Response,
    goal_id: UUID,
    data: GoalReplace,
    version: IfMatch,
) -> GoalRead:
    goal = await service.update(session, actor, goal_id, data, expected=version)
    return await _told(session, actor, unit_of(session).now, response, goal)


@writes.delete("/{goal_id:uuid}", status_code=204)
async def delete_goal(session: Session, actor: Writer, goal_id: UUID, version: IfMatch) -> None:
    """Into the trash, with its sub goals. Its tasks stay, and keep it for when it comes back."""
    await trash.delete(session, actor, goal_id, expected=version)


@writes.post("/{goal_id:uuid}/restore")
async def restore_goal(
    session: Session, actor: Writer, response: Response, goal_id: UUID, version: IfMatch
) -> GoalRead:
    goal = await trash.restore(session, actor, goal_id, expected=version)
    return await _told(session, actor, unit_of(session).now, response, goal)


async def _told(
    session: Session, actor: Actor, now: datetime, response: Response, goal: Goal
) -> GoalRead:
    response.headers["ETag"] = etag(goal.version)
    (shown,) = await listing.with_figures(session, actor, [goal], now)
    return _wire(shown)


def _wire(shown: Shown) -> GoalRead:
    goal, figures = shown
    return GoalRead.model_validate(
        {
            **{name: getattr(goal, name) for name in GoalRead.model_fields.keys() - COMPUTED},
            "progress": Progress.model_validate(figures, from_attributes=True),
            "forecast": _forecast(figures),
            "outlook": figures.outlook,
        }
    )


def _forecast(figures: Figures) -> ForecastRead:
    if isinstance(figures.forecast, Forecast):
        return ForecastRead.model_validate(figures.forecast, from_attributes=True)
    return ForecastRead(reason=figures.forecast)
