"""Changes as they were read, once for all who follow a workspace."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity.places import ADMINS, Places, locate
from upnext.core.auth import Actor
from upnext.core.db import Database, rows_of
from upnext.core.envelope import Envelope
from upnext.realtime import queries

AnyRow = Row[*tuple[Any, ...]]

MOST = 500
# What changes who may see what. Whoever follows is looked at anew before they are told of it.
STANDING = frozenset({"workspace", "workspace_member", "project", "project_member"})


class Told(NamedTuple):
    """An event for somebody, with its own JSON."""

    event: Envelope
    json: bytes


@dataclass(slots=True)
class Batch:
    """Changes `first` to `last` of a workspace without a gap; no rows: look for yourself."""

    workspace_id: UUID
    first: int
    last: int
    rows: Sequence[AnyRow] = ()
    places: Places = field(default_factory=Places)
    changed_standing: float | None = None
    """When it was read (by the loop), if it changes who may see what."""
    _told: dict[tuple[bool, frozenset[UUID]], list[Told]] = field(default_factory=dict)

    def told(self, actor: Actor) -> list[Told]:
        """What `actor` may know of it. Made once for all who may know the same."""
        role = actor.workspaces.get(self.workspace_id)
        if role is None:
            return []
        rights = (role in ADMINS, actor.hidden)
        if rights not in self._told:
            events = (self.places.told(actor, row) for row in self.rows)
            self._told[rights] = [Told(one, orjson.dumps(one)) for one in events if one]
        return self._told[rights]


async def read(session: AsyncSession, workspace_id: UUID, after: int, most: int = MOST) -> Batch:
    """What follows upon `after`, in two statements; without rows if nothing does."""
    rows = await rows_of(session, queries.sealed_after(workspace_id, after, most))
    at = asyncio.get_running_loop().time()
    if not rows:
        return Batch(workspace_id, after + 1, after)
    return Batch(
        workspace_id,
        rows[0].seq,
        rows[-1].seq,
        rows,
        await locate(session, rows),
        changed_standing=at if any(row.resource in STANDING for row in rows) else None,
    )


async def read_from(db: Database, workspace_id: UUID, after: int) -> Batch:
    async with db.read() as session:
        return await read(session, workspace_id, after)
