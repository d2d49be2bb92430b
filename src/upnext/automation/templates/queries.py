"""Every statement on templates."""

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, func, or_, select

from upnext.automation.models import Template
from upnext.core.paging import Order, SortField, identities

TEMPLATE = cast(Table, Template.__table__)
BY_NAME = Order(
    (("name", SortField(TEMPLATE.c.name_key), False), ("id", identities(TEMPLATE.c.id), False))
)


def visible(
    workspaces: Collection[UUID],
    hidden: Collection[UUID],
    behind: list[Any] | None,
    limit: int,
) -> Select[Template]:
    """`limit` of them by name, and one more if there is one."""
    found = select(Template).where(Template.workspace_id.in_(workspaces))
    if hidden:
        found = found.where(or_(Template.project_id.is_(None), Template.project_id.not_in(hidden)))
    if behind is not None:
        found = found.where(BY_NAME.behind(behind))
    return found.order_by(*BY_NAME.clauses()).limit(limit + 1)


def count(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(Template.workspace_id == workspace_id)
