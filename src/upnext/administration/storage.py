"""The file storage of the instance: what lies in it, and work on all of it."""

from typing import Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration import queries
from upnext.administration.events import StorageTended
from upnext.administration.schemas import FileUse, WorkspaceFiles
from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.errors import Conflict
from upnext.core.jobs import enqueue
from upnext.core.runtime import Runtime
from upnext.files import checking, sweeping

MOST_SHOWN: Final = 100
KINDS: Final = {"verify": checking.VERIFY, "sweep": sweeping.SWEEP}


async def usage(session: AsyncSession, runtime: Runtime) -> FileUse:
    """Two statements."""
    rows = await session.execute(queries.files_by_workspace(MOST_SHOWN))
    files, used = (await session.execute(queries.all_files())).one()
    return FileUse(
        storage=runtime.storage.kind,
        quota_bytes=runtime.settings.files.quota_bytes,
        files=files,
        bytes=int(used or 0),
        items=[WorkspaceFiles.model_validate(row) for row in rows],
    )


async def start(session: AsyncSession, actor: Actor, work: Literal["verify", "sweep"]) -> UUID:
    """One of a kind at a time."""
    job_id = await enqueue(session, KINDS[work], {}, key=f"admin:{work}", max_attempts=3)
    if job_id is None:
        raise Conflict(
            "This is under way already. See GET /admin/jobs for it.", code="already_running"
        )
    await record(session, actor, StorageTended(resource_id=job_id, diff={"work": (None, work)}))
    return job_id
