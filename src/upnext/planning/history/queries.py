"""Statements on what a person did: tasks with tracked time, and feedback."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, Update, delete, func, select, update

from upnext.planning.models import Feedback, PlanningProfile
from upnext.tasks.models import Status, Task
from upnext.timetracking.models import TimeEntry

PROFILE = cast(Table, PlanningProfile.__table__)
FEEDBACK = cast(Table, Feedback.__table__)


def done_by(user_id: UUID, most: int) -> Select[*tuple[Any, ...]]:
    """The tasks that the person did alone, as far as time was tracked, the latest first."""
    own = (
        select(TimeEntry.task_id, func.sum(TimeEntry.minutes).label("minutes"))
        .where(TimeEntry.user_id == user_id, TimeEntry.ended_at.is_not(None))
        .group_by(TimeEntry.task_id)
        .subquery("own")
    )
    return (
        select(Task.actual_minutes, Task.estimated_duration, Task.category, Task.project_id)
        .join(own, own.c.task_id == Task.id)
        .where(
            Task.status == Status.DONE,
            Task.deleted_at.is_(None),
            Task.actual_minutes > 0,
            Task.actual_minutes == own.c.minutes,
        )
        .order_by(Task.completed_key.desc(), Task.id.desc())
        .limit(most)
    )


def who_worked_on(task_id: UUID) -> Select[UUID]:
    return select(TimeEntry.user_id).where(TimeEntry.task_id == task_id).distinct()


def who_worked_since(since: datetime) -> Select[UUID]:
    return select(TimeEntry.user_id).where(TimeEntry.updated_at >= since).distinct()


def profile(user_id: UUID) -> Select[Any]:
    return select(PROFILE.c.learned, PROFILE.c.taste, PROFILE.c.computed_at).where(
        PROFILE.c.user_id == user_id
    )


def held_profile(user_id: UUID) -> Select[Any]:
    """Locked: who learns from one pick waits for who learns from another."""
    return profile(user_id).with_for_update()


def set_profile(user_id: UUID, **values: Any) -> Update:  # columns
    return update(PROFILE).where(PROFILE.c.user_id == user_id).values(**values)


def said_on(user_id: UUID, ticket_key: str) -> Select[str, UUID]:
    return select(Feedback.verdict, Feedback.task_id).where(
        Feedback.user_id == user_id, Feedback.ticket_key == ticket_key
    )


def picks_of(user_id: UUID, most: int) -> Select[Any]:
    """What was learned from, the latest first."""
    return (
        select(Feedback.shown, Feedback.task_id)
        .where(
            Feedback.user_id == user_id,
            Feedback.counted.is_(True),
            Feedback.verdict.in_(("accept", "done")),
        )
        .order_by(Feedback.at.desc(), Feedback.id.desc())
        .limit(most)
    )


def forget(user_id: UUID) -> Delete:
    return delete(Feedback).where(Feedback.user_id == user_id)
