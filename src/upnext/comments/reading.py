"""Lists of comments and of people to mention, straight from the columns."""

from typing import Any
from uuid import UUID

from upnext.comments import policy, queries
from upnext.comments.schemas import CommentList, EarlierList, MentionableList
from upnext.comments.wire import Wire, comment_wire
from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.core.lanes import Lane, Row
from upnext.core.load import permit
from upnext.core.paging import Order, read_cursor, write_cursor
from upnext.identity.names import key

_PLACE = 2
"""How many columns of `queries.ONE` say where the task lies."""


async def list_comments(
    lane: Lane, actor: Actor, keys: KeyRing, task_id: UUID, asked: CommentList
) -> dict[str, Any]:
    """Two statements: may they see the task, and the page."""
    await _place(lane, actor, task_id)
    falling = asked.sort.startswith("-")
    order = queries.by_time(falling=falling)
    values: dict[str, Any] = {"task_id": task_id, "thread_id": asked.thread_id}
    after = _after(keys, order, asked.cursor)
    statement = queries.page(
        thread=asked.thread_id is not None, falling=falling, behind=bool(after)
    )
    named = {name: value for name, value in values.items() if value is not None}
    rows = await lane.fetch(statement, named | after | {"limit": asked.limit + 1})
    return _page([comment_wire(row, actor) for row in rows], "id", order, asked.limit, keys)


async def read_comment(lane: Lane, actor: Actor, comment_id: UUID) -> Wire:
    return comment_wire((await _one(lane, actor, comment_id))[:-_PLACE], actor)


async def list_earlier(
    lane: Lane, actor: Actor, keys: KeyRing, comment_id: UUID, asked: EarlierList
) -> dict[str, Any]:
    """What it said before, the latest first."""
    await _one(lane, actor, comment_id)
    order = queries.NEWEST_VERSION
    after = _after(keys, order, asked.cursor)
    values = {"comment_id": comment_id, **after, "limit": asked.limit + 1}
    rows = await lane.fetch(queries.earlier(behind=bool(after)), values)
    names = ("version", "body", "written_at", "replaced_at")
    items = [dict(zip(names, row, strict=True)) for row in rows]
    return _page(items, "version", order, asked.limit, keys)


async def list_mentionable(
    lane: Lane, actor: Actor, task_id: UUID, asked: MentionableList
) -> dict[str, Any]:
    """Those who may see the task, by how their names begin; without their addresses."""
    _, project_id = await _place(lane, actor, task_id)
    beginning = key(asked.q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"project_id": project_id, "beginning": f"{beginning}%", "limit": asked.limit}
    rows = await lane.fetch(queries.MENTIONABLE, values)
    return {"items": [_person(*row) for row in rows], "next_cursor": None}


def _person(user_id: object, username: str | None, email: str) -> dict[str, object]:
    name = username or email.partition("@")[0]
    return {"id": user_id, "name": name, "mention": name}


async def _place(lane: Lane, actor: Actor, task_id: UUID) -> tuple[UUID, UUID]:
    missing = NotFound("There is no such task.")
    rows = await lane.fetch(queries.PLACE, {"task_id": task_id})
    if not rows:
        raise missing
    workspace_id, project_id = (UUID(str(each)) for each in rows[0])
    permit(actor, policy.READ, workspace_id, project_id, missing=missing, task_id=task_id)
    return workspace_id, project_id


async def _one(lane: Lane, actor: Actor, comment_id: UUID) -> Row:
    missing = NotFound("There is no such comment.")
    rows = await lane.fetch(queries.ONE, {"comment_id": comment_id})
    if not rows:
        raise missing
    place = [UUID(str(each)) for each in rows[0][-_PLACE:]]
    task_id = UUID(str(rows[0][1]))
    permit(actor, policy.READ, *place, missing=missing, task_id=task_id)
    return rows[0]


def _after(keys: KeyRing, order: Order, cursor: str | None) -> dict[str, Any]:
    return {"after_0": read_cursor(keys, order, cursor)[0]} if cursor else {}


def _page(items: list[Wire], by: str, order: Order, limit: int, keys: KeyRing) -> dict[str, Any]:
    """`items` has one more than the limit, if there are more."""
    shown = items[:limit]
    more = write_cursor(keys, order, [shown[-1][by]]) if len(items) > limit else None
    return {"items": shown, "next_cursor": more}
