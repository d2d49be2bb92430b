"""A workspace's own categories, its wishes, and what it was taught."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import policy, queries
from upnext.classification.events import (
    CategoryCreated,
    CategoryDeleted,
    CategoryUpdated,
    ClassificationConfigured,
    ClassificationForgotten,
)
from upnext.classification.knowing import MOST_LESSONS
from upnext.classification.models import ClassificationSetting, TaskCategory
from upnext.classification.predictions import DEFAULTS
from upnext.classification.schemas import (
    MOST_CATEGORIES,
    CategoryCreate,
    CategoryPatch,
    SettingPatch,
)
from upnext.core.auth import Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict
from upnext.core.inserts.queries import insert_ignore
from upnext.core.load import Action, check_version, load_for
from upnext.core.queries import broke_unique
from upnext.tasks.models import folded
from upnext.workspaces.models import Workspace

UNIQUE = "uq_task_category_workspace_id_name_key"
NAME_KEY = 100


async def categories(
    session: AsyncSession, actor: Actor, workspace_id: UUID
) -> Sequence[TaskCategory]:
    await load_for(session, actor, policy.READ, Workspace, workspace_id)
    return (await session.scalars(queries.categories_of(workspace_id))).all()


async def create(session: AsyncSession, actor: Actor, data: CategoryCreate) -> TaskCategory:
    await load_for(session, actor, policy.CREATE_CATEGORY, Workspace, data.workspace_id, lock=True)
    count = await session.scalar(queries.how_many_categories(data.workspace_id)) or 0
    if count >= MOST_CATEGORIES:
        raise Conflict(
            f"A workspace has at most {MOST_CATEGORIES} categories of its own. Delete one first.",
            code="too_many_categories",
        )
    now = unit_of(session).now
    values = data.model_dump()
    made = TaskCategory(**values, name_key=_key(data.name), created_at=now, updated_at=now)
    session.add(made)
    await _flush(session)
    told = {name: (None, value) for name, value in values.items() if name != "workspace_id"}
    await _record(session, actor, CategoryCreated, made, told)
    return made


async def update(
    session: AsyncSession,
    actor: Actor,
    category_id: UUID,
    data: CategoryPatch,
    *,
    expected: int | None = None,
) -> TaskCategory:
    found = await _held(session, actor, policy.UPDATE_CATEGORY, category_id, expected)
    diff: dict[str, tuple[Any, Any]] = {}
    for name, value in data.model_dump(exclude_unset=True).items():
        if getattr(found, name) != value:
            diff[name] = (getattr(found, name), value)
            setattr(found, name, value)
    if diff:
        found.name_key = _key(found.name)
        found.updated_at = unit_of(session).now
        await _flush(session)
        await _record(session, actor, CategoryUpdated, found, diff)
    return found


async def delete(
    session: AsyncSession, actor: Actor, category_id: UUID, *, expected: int | None = None
) -> None:
    found = await _held(session, actor, policy.DELETE_CATEGORY, category_id, expected)
    await session.delete(found)
    await session.flush()
    await _record(session, actor, CategoryDeleted, found, {"name": (found.name, None)}, gone=True)


def _key(name: str) -> str:
    key = folded(name, NAME_KEY)
    if key in DEFAULTS:
        raise Conflict("Every workspace has a category of this name.", code="category_exists")
    return key


async def _held(
    session: AsyncSession, actor: Actor, action: Action, category_id: UUID, expected: int | None
) -> TaskCategory:
    found = await load_for(session, actor, action, TaskCategory, category_id, lock=True)
    await load_for(session, actor, action, Workspace, found.workspace_id)
    check_version(found.version, expected)
    return found


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        if not broke_unique(error, UNIQUE):
            raise
        raise Conflict(
            "The workspace has a category of this name. Change that one instead.",
            code="category_exists",
        ) from error


async def _record(
    session: AsyncSession,
    actor: Actor,
    kind: type[Change],
    about: TaskCategory,
    diff: Diff,
    *,
    gone: bool = False,
) -> None:
    change = kind(
        workspace_id=about.workspace_id,
        resource_id=about.id,
        version=about.version + gone,
        diff=diff,
    )
    await record(session, actor, change)


# Wishes


async def wishes(
    session: AsyncSession, actor: Actor, workspace_id: UUID, now: datetime
) -> ClassificationSetting:
    """As they are; without a row what is so everywhere, at version 0."""
    await load_for(session, actor, policy.READ, Workspace, workspace_id)
    found = await session.scalar(queries.setting_of(workspace_id))
    values = queries.new_setting(workspace_id, now)
    return found or ClassificationSetting(**{**values, "version": 0})


async def configure(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID,
    data: SettingPatch,
    *,
    expected: int | None = None,
) -> ClassificationSetting:
    await load_for(session, actor, policy.CONFIGURE, Workspace, workspace_id)
    found = await setting(session, workspace_id)
    check_version(found.version, expected)
    diff: dict[str, tuple[Any, Any]] = {}
    for name, value in data.model_dump(mode="json", exclude_unset=True).items():
        if getattr(found, name) != value:
            diff[name] = (getattr(found, name), value)
            setattr(found, name, value)
    if "learning" in diff and found.learning:
        # Whoever switches it on again wants it tried again.
        found.helps, found.judged, found.gained = True, 0, 0
    if diff:
        found.updated_at = unit_of(session).now
        await session.flush()
        change = ClassificationConfigured(
            workspace_id=workspace_id, resource_id=workspace_id, version=found.version, diff=diff
        )
        await record(session, actor, change)
    return found


async def setting(session: AsyncSession, workspace_id: UUID) -> ClassificationSetting:
    """The row, locked, and made if there is none."""
    dialect = session.get_bind().dialect.name
    row = queries.new_setting(workspace_id, unit_of(session).now)
    await session.execute(insert_ignore(dialect, queries.SETTING, [row]))
    found = await session.scalar(queries.setting_of(workspace_id, lock=True))
    assert found is not None  # noqa: S101  (made above)
    return found


# What was learned


async def examples(
    session: AsyncSession, actor: Actor, workspace_id: UUID
) -> Sequence[Row[str, str, str, str, datetime, UUID]]:
    await load_for(session, actor, policy.CONFIGURE, Workspace, workspace_id)
    return (await session.execute(queries.lessons_of(workspace_id, MOST_LESSONS))).all()


async def forget(session: AsyncSession, actor: Actor, workspace_id: UUID) -> None:
    await load_for(session, actor, policy.CONFIGURE, Workspace, workspace_id)
    await session.execute(queries.forget(workspace_id))
    change = ClassificationForgotten(workspace_id=workspace_id, resource_id=workspace_id)
    await record(session, actor, change)
