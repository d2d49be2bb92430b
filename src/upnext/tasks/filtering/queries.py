"""What names in a filter stand for, and what a task has several of. None of these is ever NULL."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as cast_sql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from upnext.core.auth import Actor
from upnext.core.paging import Order
from upnext.core.types import LongText
from upnext.identity import names
from upnext.identity.models import User
from upnext.tasks.models import SavedFilter, Task, TaskAssignee, TaskTag
from upnext.workspaces.models import Project, Workspace, WorkspaceMember, name_key

LONGEST_NAME = 320
MOST_CANDIDATES = 500


class JsonText(FunctionElement[str]):
    """The text of a JSON column, compared by code point."""

    inherit_cache = True
    type = LongText()
    name = "json_text"


@compiles(JsonText)
def _cast(element: JsonText, compiler: SQLCompiler, **options: Any) -> str:  # SQLAlchemy's own
    return f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"


@compiles(JsonText, "mysql", "mariadb")
def _plain(element: JsonText, compiler: SQLCompiler, **options: Any) -> str:  # as above
    """A JSON column is binary text already; a cast would compare as the connection does."""
    return compiler.process(element.clauses, **options)


# Projects, people and tasks by name


def _seen(actor: Actor, kind: Any) -> ColumnElement[bool]:  # Task or Project, aliased or not
    """In a workspace of the actor's, and not in the trash."""
    return and_(kind.workspace_id.in_(list(actor.workspaces)), kind.deleted_at.is_(None))


def _visible_projects(actor: Actor) -> ColumnElement[bool]:
    seen = _seen(actor, Project)
    return and_(seen, Project.id.not_in(actor.hidden)) if actor.hidden else seen


def projects_called(actor: Actor, name: str) -> Select[UUID]:
    """By key or by name, in any case."""
    called = or_(Project.live_key == name.upper(), Project.name_key == name_key(name))
    return select(Project.id).where(_visible_projects(actor), called)


def people_called(actor: Actor, name: str) -> Select[UUID]:
    """By user name or e-mail address, of those who share a workspace with the actor."""
    key = names.key(name)
    called = or_(User.username_key == key, User.email_key == key)
    return _colleagues(actor, User.id).where(called)


def _colleagues(actor: Actor, *columns: Any) -> Select[Any]:
    member = WorkspaceMember
    return (
        select(*columns)
        .join(member, member.user_id == User.id)
        .where(member.workspace_id.in_(list(actor.workspaces)))
    )


def tasks_called(actor: Actor, key: str) -> Select[UUID]:
    other = aliased(Task)
    found = select(other.id).where(_seen(actor, other), other.key == key)
    return found.where(other.project_id.not_in(actor.hidden)) if actor.hidden else found


def personal_workspace(user_id: UUID) -> Select[UUID]:
    return select(Workspace.id).where(Workspace.personal_of == user_id)


def assigned_to(people: Select[UUID]) -> ColumnElement[bool]:
    return (
        select(literal_column("1"))
        .where(TaskAssignee.task_id == Task.id, TaskAssignee.user_id.in_(people))
        .exists()
    )


def has_assignees() -> ColumnElement[bool]:
    return select(literal_column("1")).where(TaskAssignee.task_id == Task.id).exists()


def has_tags() -> ColumnElement[bool]:
    return select(literal_column("1")).where(TaskTag.task_id == Task.id).exists()


# Saved filters


def _readable(actor: Actor) -> ColumnElement[bool]:
    """What the actor made and keeps, and what is shared with a workspace of theirs."""
    shared = and_(
        SavedFilter.shared.is_(True), SavedFilter.workspace_id.in_(list(actor.workspaces))
    )
    return or_(and_(SavedFilter.user_id == actor.user_id, SavedFilter.shared.is_(False)), shared)


def saved_filter(actor: Actor, filter_id: UUID) -> Select[SavedFilter]:
    return select(SavedFilter).where(SavedFilter.id == filter_id, _readable(actor))


def saved_filters(
    actor: Actor, workspace_id: UUID | None, order: Order, behind: ColumnElement[bool] | None
) -> Select[SavedFilter]:
    found = select(SavedFilter).where(_readable(actor)).order_by(*order.clauses())
    if workspace_id is not None:
        found = found.where(SavedFilter.workspace_id == workspace_id)
    return found if behind is None else found.where(behind)


# Which of the names there are, and what else there is

Found = CompoundSelect[str, str | None, str | None]
ZONE, PROJECT, PERSON, TASK = "zone", "project", "person", "task"


def _row(kind: str, one: Any, other: Any) -> tuple[Any, Any, Any]:
    return (
        literal_column(f"'{kind}'", String(10)).label("kind"),
        cast_sql(one, String(LONGEST_NAME)).label("one"),
        cast_sql(other, String(LONGEST_NAME)).label("other"),
    )


def known(
    actor: Actor, projects: Collection[str], people: Collection[str], tasks: Collection[str]
) -> Found:
    """Rows of (kind, key, other key): the actor's time zone and those of the names there are."""
    parts: list[Select[Any]] = [
        select(*_row(ZONE, User.time_zone, null())).where(User.id == actor.user_id)
    ]
    if projects:
        keys, called = [p.upper() for p in projects], [name_key(p) for p in projects]
        found = or_(Project.live_key.in_(keys), Project.name_key.in_(called))
        row = _row(PROJECT, Project.live_key, Project.name_key)
        parts.append(select(*row).where(_visible_projects(actor), found))
    if people:
        wanted = [names.key(p) for p in people]
        found = or_(User.username_key.in_(wanted), User.email_key.in_(wanted))
        row = _row(PERSON, User.username_key, User.email_key)
        parts.append(_colleagues(actor, *row).where(found))
    if tasks:
        row = _row(TASK, Task.key, null())
        seen = select(*row).where(_seen(actor, Task), Task.key.in_(tasks))
        parts.append(seen.where(Task.project_id.not_in(actor.hidden)) if actor.hidden else seen)
    return union_all(*parts)


def candidates(actor: Actor, kind: str) -> Select[Any]:
    """The names of projects or people that the actor can see, to guess what was meant.

    No e-mail addresses: these are for who may read the members of a workspace.
    """
    if kind == PROJECT:
        names_of: tuple[Any, Any] = (Project.key, Project.name)
        return select(*names_of).where(_visible_projects(actor)).limit(MOST_CANDIDATES)
    people: Select[Any] = _colleagues(actor, User.username)
    return people.limit(MOST_CANDIDATES)
