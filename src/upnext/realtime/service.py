"""A page of what happened in a workspace, and where to look if none is named."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.realtime.batches import Told, read
from upnext.realtime.following import Wanted, check_kept, check_there
from upnext.realtime.schemas import EventsAsked, EventsWanted
from upnext.workspaces.projects import personal_id


class Page(NamedTuple):
    told: list[Told]
    more: bool
    last_seq: int


async def wanted_of(session: AsyncSession, actor: Actor, asked: EventsWanted) -> Wanted:
    """Raises NotFound for what they do not see."""
    workspace_id: UUID = asked.workspace_id or await personal_id(session, actor)
    wanted = Wanted(workspace_id, asked.project_id, frozenset(asked.type))
    await check_there(session, actor, wanted)
    return wanted


async def find(session: AsyncSession, actor: Actor, asked: EventsAsked) -> Page:
    """The oldest first. Raises Gone if something would be left out without a word."""
    wanted = await wanted_of(session, actor, asked)
    after = asked.after or 0
    batch = await read(session, wanted.workspace_id, after, asked.limit + 1)
    if after and batch.rows and batch.first != after + 1:
        await check_kept(session, wanted.workspace_id, after)
    more = len(batch.rows) > asked.limit
    last = batch.last - 1 if more else batch.last
    told = [
        one for one in batch.told(actor) if one.event["seq"] <= last and wanted.takes(one.event)
    ]
    return Page(told, more, last)
