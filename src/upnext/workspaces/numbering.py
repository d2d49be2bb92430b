"""Hands out the numbers in the short keys of tasks, without gaps between those of one call.

The row of the project is locked until the transaction ends. Its `version` stays as it is:
a new task is no change of the project, and must not fail anybody's If-Match.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.inserts import settle
from upnext.workspaces import queries


@dataclass(frozen=True, slots=True)
class ProjectSlot:
    """A project with `count` numbers from `first_number` on that are the caller's now."""

    id: UUID
    workspace_id: UUID
    key: str
    first_number: int
    archived: bool
    trashed: bool
    sla_ruled: bool = False

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.id


async def take_numbers(session: AsyncSession, project_id: UUID, count: int) -> ProjectSlot | None:
    """None: there is no such project. Whether the caller may use it is not asked here."""
    return await _take(session, queries.BY_ID, {"project_id": project_id}, count)


async def take_inbox_numbers(
    session: AsyncSession, user_id: UUID, count: int
) -> ProjectSlot | None:
    """The same in the Inbox of the user's personal workspace."""
    return await _take(session, queries.BY_OWNER, {"user_id": user_id}, count)


async def _take(
    session: AsyncSession, which: queries.Numbering, key: dict[str, Any], count: int
) -> ProjectSlot | None:
    await settle(session)
    connection = await session.connection()
    if connection.dialect.name != "mysql":
        row = (await connection.execute(which.advance, {**key, "count": count})).mappings().first()
        return _slot(row, row["next_number"] - count) if row else None
    row = (await connection.execute(which.lock, key)).mappings().first()
    if row is None:
        return None
    await connection.execute(queries.ADVANCE_ONLY, {"project_id": row["id"], "count": count})
    return _slot(row, row["next_number"])


def _slot(row: RowMapping, first: int) -> ProjectSlot:
    archived = row["archived_at"] is not None or row["workspace_archived_at"] is not None
    return ProjectSlot(
        id=row["id"],
        workspace_id=row["workspace_id"],
        key=row["key"],
        first_number=first,
        archived=archived,
        trashed=row["deleted_at"] is not None,
        sla_ruled=bool(row["sla_ruled"]),
    )
