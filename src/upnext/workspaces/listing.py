"""Pages of rows: what may be sorted by, and where the next page starts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.keys import KeyRing
from upnext.core.paging import (
    SortField,
    identities,
    instants,
    parse_sort,
    read_cursor,
    write_cursor,
)
from upnext.core.types import Ranked
from upnext.workspaces import queries
from upnext.workspaces.models import Project, ProjectMember, Workspace, WorkspaceMember
from upnext.workspaces.schemas import Paging

Fields = Mapping[str, SortField]
WORKSPACES: Fields = {
    "name": SortField(Workspace.__table__.c.name_key),
    "created_at": instants(Workspace.__table__.c.created_at),
    "updated_at": instants(Workspace.__table__.c.updated_at),
    "id": identities(Workspace.__table__.c.id),
}
PROJECTS: Fields = {
    "name": SortField(Project.__table__.c.name_key),
    "key": SortField(Project.__table__.c.key),
    "created_at": instants(Project.__table__.c.created_at),
    "updated_at": instants(Project.__table__.c.updated_at),
    "id": identities(Project.__table__.c.id),
}


def _members(kind: type[WorkspaceMember | ProjectMember]) -> Fields:
    table = kind.__table__.c
    assert isinstance(table.role.type, Ranked)  # noqa: S101  (tells the type checker)
    roles = table.role.type.kind
    return {
        "role": SortField(table.role, str, roles),
        "created_at": instants(table.created_at),
        "id": identities(table.user_id),
    }


MEMBERS = _members(WorkspaceMember)
PROJECT_MEMBERS = _members(ProjectMember)


async def fetch(
    session: AsyncSession,
    keys: KeyRing,
    statement: queries.AnySelect,
    fields: Fields,
    asked: Paging,
    *,
    sort: str,
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """The page that is asked for, and the cursor of the next one."""
    order = parse_sort(sort, {n: f for n, f in fields.items() if n != "id"}, fields["id"])
    behind = read_cursor(keys, order, asked.cursor) if asked.cursor else None
    rows = (await session.execute(queries.page(statement, order, asked.limit, behind))).all()
    if len(rows) <= asked.limit:
        return list(rows), None
    page = list(rows[: asked.limit])
    return page, write_cursor(keys, order, list(page[-1][-len(order.terms) :]))
