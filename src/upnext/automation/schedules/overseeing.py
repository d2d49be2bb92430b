"""What became of everybody's schedules, for whoever runs the instance."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration.http import administers
from upnext.administration.policy import ADMIN_READ
from upnext.automation.models import RunState
from upnext.automation.schedules import queries
from upnext.automation.schedules.schemas import ScheduleRunRead
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session
from upnext.core.keys import KeyRing
from upnext.core.paging import read_cursor, write_cursor
from upnext.core.routing import Router

reads = Router(prefix="/admin", tags=["Administration"], route_class=ReadRoute)
routers = (reads,)

Reader = Annotated[Actor, administers(ADMIN_READ)]
BAD = (RunState.FAILED, RunState.DEAD)


class RunOverseen(ScheduleRunRead):
    schedule_name: str
    action: Annotated[str, Field(description="The type of what it does.")]
    workspace_id: UUID
    user_id: UUID
    email: Annotated[str, Field(description="Of whom the schedule is.")]


class RunsOverseen(BaseModel):
    items: list[RunOverseen]
    next_cursor: str | None


class RunsAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Annotated[
        RunState | SkipJsonSchema[None],
        Field(description="Only these; else those that failed for good: `failed` and `dead`."),
    ] = None
    workspace_id: UUID | SkipJsonSchema[None] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=1_000)] = None


@reads.get("/schedule-runs")
async def list_all_runs(
    session: Session, _: Reader, runtime: CurrentRuntime, asked: Annotated[RunsAsked, Query()]
) -> RunsOverseen:
    """Runs of everybody's schedules, the newest first: those that failed, unless another state is
    asked for."""
    rows, more = await _find(session, runtime.keys, asked)
    return RunsOverseen(items=[_told(*row) for row in rows], next_cursor=more)


async def _find(
    session: AsyncSession, keys: KeyRing, asked: RunsAsked
) -> tuple[list[Any], str | None]:
    states = BAD if asked.state is None else (asked.state,)
    behind = read_cursor(keys, queries.NEWEST_RUN, asked.cursor) if asked.cursor else None
    statement = queries.runs_in(states, asked.workspace_id, behind, asked.limit)
    rows = list((await session.execute(statement)).all())
    if len(rows) <= asked.limit:
        return rows, None
    last = rows[asked.limit - 1][0]
    return rows[: asked.limit], write_cursor(keys, queries.NEWEST_RUN, [last.id])


def _told(run: Any, schedule: Any, email: str) -> RunOverseen:  # rows of the query
    return RunOverseen(
        **ScheduleRunRead.model_validate(run).model_dump(),
        schedule_name=schedule.name,
        action=schedule.action["type"],
        workspace_id=schedule.workspace_id,
        user_id=schedule.user_id,
        email=email,
    )
