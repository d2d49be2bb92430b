"""The statements that give numbers to tasks."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    Table,
    Update,
    bindparam,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from upnext.core.lanes import Prepared
from upnext.core.lanes.queries import Returning
from upnext.core.types import Id, LongText
from upnext.workspaces.models import (
    Project,
    Workspace,
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The ways to advance a project's counter by `count`; `lock` reads the row beforehand."""

    advance: Update
    lock: Select[Any]


def _numbering(which: ColumnElement[bool]) -> Numbering:
    table = Project.__table__.c
    columns = (
        table.id,
        table.workspace_id,
        table.key,
        table.next_number,
        table.layout,
        table.archived_at,
        table.deleted_at,
        table.sla_ruled,
        _workspace_archived_at().label("workspace_archived_at"),
    )
    return Numbering(
        advance=_advance().where(which).returning(*columns),
        lock=select(*columns).where(which).with_for_update(),
    )


def _workspace_archived_at() -> ScalarSelect[Any]:
    table, project = Workspace.__table__.c, Project.__table__
    return (
        select(table.archived_at)
        .where(table.id == project.c.workspace_id)
        .correlate(project)
        .scalar_subquery()
    )


def _advance() -> Update:
    table = cast(Table, Project.__table__)
    return update(table).values(next_number=table.c.next_number + bindparam("count"))


def _inbox_id() -> ScalarSelect[Any]:
    project, workspace = Project.__table__.alias("inbox"), Workspace.__table__.alias("home")
    return (
        select(project.c.id)
        .join(workspace, workspace.c.id == project.c.workspace_id)
        .where(workspace.c.personal_of == bindparam("user_id", type_=Id), project.c.inbox.is_(True))
        .scalar_subquery()
    )


BY_ID = _numbering(Project.__table__.c.id == bindparam("project_id", type_=Id))
BY_OWNER = _numbering(Project.__table__.c.id == _inbox_id())
ADVANCE_ONLY = _advance().where(Project.__table__.c.id == bindparam("project_id", type_=Id))

_HERE = (
    Project.__table__.c.id == bindparam("standing_id", type_=Id),
    Project.__table__.c.workspace_id == bindparam("standing_in", type_=Id),
    Project.__table__.c.archived_at.is_(None),
    Project.__table__.c.deleted_at.is_(None),
    _workspace_archived_at().is_(None),
)
"""A project that takes tasks, where it was found last."""


class _NotWaitedFor(FunctionElement[str]):
    """Says to PostgreSQL that the commit need not be waited for; SQLite is told by the lane."""

    inherit_cache = True
    type = String()
    name = "not_waited_for"


@compiles(_NotWaitedFor)
def _nothing(*_: Any, **__: Any) -> str:  # SQLAlchemy's own
    return "NULL"


@compiles(_NotWaitedFor, "postgresql")
def _asynchronous(*_: Any, **__: Any) -> str:  # as above
    return "set_config('synchronous_commit', 'off', true)"


# One number, for who holds no lock.
ADVANCE_ALONE = Returning(
    _advance().where(*_HERE),
    Project.__table__.c.key,
    Project.__table__.c.next_number,
    Project.__table__.c.version,
    sql_cast(Project.__table__.c.layout, LongText),
    Project.__table__.c.sla_ruled,
    _NotWaitedFor(),
)

# What a task is added on the strength of. Its parameters are named unlike columns, since they stand
# beside those of rows.


# Whoever changes the row's keys right now is waited for, and nobody can until we committed; other
# columns, such as the counter, can change meanwhile.
STANDING = (
    select(Project.__table__.c.id)
    .where(
        Project.__table__.c.id == bindparam("standing_id", type_=Id),
        Project.__table__.c.version == bindparam("standing_version", type_=Integer),
    )
    .with_for_update(key_share=True, read=True)
)

ADVANCE_GUESSED = Prepared(
    update(cast(Table, Project.__table__))
    .values(next_number=Project.__table__.c.next_number + 1)
    .where(
        *_HERE,
        Project.__table__.c.version == bindparam("standing_version", type_=Integer),
        Project.__table__.c.next_number == bindparam("standing_number", type_=Integer),
    )
)
