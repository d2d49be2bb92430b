"""Hands out the numbers in the short keys of tasks, without gaps between those of one call.

The row of the project is locked until the transaction ends. Its `version` stays as it is:
a new task is no change of the project, and must not fail anybody's If-Match.

Where a unit of work can be one statement (core/alone), a single number is taken by a statement of
its own, and the task is written on the footing that the project is still as it was then. A task
that is refused afterwards leaves its number unused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, Table
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import alone
from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import NotFound
from upnext.core.inserts import settle
from upnext.core.inserts.queries import Footing
from upnext.core.load import Action, permit
from upnext.workspaces.models import Project
from upnext.workspaces.numbering import queries, turns
from upnext.workspaces.numbering.turns import Place

MOST_PLACES: Final = 50_000
_places: dict[UUID, Place] = {}
"""Where somebody added tasks before. Where it lies may change, so whoever
uses it asks the database for a row that lies there."""


@dataclass(frozen=True, slots=True)
class ProjectSlot:
    """A project with `count` numbers from `first_number` on that are the caller's now."""

    id: UUID
    workspace_id: UUID
    key: str
    first_number: int
    archived: bool
    trashed: bool
    layout: Mapping[str, Any] | None
    """Its boards; see tasks/placing.py."""
    sla_ruled: bool = False
    footing: Footing | None = None

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


async def take_alone(
    session: AsyncSession, actor: Actor, action: Action, project_id: UUID | None
) -> ProjectSlot | None:
    """One number without a lock that stays. None: take it in the transaction, and find out why.

    Raises NotFound or Forbidden as `permit` does, before anything is taken.
    """
    lane = alone.lane_of(session)
    key = project_id or actor.user_id
    if lane is None or key not in _places:
        return None
    place = _places[key]
    # The id of a person names their Inbox here, but not in a request.
    if project_id not in {None, place.project_id}:
        return None
    if actor.kind != "system":
        permit(actor, action, *place, missing=NotFound("There is no such project."))
    doubt = unit_of(session).doubt
    taken = await turns.one(lane, place, None if doubt is None else doubt.open)
    if taken is None:
        return None
    if doubt is not None:
        doubt.confirm(taken.held)
    name, _, version, layout, sla_ruled, _ = taken.row
    return ProjectSlot(
        id=place.project_id,
        workspace_id=place.workspace_id,
        key=name,
        first_number=taken.number,
        archived=False,
        trashed=False,
        layout=orjson.loads(layout) if layout else None,
        sla_ruled=sla_ruled,
        footing=Footing("project_id", cast(Table, Project.__table__), version),
    )


def remember_place(key: UUID | None, slot: ProjectSlot) -> None:
    """`key` is the project's id or that of the Inbox's owner."""
    if key is not None:
        if len(_places) >= MOST_PLACES:
            _places.clear()
        _places[key] = Place(slot.workspace_id, slot.id)


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
        layout=row["layout"],
        sla_ruled=bool(row["sla_ruled"]),
    )
