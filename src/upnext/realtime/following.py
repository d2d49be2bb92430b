"""Following a workspace from a `seq` on: nothing is left out, or twice, or for other eyes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.envelope import Envelope
from upnext.core.errors import AppError, NotFound
from upnext.core.load import load_for, permit
from upnext.realtime import policy, queries
from upnext.realtime.batches import Batch, Told, read_from
from upnext.realtime.connections import Connection
from upnext.realtime.hub import Hub, Mailbox
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT


class Gone(AppError):
    """What follows upon that `seq` is not there (any more)."""

    status: ClassVar[int] = 410
    code = "events_gone"
    title = "Not there any more"


class Part(NamedTuple):
    """`seq`: everything up to it was looked at, also what is not told."""

    told: list[Told]
    seq: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a workspace; all of it if nothing else is said."""

    workspace_id: UUID
    project_id: UUID | None = None
    types: frozenset[str] = frozenset()
    """`task.created`, or `task` for all that happens to tasks."""

    def takes(self, event: Envelope) -> bool:
        if self.project_id is not None and event["project_id"] != str(self.project_id):
            return False
        return not self.types or bool({event["type"], event["resource"]["type"]} & self.types)


def check_wanted(actor: Actor, wanted: Wanted) -> None:
    """Raises NotFound for what they do not see."""
    permit(actor, policy.READ, wanted.workspace_id, wanted.project_id)


async def check_there(session: AsyncSession, actor: Actor, wanted: Wanted) -> None:
    """Raises NotFound as well for a project of another workspace, or in the trash."""
    check_wanted(actor, wanted)
    if wanted.project_id is not None:
        project = await load_for(session, actor, READ_PROJECT, Project, wanted.project_id)
        if project.workspace_id != wanted.workspace_id:
            raise NotFound("There is no such project in this workspace.")


async def beginning(session: AsyncSession, workspace_id: UUID, after: int | None) -> int:
    """Where to begin; the newest if no `after` is given. Raises Gone if something would be left
    out without a word."""
    head = await session.scalar(queries.head(workspace_id)) or 0
    if after is None:
        return head
    if after > head:
        raise Gone(
            f"The stream ends at {head}: it was set back, as by restoring a backup. Read anew "
            "what you show, and follow from there.",
            code="events_ahead",
            last_seq=head,
        )
    if 0 < after < head:
        await check_kept(session, workspace_id, after)
    return after


async def check_kept(session: AsyncSession, workspace_id: UUID, after: int) -> None:
    oldest = await session.scalar(queries.oldest(workspace_id))
    if oldest is None or oldest > after + 1:
        raise Gone(
            "What happened right after that was purged from the change log. Read anew what you "
            "show, and follow from the end.",
            oldest_seq=oldest,
        )


async def follow(
    hub: Hub, connection: Connection, wanted: Wanted, after: int | None
) -> AsyncIterator[Part]:
    """Without end. The first part is empty and says where it begins.

    Raises NotFound once they do not see the workspace or the project any more, and Gone.
    """
    with hub.follow(wanted.workspace_id) as mailbox:
        async with hub.db.read() as session:
            seq = await beginning(session, wanted.workspace_id, after)
        yield Part([], seq)
        async for batch in _batches(hub, mailbox, seq):
            actor = await connection.actor(since=batch.changed_standing)
            check_wanted(actor, wanted)
            told = [one for one in batch.told(actor) if _is_new(one, seq, wanted)]
            seq = batch.last
            yield Part(told, seq)


def _is_new(one: Told, seq: int, wanted: Wanted) -> bool:
    return one.event["seq"] > seq and wanted.takes(one.event)


async def _batches(hub: Hub, mailbox: Mailbox, seq: int) -> AsyncIterator[Batch]:
    """What was before the mailbox was opened, and then what comes into it."""
    workspace_id = mailbox.workspace_id
    while True:
        while (batch := await read_from(hub.db, workspace_id, seq)).rows:
            seq = batch.last
            yield batch
        while True:
            batch = await mailbox.get()
            if batch.last <= seq:
                continue
            if not batch.rows or batch.first > seq + 1:
                break
            seq = batch.last
            yield batch
