"""Every statement on plans and pins."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Delete, Insert, Select, Table, Update, delete, select, update
from sqlalchemy.orm import aliased

from upnext.core.inserts.queries import upsert
from upnext.identity.models import User
from upnext.planning.models import DayPlan, PlanPin, RankKey
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
