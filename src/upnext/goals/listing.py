"""Pages of goals, and the figures that go with each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.core.keys import KeyRing
from upnext.core.load import load_for, permit
from upnext.core.paging import Order, parse_sort, read_cursor, sort_pattern, write_cursor
from upnext.core.text import Text
from upnext.goals import queries
from upnext.goals.figures import Figures, figures_of
from upnext.goals.forecast import last_weeks
from upnext.goals.models import Goal, GoalStatus
from upnext.goals.policy import READ_GOAL
from upnext.goals.queries import SORT_FIELDS
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT

DEFAULT_MINUTES: Final = 30
"""What a task without an estimate counts, as it does in the order of work."""


class GoalList(BaseModel):
    """Conditions that all have to hold; of a repeated one, any value will do."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[
        UUID | SkipJsonSchema[None], Field(description="Else all of yours.")
    ] = None
    project_id: UUID | SkipJsonSchema[None] = None
    parent_id: UUID | SkipJsonSchema[None] = None
    status: list[GoalStatus] = []
    text: Annotated[
        Annotated[str, Text(most=200)] | SkipJsonSchema[None],
        Field(description="Stands in the title."),
    ] = None
    trashed: Annotated[bool, Field(description="What lies in the trash instead.")] = False
    sort: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            json_schema_extra={"pattern": sort_pattern(SORT_FIELDS)},
            description=f"Such as `target_date,-weight`. Fields: {', '.join(SORT_FIELDS)}.",
        ),
    ] = "-created_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2_000)] = None


Shown = tuple[Goal, Figures]


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: GoalList, *, now: datetime
) -> tuple[list[Shown], str | None]:
    """Two statements, however many goals. Raises Invalid for a foreign cursor."""
    order = parse_sort(asked.sort, SORT_FIELDS, queries.IDENTITY)
    behind = read_cursor(keys, order, asked.cursor) if asked.cursor else None
    await _check_places(session, actor, asked)
    conditions = list(_conditions(actor, asked))
    found = list(await session.scalars(queries.page(conditions, order, asked.limit, behind)))
    page, cursor = found[: asked.limit], None
    if len(found) > asked.limit:
        cursor = write_cursor(keys, order, _place(page[-1], order))
    return await with_figures(session, actor, page, now), cursor


async def with_figures(
    session: AsyncSession, actor: Actor, goals: Sequence[Goal], now: datetime
) -> list[Shown]:
    """One statement for all of them."""
    if not goals:
        return []
    ids, weeks = [goal.id for goal in goals], last_weeks(now)
    statement = queries.figures(ids, actor.hidden, weeks, default_minutes=DEFAULT_MINUTES)
    rows = {row[0]: row for row in await rows_of(session, statement)}
    return [(goal, figures_of(goal, rows.get(goal.id), now)) for goal in goals]


async def get(session: AsyncSession, actor: Actor, goal_id: UUID) -> Goal:
    return await load_for(session, actor, READ_GOAL, Goal, goal_id)


async def _check_places(session: AsyncSession, actor: Actor, asked: GoalList) -> None:
    """Raises NotFound for what the actor may not see."""
    if asked.workspace_id is not None:
        permit(actor, READ_GOAL, asked.workspace_id)
    if asked.project_id is not None:
        await load_for(session, actor, READ_PROJECT, Project, asked.project_id)
    if asked.parent_id is not None:
        await load_for(session, actor, READ_GOAL, Goal, asked.parent_id)


def _conditions(actor: Actor, asked: GoalList) -> Iterator[ColumnElement[bool]]:
    places = [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    yield queries.visible(actor, places)
    yield Goal.deleted_at.is_not(None) if asked.trashed else Goal.deleted_at.is_(None)
    if asked.project_id is not None:
        yield Goal.project_id == asked.project_id
    if asked.parent_id is not None:
        yield Goal.parent_id == asked.parent_id
    if asked.status:
        yield Goal.status.in_(asked.status)
    if asked.text is not None:
        yield queries.called(asked.text)


def _place(goal: Goal, order: Order) -> list[Any]:  # values of any columns
    return [getattr(goal, field.column.key or "") for _, field, _ in order.terms]
