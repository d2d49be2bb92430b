"""Hands out the numbers in the short keys of tasks, without gaps between those of one call.

The row of the project is locked until the transaction ends. Its `version` stays as it is:
a new task is no change of the project, and must not fail anybody's If-Match.

Where a unit of work can be one statement (core/alone), a single number is taken by a statement of
its own, and the task is written on the footing that the project is still as it was then. A task
that is refused afterwards leaves its number unused. Where nobody else adds tasks the number is
known beforehand, and taken by the task's own statement: see `guessing`.
"""

from typing import Any, Final, cast
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, Update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import alone
from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import NotFound
from upnext.core.inserts import settle
from upnext.core.inserts.queries import Footing, guess
from upnext.core.lanes.doubt import Doubt
from upnext.core.load import Action, permit
from upnext.workspaces.numbering import guessing, queries, turns
from upnext.workspaces.numbering.guessing import Claim, Known
from upnext.workspaces.numbering.places import Place, ProjectSlot

STANDS_IN: Final = "project_id"
MOST_PLACES: Final = 50_000
_places: dict[UUID, Place] = {}
"""Where somebody added tasks before. Where it lies may change, so whoever
uses it asks the database for a row that lies there."""


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
    run = guessing.run_of(lane, place)
    if claimed := run.guess():
        return _guessed(*claimed, doubt)
    taken = await turns.one(lane, place, None if doubt is None else doubt.open)
    if taken is None:
        return None
    if doubt is not None:
        doubt.confirm(taken.held)
    known = _known(place, taken)
    claim = run.took(taken.number, known)
    values = {"standing_id": place.project_id, "standing_version": known.version}
    footing = Footing(STANDS_IN, queries.STANDING, values, claim.settle)
    return known.slot.numbered(taken.number, footing)


def _known(place: Place, taken: turns.Taken) -> Known:
    name, _, version, layout, sla_ruled, _ = taken.row
    slot = ProjectSlot(
        id=place.project_id,
        workspace_id=place.workspace_id,
        key=name,
        first_number=0,
        archived=False,
        trashed=False,
        layout=orjson.loads(layout) if layout else None,
        sla_ruled=sla_ruled,
    )
    return Known(slot, version)


def _guessed(claim: Claim, known: Known, doubt: Doubt | None) -> ProjectSlot:
    """The task's own statement takes the number, and asks what is believed of whoever adds it."""
    slot = known.slot
    values = {
        "standing_id": slot.id,
        "standing_in": slot.workspace_id,
        "standing_version": known.version,
        "standing_number": claim.number,
    }
    statement = queries.ADVANCE_GUESSED
    believed = None if doubt is None else doubt.open
    if doubt is not None and believed is not None:
        statement = believed.belief.required(statement)
        values |= dict(believed.values)
        doubt.carried = True

    def settle(held: bool) -> None:
        claim.settle(held)
        if held and doubt is not None:
            doubt.confirm(believed)

    footing = Footing(STANDS_IN, guess(cast(Update, statement.statement)), values, settle)
    return slot.numbered(claim.number, footing)


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
