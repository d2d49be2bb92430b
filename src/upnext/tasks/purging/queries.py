"""What is past its time in the trash, and how it goes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Delete, Select, delete, func, select

from upnext.core.queries import unreferenced
from upnext.tasks.models import SavedFilter
from upnext.tasks.queries import DEPENDENCY, TASK
from upnext.workspaces.models import Workspace
from upnext.workspaces.purging.queries import lost_workspace_ids

AnySelect = Select[*tuple[Any, ...]]

PLACES = 50


def _purgeable() -> AnySelect:
    """Those with nothing below them; the others follow when that is gone. Locked by `_first`."""
    columns = (TASK.c.id, TASK.c.workspace_id, TASK.c.key, TASK.c.title, TASK.c.version)
    return select(*columns).where(unreferenced(TASK))


def _first(found: AnySelect, limit: int) -> AnySelect:
    return found.limit(limit).with_for_update(skip_locked=True)


def thrown_away(before: datetime, limit: int) -> AnySelect:
    """The oldest first."""
    found = _purgeable().where(TASK.c.deleted_at < before).order_by(TASK.c.deleted_at)
    return _first(found, limit)


def lost_places(before: datetime) -> Select[UUID]:
    """Workspaces out of the trash for good; whatever lies in them goes with them."""
    return lost_workspace_ids(before).order_by(Workspace.id).limit(PLACES)


def of_places(workspace_ids: Collection[UUID], limit: int) -> AnySelect:
    found = _purgeable().where(TASK.c.workspace_id.in_(workspace_ids))
    return _first(found, limit)


def filters_of_places(workspace_ids: Collection[UUID], limit: int) -> Select[SavedFilter]:
    return (
        select(SavedFilter)
        .where(SavedFilter.workspace_id.in_(workspace_ids))
        .order_by(SavedFilter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def blockers_of(task_ids: Collection[UUID]) -> AnySelect:
    """What other tasks these wait for, and how many of them wait for each."""
    return (
        select(DEPENDENCY.c.blocked_by_id, func.count())
        .where(DEPENDENCY.c.task_id.in_(task_ids), DEPENDENCY.c.blocked_by_id.not_in(task_ids))
        .group_by(DEPENDENCY.c.blocked_by_id)
        .order_by(DEPENDENCY.c.blocked_by_id)
    )


def drop(task_ids: Collection[UUID]) -> Delete:
    """Tags, assignees, dependencies and whatever else belongs to them go along."""
    return delete(TASK).where(TASK.c.id.in_(task_ids))
