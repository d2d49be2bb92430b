"""The changes of a task or a project, and the names of what they speak of."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Table,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as cast_sql

from upnext.core.changes import ChangeRow
from upnext.core.paging import Order, identities
from upnext.core.types import Name
from upnext.identity.models import User
from upnext.tasks.models import Task
from upnext.workspaces.models import Project

AnySelect = Select[*tuple[Any, ...]]

CHANGE = cast(Table, ChangeRow.__table__)
# Ids grow with time. Not by `seq`, which a change gets a moment later: one's own last write counts.
NEWEST = Order((("id", identities(CHANGE.c.id), True),))
SHOWN = tuple(
    CHANGE.c[name] for name in ("id", "type", "resource", "resource_id", "actor", "diff", "at")
)
PERSON, TASK, PROJECT = 1, 2, 3


def of_task(task_id: UUID, behind: Sequence[Any] | None, limit: int) -> AnySelect:
    return _full(_newest(_ids().where(CHANGE.c.resource_id == task_id), behind, limit))


def of_project(project_id: UUID, behind: Sequence[Any] | None, limit: int) -> AnySelect:
    """Its own, and those of the tasks that are in it, also in the trash.

    Two lists, each found in an index, and the newest of both: an OR would have MySQL read all.
    """
    own = _ids().where(CHANGE.c.resource_id == project_id)
    of_tasks = (
        _ids().join(Task, Task.id == CHANGE.c.resource_id).where(Task.project_id == project_id)
    )
    parts = [_newest(part, behind, limit).subquery() for part in (own, of_tasks)]
    both = union_all(*(select(part.c.id) for part in parts)).subquery()
    return _full(select(both.c.id).order_by(both.c.id.desc()).limit(limit + 1))


def _ids() -> Select[UUID]:
    return select(CHANGE.c.id)


def _newest(ids: Select[UUID], behind: Sequence[Any] | None, limit: int) -> Select[UUID]:
    """One more than `limit`, if there are more."""
    if behind is not None:
        ids = ids.where(NEWEST.behind(behind))
    return ids.order_by(*NEWEST.clauses()).limit(limit + 1)


def _full(ids: Select[UUID]) -> AnySelect:
    newest = ids.subquery()
    return select(*SHOWN).join(newest, newest.c.id == CHANGE.c.id).order_by(*NEWEST.clauses())


def names(
    people: Collection[UUID], tasks: Collection[UUID], projects: Collection[UUID]
) -> CompoundSelect[Any]:
    """Rows of (kind, id, project, two texts, a person's time zone and language)."""
    return union_all(
        select(
            _number(PERSON), User.id, User.id, User.username, User.email, User.time_zone,
            User.language,
        ).where(User.id.in_(people)),
        select(
            _number(TASK), Task.id, Task.project_id, Task.key, Task.title, _blank(), _blank()
        ).where(Task.id.in_(tasks)),
        select(
            _number(PROJECT), Project.id, Project.id, Project.key, Project.name, _blank(), _blank()
        ).where(Project.id.in_(projects)),
    )  # fmt: skip


def _number(kind: int) -> ColumnElement[int]:
    return type_coerce(literal(kind, Integer), Integer)


def _blank() -> ColumnElement[str]:
    return cast_sql(literal(""), Name(1))
