"""Every statement on the index, and those that read what can be found."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    String,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy import table as named_table
from sqlalchemy.dialects import mysql

from upnext.comments.models import Comment
from upnext.core.lanes.many import bound
from upnext.core.paging import Order, SortField, identities
from upnext.core.types import Id
from upnext.goals.models import Goal
from upnext.search.models import SearchDocument
from upnext.tasks.models import Task
from upnext.workspaces.models import Project

DOCUMENT: Final = cast(Table, SearchDocument.__table__)
KEY: Final = ("resource_id",)
FIELDS: Final = (DOCUMENT.c.named, DOCUMENT.c.heading, DOCUMENT.c.labels, DOCUMENT.c.body)

Condition = ColumnElement[bool]


# What changes


def drop(resource_ids: Collection[UUID]) -> Delete:
    return delete(DOCUMENT).where(DOCUMENT.c.resource_id.in_(resource_ids))


def drop_all(workspace_id: UUID) -> Delete:
    """What lies in projects went with them; this is for what lies beside them, such as goals."""
    return delete(DOCUMENT).where(DOCUMENT.c.workspace_id == workspace_id)


def show(task_ids: Collection[UUID], *, live: bool) -> Update:
    """Tasks and what belongs to them."""
    here = DOCUMENT.c.task_id.in_(task_ids)
    return update(DOCUMENT).where(here, DOCUMENT.c.live.is_(not live)).values(live=live)


def carry(task_ids: Collection[UUID], project_id: UUID) -> Update:
    return update(DOCUMENT).where(DOCUMENT.c.task_id.in_(task_ids)).values(project_id=project_id)


def rename(project_id: UUID, old: str, new: str) -> Update:
    """Puts another key in front of the numbers of a project's tasks. Both are as `named` has it."""
    rest = func.substr(DOCUMENT.c.named, len(old) + 1)
    return (
        update(DOCUMENT)
        .where(DOCUMENT.c.project_id == project_id, DOCUMENT.c.named.like(f"{old}%"))
        .values(named=literal(new, String) + rest)
    )


# What is asked


class Shape(NamedTuple):
    """What two searches have in common that differ in words and places only."""

    dialect: str
    workspaces: int
    hidden: int
    kinds: int
    project: bool
    terms: int
    phrases: tuple[int, ...]
    unwanted: int
    behind: bool


def matching(dialect: str) -> Condition:
    """What the database's full text finds of `match`: each word of it somewhere in the fields."""
    match = bindparam("match", type_=String())
    if dialect == "mysql":
        return mysql.match(*FIELDS, against=match).in_boolean_mode()
    if dialect == "sqlite":
        index = named_table("search_index")
        hits = select(literal_column("rowid", Integer)).select_from(index)
        return DOCUMENT.c.id.in_(hits.where(literal_column("search_index").op("MATCH")(match)))
    simple: ColumnElement[Any] = literal_column("'simple'")
    text = FIELDS[0] + FIELDS[1] + FIELDS[2] + FIELDS[3]
    return func.to_tsvector(simple, text).op("@@")(func.to_tsquery(simple, match))


def _anywhere(pattern: Any) -> Condition:
    return or_(*(field.like(pattern) for field in FIELDS))


def _visible(shape: Shape) -> list[Condition]:
    workspaces = bound("workspace", shape.workspaces, Id)
    place = DOCUMENT.c.project_id
    # Found at once by their empty `live_key`, and so asked for once and not for each hit.
    trash = select(Project.id).where(
        Project.workspace_id.in_(workspaces),
        Project.live_key.is_(None),
        Project.deleted_at.is_not(None),
    )
    seen = [place.not_in(trash)]
    if shape.hidden:
        seen.append(place.not_in(bound("hidden", shape.hidden, Id)))
    return [
        DOCUMENT.c.workspace_id.in_(workspaces),
        DOCUMENT.c.live.is_(True),
        or_(place.is_(None), and_(*seen)),
    ]


def _narrowed(shape: Shape) -> list[Condition]:
    found: list[Condition] = []
    if shape.kinds:
        found.append(DOCUMENT.c.kind.in_(bound("kind", shape.kinds)))
    if shape.project:
        found.append(DOCUMENT.c.project_id == bindparam("project_id", type_=Id))
    # The full text finds the words of a phrase; that they stand side by side is seen here.
    found += [_anywhere(bindparam(f"term_{place}")) for place in shape.phrases]
    found += [~_anywhere(pattern) for pattern in bound("unwanted", shape.unwanted)]
    return found


def _rank(terms: int) -> ColumnElement[int]:
    """From 0 for the thing of that very key to 5 for what has no word of it in its title.

    What is the whole title also stands in it, so most hits are compared with two patterns alone.
    """
    heading = DOCUMENT.c.heading
    each = [heading.like(pattern) for pattern in bound("term", terms)]
    keyed = (DOCUMENT.c.named.like(bindparam("title")), 0)
    alone = case((heading.like(bindparam("title")), 1), else_=2)
    if terms == 1:
        return case(keyed, (each[0], alone), else_=5)
    whole = heading.like(bindparam("whole"))
    return case(keyed, (whole, alone), (and_(*each), 3), (or_(*each), 4), else_=5)


# Of what is shown of most hits, no other statement has to be asked.
TASK_CARD: Final[Mapping[str, Any]] = {
    "id": Task.id,
    "workspace_id": Task.workspace_id,
    "project_id": Task.project_id,
    "task_id": Task.id,
    "key": Task.key,
    "title": Task.title,
    "text": Task.description,
    "status": Task.status,
}


def page(shape: Shape) -> Select[Any]:
    """(kind, id, rank), the best first, of equal ones the newest; also bound: `limit`. Behind it
    what is shown of a task, in the columns of CARD, all empty for what is none."""
    document = DOCUMENT.c
    rank = _rank(shape.terms).label("rank")
    inner = select(document.kind, document.resource_id, rank).where(
        matching(shape.dialect), *_visible(shape), *_narrowed(shape)
    )
    found = inner.subquery("found").c
    order = best_first(found.rank, found.resource_id)
    asked = select(found.kind, found.resource_id, found.rank)
    if shape.behind:
        asked = asked.where(order.behind([bindparam("rank"), bindparam("id", type_=Id)]))
    limited = asked.order_by(*order.clauses()).limit(bindparam("limit", type_=Integer))
    best = limited.subquery("best")
    task = and_(Task.id == best.c.resource_id, Task.deleted_at.is_(None))
    return (
        select(*best.c, *_card(TASK_CARD))
        .outerjoin_from(best, Task, task)
        .order_by(*best_first(best.c.rank, best.c.resource_id).clauses())
    )


def best_first(rank: ColumnElement[Any], id_: ColumnElement[Any], name: str = "rank") -> Order:
    return Order(((name, SortField(rank), False), ("id", identities(id_), True)))


# What is shown, in the columns of CARD

CARD: Final = (
    "id", "workspace_id", "project_id", "task_id", "key", "title", "text", "status"
)  # fmt: skip


def _card(columns: Mapping[str, Any]) -> list[Any]:
    return [columns[name].label(name) if name in columns else null().label(name) for name in CARD]


def project_cards(ids: Sequence[Any]) -> Select[Any]:
    columns = {
        "id": Project.id,
        "workspace_id": Project.workspace_id,
        "project_id": Project.id,
        "key": Project.key,
        "title": Project.name,
    }
    return select(*_card(columns)).where(Project.id.in_(ids), Project.deleted_at.is_(None))


def comment_cards(ids: Sequence[Any]) -> Select[Any]:
    """Under the key and the title of their tasks."""
    columns = {
        "id": Comment.id,
        "workspace_id": Comment.workspace_id,
        "project_id": Task.project_id,
        "task_id": Comment.task_id,
        "key": Task.key,
        "title": Task.title,
        "text": Comment.body,
    }
    return (
        select(*_card(columns))
        .join(Task, Task.id == Comment.task_id)
        .where(Comment.id.in_(ids), Comment.deleted_at.is_(None), Task.deleted_at.is_(None))
    )


def goal_cards(ids: Sequence[Any]) -> Select[Any]:
    columns = {
        "id": Goal.id,
        "workspace_id": Goal.workspace_id,
        "project_id": Goal.project_id,
        "title": Goal.title,
        "text": Goal.description,
        "status": Goal.status,
    }
    return select(*_card(columns)).where(Goal.id.in_(ids), Goal.deleted_at.is_(None))


def cards_by(ids: int) -> list[Any]:
    return bound("card", ids, Id)


# What is indexed anew


def tasks_behind(task_id: UUID | None, limit: int) -> Select[Task]:
    found = select(Task).order_by(Task.id).limit(limit).with_for_update(key_share=True)
    return found if task_id is None else found.where(Task.id > task_id)


def projects_behind(project_id: UUID | None, limit: int) -> Select[Project]:
    found = select(Project).order_by(Project.id).limit(limit).with_for_update(key_share=True)
    return found if project_id is None else found.where(Project.id > project_id)


def comments_behind(comment_id: UUID | None, limit: int) -> Select[Comment]:
    found = (
        select(Comment)
        .where(Comment.deleted_at.is_(None))
        .order_by(Comment.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return found if comment_id is None else found.where(Comment.id > comment_id)


def goals_behind(goal_id: UUID | None, limit: int) -> Select[Goal]:
    found = (
        select(Goal)
        .where(Goal.deleted_at.is_(None))
        .order_by(Goal.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return found if goal_id is None else found.where(Goal.id > goal_id)
