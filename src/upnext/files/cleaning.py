"""Files that nobody needs any more, by a rule: for a schedule whose action is `file_cleanup`."""

from datetime import timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.load import permit
from upnext.files import policy, queries, service
from upnext.files.wire import Wire, file_wire

MOST: Final = 500
"""Files of one run; the next one goes on."""
SHOWN: Final = 50


class FileCleanup(BaseModel):
    """Which files: of one workspace or a project of it, that old."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID
    project_id: UUID | None = None
    older_than_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    what: Annotated[
        Literal["unattached", "closed", "both"],
        Field(description="Free-standing files, those of tasks closed so long ago, or both."),
    ] = "unattached"


class FileCleanupDone(BaseModel):
    """What went to the trash, or would: `files` shows the first of them."""

    dry_run: bool
    count: int
    bytes: int
    more: Annotated[bool, Field(description="There are more than one run takes.")]
    files: list[dict[str, str | int]]


async def file_cleanup(
    session: AsyncSession, actor: Actor, asked: FileCleanup, *, dry_run: bool = False
) -> FileCleanupDone:
    """Moves them to the trash, from where they can be restored. Takes only files that the actor
    may see and delete; deletes nothing with `dry_run`."""
    permit(actor, policy.READ, asked.workspace_id)
    found = await _stale(session, actor, asked)
    chosen = [one for one in found if _may_go(actor, one)]
    if not dry_run:
        for one in chosen:
            await service.delete(session, actor, one["id"], for_good=False)
    return FileCleanupDone(
        dry_run=dry_run,
        count=len(chosen),
        bytes=sum(one["size"] for one in chosen),
        more=len(found) == MOST,
        files=[
            {"id": str(one["id"]), "filename": one["filename"], "size": one["size"]}
            for one in chosen[:SHOWN]
        ],
    )


async def _stale(session: AsyncSession, actor: Actor, asked: FileCleanup) -> list[Wire]:
    conditions: list[ColumnElement[bool]] = [queries.visible(actor, [asked.workspace_id])]
    if asked.project_id is not None:
        conditions.append(queries.lies_in(asked.project_id))
    before = unit_of(session).now - timedelta(days=asked.older_than_days)
    statement = queries.stale(
        conditions, before, free=asked.what != "closed", closed=asked.what != "unattached"
    )
    return [file_wire(row) for row in await rows_of(session, statement.limit(MOST))]


def _may_go(actor: Actor, one: Wire) -> bool:
    role = actor.role_in(one["workspace_id"], one["project_id"], one["task_id"])
    return role is not None and RANK[role] >= RANK[policy.DELETE.least]
