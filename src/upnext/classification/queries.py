"""Every statement on what is predicted, taught and wished, and on what that leaves on tasks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from upnext.classification.models import (
    ClassificationSetting,
    Example,
    PredictionRow,
    ProviderUse,
    TaskCategory,
)
from upnext.core.types import Id
from upnext.tasks.models import Task
from upnext.workspaces.models import Project, Workspace

TASK = cast(Table, Task.__table__)
EXAMPLE = cast(Table, Example.__table__)
PREDICTION = cast(Table, PredictionRow.__table__)
USE = cast(Table, ProviderUse.__table__)
SETTING = cast(Table, ClassificationSetting.__table__)
CATEGORY = cast(Table, TaskCategory.__table__)
_WORKSPACE = bindparam("workspace_id", type_=Id)


# What is known of a workspace


def setting_of(workspace_id: UUID, *, lock: bool = False) -> Select[ClassificationSetting]:
    found = select(ClassificationSetting).where(ClassificationSetting.workspace_id == workspace_id)
    return found.with_for_update() if lock else found


def categories_of(workspace_id: UUID) -> Select[TaskCategory]:
    return (
        select(TaskCategory)
        .where(TaskCategory.workspace_id == workspace_id)
        .order_by(TaskCategory.name_key)
    )


def how_many_categories(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(TaskCategory.workspace_id == workspace_id)


def lessons_of(workspace_id: UUID, limit: int) -> Select[str, str, str, str, datetime, UUID]:
    """The newest first: text of the task, field, value, the task's category."""
    return lessons().params(workspace_id=workspace_id, most=limit)


# By `workspace_id`, to be prepared once:


def wish() -> Select[Any]:
    return select(
        SETTING.c.learning, SETTING.c.helps, SETTING.c.remote, SETTING.c.local_projects
    ).where(SETTING.c.workspace_id == _WORKSPACE)


def custom() -> Select[Any]:
    found = select(CATEGORY.c.name, CATEGORY.c.description, CATEGORY.c.examples)
    return found.where(CATEGORY.c.workspace_id == _WORKSPACE).order_by(CATEGORY.c.name_key)


def lessons() -> Select[str, str, str, str, datetime, UUID]:
    """Also by how many at `most`: see `lessons_of`."""
    return (
        select(
            TASK.c.title, EXAMPLE.c.field, EXAMPLE.c.value, TASK.c.category, EXAMPLE.c.at, TASK.c.id
        )
        .join(TASK, TASK.c.id == EXAMPLE.c.task_id)
        .where(EXAMPLE.c.workspace_id == _WORKSPACE, TASK.c.deleted_at.is_(None))
        .order_by(EXAMPLE.c.at.desc(), EXAMPLE.c.task_id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def workspace_of(project_id: UUID) -> Select[UUID]:
    return select(Project.workspace_id).where(Project.id == project_id)


def personal_workspace(user_id: UUID) -> Select[UUID]:
    return select(Workspace.id).where(Workspace.personal_of == user_id)


# Tasks


def texts(task_ids: Collection[UUID]) -> Select[Any]:
    return select(*_TEXT).where(Task.id.in_(task_ids), Task.deleted_at.is_(None))


def derivable(
    workspace_id: UUID,
    project_id: UUID | None,
    hidden: Collection[UUID],
    after: UUID | None,
    limit: int,
) -> Select[Any]:
    """Of tasks whose provenance is known, in the order of their ids; done or not."""
    found = select(*_TEXT).where(
        Task.workspace_id == workspace_id,
        Task.deleted_at.is_(None),
        Task.classification.is_not(None),
    )
    if project_id is not None:
        found = found.where(Task.project_id == project_id)
    if hidden:
        found = found.where(Task.project_id.not_in(hidden))
    if after is not None:
        found = found.where(Task.id > after)
    return found.order_by(Task.id).limit(limit)


_TEXT = (
    Task.id,
    Task.key,
    Task.title,
    Task.description,
    Task.due_at,
    Task.project_id,
    Task.tags,
    Task.category,
    Task.priority,
    Task.estimated_duration,
    Task.classification,
    Task.version,
)


def derive(names: Sequence[str]) -> Update:
    """For many at once: `row_id`, `row_version`, and `new_` before each of the names. A row that is
    at another version is left alone; its version stays as it is."""
    values = {name: bindparam(f"new_{name}", type_=TASK.c[name].type) for name in names}
    mine = and_(TASK.c.id == bindparam("row_id"), TASK.c.version == bindparam("row_version"))
    return update(TASK).where(mine).values(**values)


# Predictions and examples


def add_predictions() -> Insert:
    return insert(PREDICTION)


def predictions_of(task_id: UUID, limit: int) -> Select[PredictionRow]:
    """The newest first."""
    return (
        select(PredictionRow)
        .where(PredictionRow.task_id == task_id)
        .order_by(PredictionRow.id.desc())
        .limit(limit)
    )


def add_examples() -> Insert:
    return insert(EXAMPLE)


def drop_examples(task_ids: Collection[UUID]) -> Delete:
    return delete(EXAMPLE).where(EXAMPLE.c.task_id.in_(task_ids))


def forget(workspace_id: UUID) -> Delete:
    return delete(EXAMPLE).where(EXAMPLE.c.workspace_id == workspace_id)


def examples_of(task_ids: Collection[UUID]) -> Select[Any]:
    return select(EXAMPLE.c.task_id, EXAMPLE.c.field, EXAMPLE.c.value).where(
        EXAMPLE.c.task_id.in_(task_ids)
    )


def judge(workspace_id: UUID, *, helps: bool, judged: int, gained: int) -> Update:
    return (
        update(SETTING)
        .where(SETTING.c.workspace_id == workspace_id)
        .values(helps=helps, judged=judged, gained=gained)
    )


def new_setting(workspace_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "remote": True,
        "local_projects": [],
        "learning": True,
        "helps": True,
        "judged": 0,
        "gained": 0,
        "updated_at": now,
        "version": 1,
    }


def count_to_judge(workspace_id: UUID) -> Select[int]:
    """How many examples of categories there are."""
    return (
        select(func.count())
        .select_from(EXAMPLE)
        .where(EXAMPLE.c.workspace_id == workspace_id, EXAMPLE.c.field == "category")
    )


# What was asked of providers


def used(provider: str, periods: Collection[str], *, lock: bool = False) -> Select[Any]:
    """In the order of their words, so that two who lock them never wait for each other."""
    found = select(USE.c.period, USE.c.requests).where(_of(provider, periods))
    ordered = found.order_by(USE.c.period)
    return ordered.with_for_update() if lock else ordered


def spend(provider: str, periods: Collection[str]) -> Update:
    return update(USE).where(_of(provider, periods)).values(requests=USE.c.requests + 1)


def _of(provider: str, periods: Collection[str]) -> ColumnElement[bool]:
    return and_(USE.c.provider == provider, USE.c.period.in_(list(periods)))


def forget_use(provider: str, before: str) -> Delete:
    """Of periods that are over: their words come before those of later ones."""
    return delete(USE).where(USE.c.provider == provider, USE.c.period < before)
