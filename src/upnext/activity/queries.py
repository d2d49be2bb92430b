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
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as cast_sql

from upnext.boards.models import Board, Column
from upnext.comments.models import Comment
from upnext.core.changes import ChangeRow
from upnext.core.paging import Order, identities
from upnext.core.types import Id, LongText, Name
from upnext.files.models import File
from upnext.goals.models import Goal
from upnext.identity.models import User
from upnext.tasks.models import Task
from upnext.workspaces.models import Project, WorkspaceMember

AnySelect = Select[*tuple[Any, ...]]

CHANGE = cast(Table, ChangeRow.__table__)
# Ids grow with time. Not by `seq`, which a change gets a moment later: one's own last write counts.
NEWEST = Order((("id", identities(CHANGE.c.id), True),))
SHOWN = tuple(
    CHANGE.c[name] for name in ("id", "type", "resource", "resource_id", "actor", "diff", "at")
)
PERSON, TASK, PROJECT, GOAL, BOARD, COLUMN, COMMENT, FILE = range(1, 9)
GONE = "gone"
"""In place of a time zone: a comment that was deleted."""


def of_task(task_id: UUID, behind: Sequence[Any] | None, limit: int) -> AnySelect:
    """Its own, and those of its comments and files."""
    parts = (
        _ids().where(CHANGE.c.resource_id == task_id),
        _ids_of(Comment).where(Comment.task_id == task_id),
        _ids_of(File).where(File.task_id == task_id),
    )
    return _newest_of(parts, behind, limit)


def of_project(project_id: UUID, behind: Sequence[Any] | None, limit: int) -> AnySelect:
    """Its own, and those of what is in it, also in the trash, and of who may see it."""
    of_comments = _ids_of(Comment).join(Task, Task.id == Comment.task_id)
    parts = (
        _ids().where(CHANGE.c.resource_id == project_id),
        _ids_of(Task).where(Task.project_id == project_id),
        of_comments.where(Task.project_id == project_id),
        _ids_of(File).join(Task, Task.id == File.task_id).where(Task.project_id == project_id),
        _ids_of(File).where(File.project_id == project_id),
        _ids_of(Goal).where(Goal.project_id == project_id),
        _ids_of(Board).where(Board.project_id == project_id),
        _of_members(project_id),
    )
    return _newest_of(parts, behind, limit)


def _of_members(project_id: UUID) -> Select[UUID]:
    """Of a membership the resource is the person, and the diff names the project."""
    people = (
        select(WorkspaceMember.user_id)
        .join(Project, Project.workspace_id == WorkspaceMember.workspace_id)
        .where(Project.id == project_id)
    )
    return _ids().where(
        CHANGE.c.resource_id.in_(people),
        CHANGE.c.resource == "project_member",
        cast_sql(CHANGE.c.diff, LongText).like(f"%{project_id}%"),
    )


def _ids() -> Select[UUID]:
    return select(CHANGE.c.id)


def _ids_of(kind: type[Task | Comment | File | Goal | Board]) -> Select[UUID]:
    return _ids().join(kind, kind.id == CHANGE.c.resource_id)


def _newest_of(
    parts: Sequence[Select[UUID]], behind: Sequence[Any] | None, limit: int
) -> AnySelect:
    """Lists that are each found in an index, and the newest of all: an OR would have MySQL read
    everything."""
    cut = [_newest(part, behind, limit).subquery() for part in parts]
    every = union_all(*(select(part.c.id) for part in cut)).subquery()
    return _full(select(every.c.id).order_by(every.c.id.desc()).limit(limit + 1))


def _newest(ids: Select[UUID], behind: Sequence[Any] | None, limit: int) -> Select[UUID]:
    """One more than `limit`, if there are more."""
    if behind is not None:
        ids = ids.where(NEWEST.behind(behind))
    return ids.order_by(*NEWEST.clauses()).limit(limit + 1)


def _full(ids: Select[UUID]) -> AnySelect:
    newest = ids.subquery()
    return select(*SHOWN).join(newest, newest.c.id == CHANGE.c.id).order_by(*NEWEST.clauses())


def names(
    people: Collection[UUID],
    tasks: Collection[UUID],
    projects: Collection[UUID],
    others: Collection[UUID],
) -> CompoundSelect[Any]:
    """Rows of (kind, id, project, two texts, a person's time zone and language).

    `others` are goals, boards, columns, comments and files; of these two the texts are their
    task's, and of a file without a task its name.
    """
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
        select(
            _number(GOAL), Goal.id, Goal.project_id, _blank(), Goal.title, _blank(), _blank()
        ).where(Goal.id.in_(others)),
        select(
            _number(BOARD), Board.id, Board.project_id, _blank(), Board.name, _blank(), _blank()
        ).where(Board.id.in_(others)),
        select(
            _number(COLUMN), Column.id, Column.project_id, _blank(), Column.name, _blank(), _blank()
        ).where(Column.id.in_(others)),
        *_of_their_tasks(others),
    )  # fmt: skip


def _of_their_tasks(ids: Collection[UUID]) -> tuple[AnySelect, AnySelect]:
    """Comments and files."""
    gone = case((Comment.deleted_at.is_not(None), GONE), else_="")
    return (
        select(
            _number(COMMENT), Comment.id, Task.project_id, Task.key, Task.title,
            cast_sql(gone, Name(4)), _blank(),
        ).join(Task, Task.id == Comment.task_id).where(Comment.id.in_(ids)),
        select(
            _number(FILE), File.id, func.coalesce(Task.project_id, File.project_id, type_=Id),
            func.coalesce(Task.key, ""), func.coalesce(Task.title, File.filename), _blank(),
            _blank(),
        ).outerjoin(Task, Task.id == File.task_id).where(File.id.in_(ids)),
    )  # fmt: skip


def _number(kind: int) -> ColumnElement[int]:
    return type_coerce(literal(kind, Integer), Integer)


def _blank() -> ColumnElement[str]:
    return cast_sql(literal(""), Name(1))
