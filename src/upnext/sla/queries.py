"""Every statement on policies, calendars and clocks, and on what they leave on tasks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from upnext.core.types import Id
from upnext.sla.models import Calendar, ClockRow, Policy, Target
from upnext.tasks.models import OPEN, Task
from upnext.workspaces.models import Project, Workspace

TASK = cast(Table, Task.__table__)
CLOCK = cast(Table, ClockRow.__table__)
PROJECT = cast(Table, Project.__table__)
CLOCK_KEY = ("task_id", "target")


# Policies and calendars


def policies_of(project_id: UUID) -> Select[Policy]:
    """The most urgent first, and last that for any priority."""
    return (
        select(Policy).where(Policy.project_id == project_id).order_by(Policy.priority_key.desc())
    )


def rules_of(project_id: UUID) -> Select[Policy, Calendar | None]:
    return (
        select(Policy, Calendar)
        .outerjoin(Calendar, Calendar.workspace_id == Policy.workspace_id)
        .where(Policy.project_id == project_id, Policy.enabled.is_(True))
    )


def has_rules(project_id: UUID) -> Select[bool]:
    return select(exists().where(Policy.project_id == project_id, Policy.enabled.is_(True)))


def rule_project(project_id: UUID, *, ruled: bool) -> Update:
    """Makes it a new version: a task that is just being added by what stood there starts anew."""
    values = {"sla_ruled": ruled, "version": PROJECT.c.version + 1}
    changed = PROJECT.c.sla_ruled.is_not(ruled)
    return update(PROJECT).where(PROJECT.c.id == project_id, changed).values(values)


def ruled_projects(workspace_id: UUID) -> Select[UUID]:
    return (
        select(Project.id)
        .where(
            Project.workspace_id == workspace_id,
            Project.sla_ruled.is_(True),
            Project.deleted_at.is_(None),
            Project.archived_at.is_(None),
        )
        .order_by(Project.id)
    )


def calendar_of(workspace_id: UUID) -> Select[Calendar]:
    return select(Calendar).where(Calendar.workspace_id == workspace_id)


# Clocks

CLOCKS: Select[Any] = select(CLOCK)


def clocks_of(task_ids: Collection[UUID]) -> Select[Any]:
    return CLOCKS.where(CLOCK.c.task_id.in_(task_ids)).order_by(CLOCK.c.task_id, CLOCK.c.target)


def drop_clocks(keys: Collection[tuple[UUID, Target]]) -> Delete:
    return delete(CLOCK).where(tuple_(CLOCK.c.task_id, CLOCK.c.target).in_(keys))


def put_to_sleep(task_ids: Collection[UUID]) -> Update:
    """Until somebody renews them, time does nothing to these clocks."""
    return update(CLOCK).where(CLOCK.c.task_id.in_(task_ids)).values(next_check=None)


def due_for_check(now: datetime, limit: int) -> Select[UUID, bool]:
    """Tasks, and whether what is promised there is out of reach: archived, or in the trash."""
    out_of_reach = or_(
        Task.deleted_at.is_not(None),
        Project.archived_at.is_not(None),
        Project.deleted_at.is_not(None),
        Workspace.archived_at.is_not(None),
        Workspace.deleted_at.is_not(None),
    )
    return (
        select(CLOCK.c.task_id, out_of_reach.label("out_of_reach"))
        .select_from(CLOCK)
        .join(Task, Task.id == CLOCK.c.task_id)
        .join(Project, Project.id == Task.project_id)
        .join(Workspace, Workspace.id == Task.workspace_id)
        .where(CLOCK.c.next_check < now)
        .order_by(CLOCK.c.next_check, CLOCK.c.task_id)
        .limit(limit)
    )


# Tasks


def rule_tasks(task_ids: Collection[UUID], *, ruled: bool) -> Update:
    return update(TASK).where(TASK.c.id.in_(task_ids)).values(sla_ruled=ruled)


def free_tasks(task_ids: Collection[UUID]) -> Select[Task]:
    """Locked, without those that somebody else is changing just now."""
    return (
        select(Task)
        .where(Task.id.in_(task_ids))
        .order_by(Task.id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def held_task(task_id: UUID) -> Select[Task]:
    return (
        select(Task)
        .where(Task.id == task_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def tasks_of(project_id: UUID, after: UUID | None, limit: int) -> Select[Task]:
    """All of them in the order of their ids, locked."""
    found = (
        select(Task)
        .where(Task.project_id == project_id)
        .order_by(Task.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return found if after is None else found.where(Task.id > after)


STAND = (
    update(TASK)
    .where(TASK.c.id == bindparam("row_id", type_=Id))
    .values(
        sla=bindparam("new_sla", type_=TASK.c.sla.type),
        sla_due_key=bindparam("new_sla_due_key"),
        sla_breached=bindparam("new_sla_breached"),
        version=TASK.c.version + bindparam("steps"),
    )
)
"""What the clocks of a task say, for one or many at once."""


# How well they are kept


def report(project_id: UUID, now: datetime) -> Select[Any]:
    """(target, and how many clocks stand how) of the tasks that are not in the trash."""
    clock = CLOCK.c
    late, met = clock.breached_at.is_not(None), clock.met_at.is_not(None)
    waits = and_(clock.met_at.is_(None), clock.breached_at.is_(None))
    return (
        select(
            clock.target,
            _count(and_(met, clock.breached_at.is_(None))).label("met"),
            _count(late).label("breached"),
            _count(and_(late, clock.met_at.is_(None), Task.status.in_(OPEN))).label("late"),
            _count(waits).label("open"),
            _count(and_(waits, clock.next_check.is_not(None), clock.warn_at < now)).label(
                "warning"
            ),
        )
        .join(Task, Task.id == clock.task_id)
        .where(clock.project_id == project_id, Task.deleted_at.is_(None))
        .group_by(clock.target)
        .order_by(clock.target)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
