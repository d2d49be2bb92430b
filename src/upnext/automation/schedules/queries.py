"""Every statement on schedules and their runs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Delete,
    Select,
    Table,
    Update,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from upnext.automation.models import RunState, ScheduleRun, UserSchedule
from upnext.core.jobs.models import Job, JobState, Schedule
from upnext.core.paging import Order, identities
from upnext.identity.models import User

ASKED = cast(Table, UserSchedule.__table__)
RUN = cast(Table, ScheduleRun.__table__)
ENGINE = cast(Table, Schedule.__table__)
NEWEST = Order((("id", identities(ASKED.c.id), True),))
NEWEST_RUN = Order((("id", identities(RUN.c.id), True),))
OPEN = (RunState.PENDING, RunState.PROCESSING)
JOB_ENDED = (JobState.COMPLETED, JobState.FAILED, JobState.DEAD, JobState.CANCELLED)


def visible(
    user_id: UUID | None,
    managed: Collection[UUID],
    workspace_id: UUID | None,
    behind: list[Any] | None,
    limit: int,
) -> Select[UserSchedule, Schedule]:
    """One's own and those in `managed` workspaces, the newest first, and one more if there is."""
    found = select(UserSchedule, Schedule).join(Schedule, Schedule.id == UserSchedule.id)
    found = found.where(or_(UserSchedule.user_id == user_id, ASKED.c.workspace_id.in_(managed)))
    if workspace_id is not None:
        found = found.where(UserSchedule.workspace_id == workspace_id)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def one(schedule_id: UUID, *, lock: bool = False) -> Select[UserSchedule, Schedule]:
    found = (
        select(UserSchedule, Schedule)
        .join(Schedule, Schedule.id == UserSchedule.id)
        .where(UserSchedule.id == schedule_id)
    )
    return found.with_for_update() if lock else found


def asked_for(schedule_id: UUID) -> Select[UserSchedule]:
    return select(UserSchedule).where(UserSchedule.id == schedule_id)


def count(user_id: UUID) -> Select[int]:
    return select(func.count()).where(UserSchedule.user_id == user_id)


def drop(schedule_id: UUID) -> Delete:
    """With what was asked for, and its runs."""
    return delete(ENGINE).where(ENGINE.c.id == schedule_id)


def drop_unasked() -> Delete:
    """What went with its workspace or its user."""
    asked = exists().where(ASKED.c.id == ENGINE.c.id)
    return delete(ENGINE).where(ENGINE.c.timing.is_not(None), ~asked)


# Runs


def runs_of(schedule_id: UUID, behind: list[Any] | None, limit: int) -> Select[ScheduleRun]:
    found = select(ScheduleRun).where(ScheduleRun.schedule_id == schedule_id)
    if behind is not None:
        found = found.where(NEWEST_RUN.behind(behind))
    return found.order_by(*NEWEST_RUN.clauses()).limit(limit + 1)


def runs_in(
    states: Collection[RunState],
    workspace_id: UUID | None,
    behind: list[Any] | None,
    limit: int,
) -> Select[ScheduleRun, UserSchedule, str]:
    """Of everybody, with the address of whom the schedule is."""
    found = (
        select(ScheduleRun, UserSchedule, User.email)
        .join(UserSchedule, UserSchedule.id == ScheduleRun.schedule_id)
        .join(User, User.id == UserSchedule.user_id)
        .where(ScheduleRun.state.in_(states))
    )
    if workspace_id is not None:
        found = found.where(ScheduleRun.workspace_id == workspace_id)
    if behind is not None:
        found = found.where(NEWEST_RUN.behind(behind))
    return found.order_by(*NEWEST_RUN.clauses()).limit(limit + 1)


def run_of_job(job_id: UUID) -> Select[ScheduleRun]:
    """Locked: of two who believe that it is theirs, the second sees what the first did."""
    return select(ScheduleRun).where(ScheduleRun.job_id == job_id).with_for_update()


def behind_run(schedule_id: UUID) -> Select[UserSchedule, Schedule, User]:
    return (
        select(UserSchedule, Schedule, User)
        .join(Schedule, Schedule.id == UserSchedule.id)
        .join(User, User.id == UserSchedule.user_id)
        .where(UserSchedule.id == schedule_id)
    )


def abandoned(limit: int) -> Select[UUID, str | None]:
    """The jobs of runs that are not over, though their job is, or is not there any more."""
    over = or_(Job.id.is_(None), Job.state.in_(JOB_ENDED))
    return (
        select(ScheduleRun.job_id, Job.last_error)
        .join(Job, Job.id == ScheduleRun.job_id, isouter=True)
        .where(ScheduleRun.state.in_(OPEN), over)
        .order_by(ScheduleRun.id)
        .limit(limit)
    )


def old_runs(before: datetime, limit: int) -> Select[UUID]:
    return (
        select(ScheduleRun.id)
        .where(and_(ScheduleRun.state.not_in(OPEN), ScheduleRun.created_at < before))
        .limit(limit)
    )


def forget_runs(ids: Collection[UUID]) -> Delete:
    return delete(RUN).where(RUN.c.id.in_(ids))


def switch(schedule_id: UUID, *, enabled: bool) -> Update:
    """The engine's row, which has no version."""
    return update(ENGINE).where(ENGINE.c.id == schedule_id).values(enabled=enabled)
