"""Every statement on plans and pins."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import aliased

from upnext.core.auth import Actor
from upnext.core.inserts.queries import upsert
from upnext.goals.models import Goal, GoalStatus
from upnext.goals.queries import under_goals, visible
from upnext.identity.models import User
from upnext.planning.models import DayPlan, PlanPin, RankKey
from upnext.sla.models import ClockRow, Target
from upnext.tasks.models import OPEN, Task

PLAN = cast(Table, DayPlan.__table__)
PIN = cast(Table, PlanPin.__table__)


def stored(user_id: UUID) -> Select[DayPlan]:
    return select(DayPlan).where(DayPlan.user_id == user_id)


def save(dialect: str, row: Mapping[str, Any]) -> Insert:
    return upsert(dialect, PLAN, [row], keys=["user_id"])


def outdate(user_id: UUID) -> Update:
    return update(PLAN).where(PLAN.c.user_id == user_id).values(inputs=None)


def asked(user_id: UUID, now: datetime) -> Update:
    return update(PLAN).where(PLAN.c.user_id == user_id).values(asked_at=now)


def looked_at(since: datetime, limit: int) -> Select[UUID]:
    """Whose plans somebody wanted to see lately, and who has not been disabled."""
    return (
        select(DayPlan.user_id)
        .join(User, User.id == DayPlan.user_id)
        .where(DayPlan.asked_at >= since, User.disabled_at.is_(None))
        .order_by(DayPlan.asked_at.desc(), DayPlan.user_id)
        .limit(limit)
    )


def zone_of(user_id: UUID) -> Select[str]:
    return select(User.time_zone).where(User.id == user_id)


def person(user_id: UUID) -> Select[UUID]:
    """Locks them: of two who pin at once, the second sees what the first did."""
    return select(User.id).where(User.id == user_id).with_for_update()


def pins(user_id: UUID, now: datetime) -> Select[UUID, datetime, datetime, str, str, UUID]:
    """Those that are not over, the first one first."""
    return (
        select(PlanPin.task_id, PlanPin.starts_at, PlanPin.ends_at, Task.key, Task.title,
               Task.project_id)
        .join(Task, Task.id == PlanPin.task_id)
        .where(
            PlanPin.user_id == user_id,
            PlanPin.ends_at > now,
            Task.deleted_at.is_(None),
            Task.status.in_(OPEN),
        )
        .order_by(PlanPin.starts_at, PlanPin.task_id)
    )  # fmt: skip


def pin(user_id: UUID, task_id: UUID) -> Select[PlanPin]:
    return select(PlanPin).where(PlanPin.user_id == user_id, PlanPin.task_id == task_id)


def put_pin(dialect: str, row: Mapping[str, Any]) -> Insert:
    return upsert(dialect, PIN, [row], keys=["user_id", "task_id"])


def drop_pin(user_id: UUID, task_id: UUID) -> Delete:
    return delete(PlanPin).where(PlanPin.user_id == user_id, PlanPin.task_id == task_id)


def drop_over(before: datetime) -> Delete:
    return delete(PlanPin).where(PlanPin.ends_at < before)


def place_in_order(user_id: UUID, task_id: UUID) -> Select[float]:
    """The minutes that remain of a task, if it is this person's to do."""
    return select(RankKey.remaining).where(
        RankKey.user_id == user_id, RankKey.task_id == task_id, RankKey.offered
    )


def keys(task_ids: Collection[UUID]) -> Select[UUID, str]:
    return select(Task.id, Task.key).where(Task.id.in_(task_ids))


def shown(
    task_ids: Collection[UUID],
) -> Select[UUID, str, str, UUID, UUID, datetime]:
    return select(
        Task.id, Task.key, Task.title, Task.workspace_id, Task.project_id, Task.updated_at
    ).where(Task.id.in_(task_ids), Task.deleted_at.is_(None), Task.status.in_(OPEN))


def due_before(task_ids: Collection[UUID]) -> Select[UUID, datetime | None]:
    """When the occurrence before each of these was due, of tasks that repeat."""
    before = aliased(Task)
    return (
        select(Task.id, before.due_at)
        .join(before, before.series_id == Task.series_id)
        .where(
            Task.id.in_(task_ids),
            Task.series_id.is_not(None),
            before.occurrence == Task.occurrence - 1,
            before.due_at.is_not(None),
        )
    )


# What is promised


def promised(task_ids: Collection[UUID]) -> Select[UUID, datetime, list[list[int | None]]]:
    """When each is to be done by the promise of its project, and when that clock stood still."""
    return select(ClockRow.task_id, ClockRow.due_at, ClockRow.pauses).where(
        ClockRow.task_id.in_(task_ids),
        ClockRow.target == Target.RESOLUTION,
        ClockRow.policy_id.is_not(None),
        ClockRow.met_at.is_(None),
    )


def aims(actor: Actor, task_ids: Collection[UUID]) -> Select[UUID, str, date | None, UUID]:
    """Goal, title, target date and task, for each goal with a target that one of these serves."""
    target = and_(
        visible(actor, list(actor.workspaces)),
        Goal.deleted_at.is_(None),
        Goal.status == GoalStatus.OPEN,
        Goal.target_date.is_not(None),
    )
    under = under_goals(target)
    return (
        select(Goal.id, Goal.title, Goal.target_date, Task.id.label("task_id"))
        .select_from(under)
        .join(Task, Task.goal_id == under.c.id)
        .join(Goal, Goal.id == under.c.root)
        .where(Task.id.in_(task_ids))
        .order_by(Goal.target_key, Goal.id, Task.id)
    )


def open_for(goal_ids: Collection[UUID], hidden: Collection[UUID]) -> Select[UUID, int]:
    """How many open tasks each of these goals still needs, as far as they may be seen."""
    under = under_goals(Goal.id.in_(goal_ids))
    seen: list[ColumnElement[bool]] = [Task.deleted_at.is_(None), Task.status.in_(OPEN)]
    if hidden:
        seen.append(Task.project_id.not_in(hidden))
    return (
        select(under.c.root, func.count())
        .select_from(under)
        .join(Task, Task.goal_id == under.c.id)
        .where(*seen)
        .group_by(under.c.root)
    )
