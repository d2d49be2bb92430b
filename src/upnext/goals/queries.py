"""Every statement on goals, and the one on how far they are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import cast as cast_sql

from upnext.core import queries as core
from upnext.core.auth import Actor
from upnext.core.paging import Order, SortField, identities, instants
from upnext.core.text import like
from upnext.core.types import micros
from upnext.goals.models import Goal, GoalStatus, title_key
from upnext.tasks.models import Status, Task
from upnext.workspaces.models import Project, Workspace

GOAL = cast(Table, Goal.__table__)
IDENTITY = identities(GOAL.c.id)
SORT_FIELDS = {
    "created_at": instants(GOAL.c.created_at),
    "updated_at": instants(GOAL.c.updated_at),
    "title": SortField(GOAL.c.title_key),
    "weight": SortField(GOAL.c.weight),
    "target_date": SortField(GOAL.c.target_key),
    "status": SortField(GOAL.c.status, str, GoalStatus),
}

# One goal, and where it lies


def _of_its_project(column: Any) -> ColumnElement[Any]:
    return select(column).where(Project.id == Goal.project_id).correlate(Goal).scalar_subquery()


def _of_its_workspace(column: Any) -> ColumnElement[Any]:
    return select(column).where(Workspace.id == Goal.workspace_id).correlate(Goal).scalar_subquery()


def held(goal_id: UUID) -> Select[Any]:
    """The goal, locked, and since when its place is archived, or its project in the trash."""
    archived = func.coalesce(
        _of_its_project(Project.archived_at), _of_its_workspace(Workspace.archived_at)
    )
    trashed = _of_its_project(Project.deleted_at)
    return (
        select(Goal, archived.label("archived"), trashed.label("trashed"))
        .where(Goal.id == goal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def served(goal_ids: Collection[UUID]) -> Select[Goal]:
    """Read anew. What they count stays as it is until whoever asks has committed."""
    return (
        select(Goal)
        .where(Goal.id.in_(goal_ids))
        .order_by(Goal.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def lock_workspace(workspace_id: UUID) -> Select[datetime | None]:
    """Since when it is archived. Who makes a goal or moves one in the tree waits here."""
    return (
        select(Workspace.archived_at)
        .where(Workspace.id == workspace_id)
        .with_for_update(key_share=True)
    )


def personal_workspace(user_id: UUID | None) -> Select[UUID]:
    return select(Workspace.id).where(Workspace.personal_of == user_id)


def count(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(Goal.workspace_id == workspace_id, Goal.deleted_at.is_(None))


def in_trash(goal_id: UUID) -> Select[bool]:
    return select(Goal.deleted_at.is_not(None)).where(Goal.id == goal_id)


# Above and below


def ancestors(goal_id: UUID) -> Select[UUID, str]:
    """The goal and those above it, from the bottom to the top, by id and title."""
    start = (
        select(Goal.id, Goal.parent_id, Goal.title, cast_sql(literal(0), Integer).label("height"))
        .where(Goal.id == goal_id)
        .cte("above", recursive=True)
    )
    further = select(Goal.id, Goal.parent_id, Goal.title, start.c.height + 1)
    above = start.union_all(further.join(start, Goal.id == start.c.parent_id))
    return select(above.c.id, above.c.title).order_by(above.c.height)


def _below(goal_id: UUID) -> FromClause:
    start = (
        select(Goal.id, cast_sql(literal(1), Integer).label("depth"))
        .where(Goal.parent_id == goal_id)
        .cte("below", recursive=True)
    )
    further = select(Goal.id, start.c.depth + 1).join(start, Goal.parent_id == start.c.id)
    return start.union_all(further)


def depth_below(goal_id: UUID) -> Select[int | None]:
    """How many levels hang below, those in the trash included; None for none."""
    return select(func.max(_below(goal_id).c.depth))


def live_below(goal_id: UUID) -> Select[Goal]:
    return _for_update(
        select(Goal).where(Goal.id.in_(select(_below(goal_id).c.id)), Goal.deleted_at.is_(None))
    )


def live_in_project(project_id: UUID) -> Select[Goal]:
    return _for_update(select(Goal).where(Goal.project_id == project_id, Goal.deleted_at.is_(None)))


def thrown_away_with(what: UUID) -> Select[Goal]:
    return _for_update(select(Goal).where(Goal.deleted_with == what))


def _for_update(found: Select[Goal]) -> Select[Goal]:
    return found.order_by(Goal.id).with_for_update(key_share=True)


# Lists


def visible(actor: Actor, workspaces: Collection[UUID]) -> ColumnElement[bool]:
    """In these workspaces, of which the actor is a member, and in no project hidden from them."""
    found = Goal.workspace_id.in_(workspaces)
    if not actor.hidden:
        return found
    return and_(found, or_(Goal.project_id.is_(None), Goal.project_id.not_in(actor.hidden)))


def called(text: str) -> ColumnElement[bool]:
    return core.like(GOAL.c.title_key, like(text))


def page(
    conditions: Sequence[ColumnElement[bool]], order: Order, limit: int, behind: list[Any] | None
) -> Select[Goal]:
    """`limit` of them, and one more if there is one."""
    found = select(Goal).where(*conditions)
    if behind is not None:
        found = found.where(order.behind(behind))
    return found.order_by(*order.clauses()).limit(limit + 1)


# How far they are


def figures(
    goal_ids: Collection[UUID],
    hidden: Collection[UUID],
    weeks: Sequence[tuple[datetime, datetime]],
    *,
    default_minutes: int,
) -> Select[Any]:
    """One row for each goal with tasks: its id, how many tasks and how many are done, the minutes
    of both, and the minutes that were done in each of `weeks`.

    Sub goals count, however far below, unless they were abandoned or lie in the trash.
    """
    under = under_goals(Goal.id.in_(goal_ids))
    minutes = func.coalesce(Task.estimated_duration, default_minutes)
    done = Task.status == Status.DONE
    found = (
        select(
            under.c.root,
            func.count().label("tasks"),
            _sum(done, literal(1)).label("done"),
            func.sum(minutes).label("minutes"),
            _sum(done, minutes).label("done_minutes"),
            *(_sum(and_(done, _within(*week)), minutes) for week in weeks),
        )
        .select_from(under)
        .join(Task, Task.goal_id == under.c.id)
        .where(Task.deleted_at.is_(None), Task.status != Status.CANCELLED)
        .group_by(under.c.root)
    )
    return found.where(Task.project_id.not_in(hidden)) if hidden else found


def under_goals(condition: ColumnElement[bool]) -> FromClause:
    """`root` for each goal of that condition, and `id`: its own and those of what counts for it."""
    start = (
        select(Goal.id.label("root"), Goal.id.label("id"))
        .where(condition)
        .cte("under", recursive=True)
    )
    further = (
        select(start.c.root, Goal.id)
        .join(start, Goal.parent_id == start.c.id)
        .where(Goal.deleted_at.is_(None), Goal.status != GoalStatus.ABANDONED)
    )
    return start.union_all(further)


def _within(start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(Task.completed_key > micros(start), Task.completed_key <= micros(end))


def _sum(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sum(case((condition, value), else_=0))


# Tasks by their goal. None of these is ever NULL.


def serves_goal(goal_id: UUID) -> ColumnElement[bool]:
    return and_(Task.goal_id.is_not(None), Task.goal_id == goal_id)


def serves_called(actor: Actor, title: str) -> ColumnElement[bool]:
    """A goal of that title which the actor may see."""
    found = select(Goal.id).where(
        visible(actor, list(actor.workspaces)),
        Goal.deleted_at.is_(None),
        Goal.title_key == title_key(title),
    )
    return and_(Task.goal_id.is_not(None), Task.goal_id.in_(found))
