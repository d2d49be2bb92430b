"""Every statement that keeps the stored keys."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from upnext.core.inserts.queries import upsert
from upnext.core.types import Id
from upnext.identity.models import User
from upnext.planning.models import PlanningProfile, RankKey
from upnext.planning.queries import CLOCK, FACTS, is_open
from upnext.tasks.models import Task, TaskAssignee, TaskDependency
from upnext.workspaces.models import Workspace


def task_ids_freed_by(task_id: UUID) -> Select[UUID]:
    """All tasks that wait for this one, however indirectly."""
    first = select(TaskDependency.task_id.label("id")).where(
        TaskDependency.blocked_by_id == task_id
    )
    chain = first.cte("freed", recursive=True)
    further = select(TaskDependency.task_id).join(chain, TaskDependency.blocked_by_id == chain.c.id)
    return select(chain.union(further).c.id)


def open_tasks(task_ids: Collection[UUID]) -> Select[Any]:
    return select(*FACTS, Task.assignee_ids).where(Task.id.in_(task_ids), is_open())


def holders_of(task_id: UUID) -> Select[UUID, list[str]]:
    """The assignees of all open tasks that this one waits for."""
    first = select(TaskDependency.blocked_by_id.label("id")).where(
        TaskDependency.task_id == task_id
    )
    chain = first.cte("held", recursive=True)
    further = select(TaskDependency.blocked_by_id).join(chain, TaskDependency.task_id == chain.c.id)
    ids = select(chain.union(further).c.id)
    return select(Task.workspace_id, Task.assignee_ids).where(Task.id.in_(ids), is_open())


def personal_owner(workspace_id: UUID) -> Select[UUID | None]:
    return select(Workspace.personal_of).where(Workspace.id == workspace_id)


def clocks(user_ids: Collection[UUID]) -> Select[Any]:
    return (
        select(User.id, *CLOCK)
        .outerjoin(PlanningProfile, PlanningProfile.user_id == User.id)
        .where(User.id.in_(user_ids))
    )


KEY = ("user_id", "task_id")


def put_keys(dialect: str, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """Inserts the keys, or overwrites those that are there."""
    return upsert(dialect, RankKey.__table__, rows, keys=KEY)


def drop_keys(task_id: UUID, *, but_of: Collection[UUID] = ()) -> Delete:
    return delete(RankKey).where(RankKey.task_id == task_id, RankKey.user_id.not_in(but_of))


_KEYS = cast(Table, RankKey.__table__)
DROP_KEYS = delete(_KEYS).where(_KEYS.c.task_id == bindparam("dropped_task", type_=Id))


def drop_keys_of_tasks(task_ids: Collection[UUID]) -> Delete:
    return delete(RankKey).where(RankKey.task_id.in_(task_ids))


def drop_keys_of(user_id: UUID) -> Delete:
    return delete(RankKey).where(RankKey.user_id == user_id)


def open_tasks_of(user_id: UUID) -> Select[Any]:
    """What belongs into a person's order, each task once."""
    assigned = select(TaskAssignee.task_id).where(TaskAssignee.user_id == user_id)
    own = select(Workspace.id).where(Workspace.personal_of == user_id)
    nobodys = and_(
        Task.workspace_id.in_(own),
        ~select(TaskAssignee.task_id).where(TaskAssignee.task_id == Task.id).exists(),
    )
    return select(*FACTS).where(or_(Task.id.in_(assigned), nobodys), is_open())


def freed_by_tasks_of(user_id: UUID) -> Select[Any]:
    """Open tasks that wait for one of the person's, however indirectly."""
    first = (
        select(TaskDependency.task_id.label("id"))
        .join(RankKey, RankKey.task_id == TaskDependency.blocked_by_id)
        .where(RankKey.user_id == user_id, RankKey.offered)
    )
    chain = first.cte("freed", recursive=True)
    further = select(TaskDependency.task_id).join(chain, TaskDependency.blocked_by_id == chain.c.id)
    return select(*FACTS).where(Task.id.in_(select(chain.union(further).c.id)), is_open())


def mean_minutes(user_id: UUID) -> Select[float | None]:
    return select(func.avg(RankKey.remaining)).where(RankKey.user_id == user_id, RankKey.offered)


def set_rate(user_id: UUID, rate: float) -> Update:
    """Another rate changes `b` only."""
    return (
        update(RankKey)
        .where(RankKey.user_id == user_id)
        .values(b=RankKey.a - rate * RankKey.latest_start)
        .execution_options(synchronize_session=False)
    )


def set_goal(goal_id: UUID, term: float) -> Update:
    """Exchanges what the goal adds to the keys of its tasks; twice changes nothing more.

    In this order, since MySQL computes with what it has set already.
    """
    serving = select(Task.id).where(Task.goal_id == goal_id)
    return (
        update(RankKey)
        .where(RankKey.task_id.in_(serving), RankKey.goal != term)
        .ordered_values(
            (RankKey.a, RankKey.a - RankKey.goal + term),
            (RankKey.b, RankKey.b - RankKey.goal + term),
            (RankKey.goal, literal(term)),
        )
        .execution_options(synchronize_session=False)
    )


def means() -> Select[Any]:
    """Of everyone with a list: its mean at present, and the profile that is kept."""
    mean = func.avg(RankKey.remaining).label("mean_now")
    return (
        select(RankKey.user_id, mean, PlanningProfile.mean_minutes, PlanningProfile.origin)
        .outerjoin(PlanningProfile, PlanningProfile.user_id == RankKey.user_id)
        .where(RankKey.offered)
        .group_by(RankKey.user_id, PlanningProfile.mean_minutes, PlanningProfile.origin)
    )
