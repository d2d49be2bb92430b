"""The contents behind files: each once per workspace, with how many files refer to it.

Everything here holds the lock on the workspace's usage, so that of two who upload the same, or of
one who uploads and one who deletes it, the second sees what the first did.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.errors import LostRace, TooLarge
from upnext.core.inserts.queries import insert_ignore
from upnext.core.jobs import enqueue
from upnext.files import queries
from upnext.files.kinds import PICTURES
from upnext.files.models import FileContent, FileUsage
from upnext.files.pictures import MOST_PIXELS
from upnext.files.storing import Upload

REMOVE: Final = "files.remove"
SHRINK: Final = "files.thumbnail"


async def take(session: AsyncSession, upload: Upload, *, quota: int) -> FileContent:
    """The content that a new file refers to from now on. Raises TooLarge beyond the quota."""
    workspace_id, sha256 = upload.place.workspace_id, upload.incoming.sha256
    usage = await _locked(session, workspace_id)
    found = (await session.scalars(queries.live_content(workspace_id, sha256))).one_or_none()
    if found is not None:
        found.refs += 1
        return found
    if not upload.stored:
        # Its last file went after we looked. Tried again, it is stored.
        raise LostRace
    _check_quota(usage, upload.incoming.size, quota)
    usage.bytes += upload.incoming.size
    upload.used = True
    return await _added(session, upload)


async def _added(session: AsyncSession, upload: Upload) -> FileContent:
    size = upload.size
    content = FileContent(
        id=upload.content_id,
        workspace_id=upload.place.workspace_id,
        live_sha256=upload.incoming.sha256,
        size=upload.incoming.size,
        refs=1,
        width=size.width if size else None,
        height=size.height if size else None,
        created_at=unit_of(session).now,
    )
    session.add(content)
    await session.flush()
    if size and upload.content_type in PICTURES and size.width * size.height <= MOST_PIXELS:
        args = {"content_id": str(content.id), "content_type": upload.content_type}
        await enqueue(session, SHRINK, args, workspace_id=content.workspace_id)
    return content


async def release(session: AsyncSession, let_go: Mapping[UUID, Counter[UUID]]) -> None:
    """By workspace: from which contents how many files were deleted. What nothing refers to any
    more is never taken again, and a job removes it."""
    for workspace_id in sorted(let_go):
        usage = await _locked(session, workspace_id)
        counts = let_go[workspace_id]
        for content in await session.scalars(queries.contents_for_update(list(counts))):
            content.refs -= counts[content.id]
            if content.refs <= 0:
                await _abandon(session, usage, content)
    await session.flush()


async def _abandon(session: AsyncSession, usage: FileUsage, content: FileContent) -> None:
    content.refs = 0
    content.live_sha256 = None
    usage.bytes = max(0, usage.bytes - content.size)
    await enqueue(
        session, REMOVE, {"content_id": str(content.id)}, workspace_id=content.workspace_id
    )


async def recount(session: AsyncSession, workspace_id: UUID, content_id: UUID, real: int) -> None:
    """Mends a count that has gone wrong, as after a restored backup."""
    usage = await _locked(session, workspace_id)
    content = (await session.scalars(queries.contents_for_update([content_id]))).one_or_none()
    if content is None or content.live_sha256 is None:
        return
    content.refs = real
    if not real:
        await _abandon(session, usage, content)
    await session.flush()


def counted(pairs: Mapping[UUID, tuple[UUID, UUID]]) -> dict[UUID, Counter[UUID]]:
    """What `release` wants, from workspace and content by file."""
    found: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for workspace_id, content_id in pairs.values():
        found[workspace_id][content_id] += 1
    return found


async def _locked(session: AsyncSession, workspace_id: UUID) -> FileUsage:
    usage = (await session.scalars(queries.usage_for_update(workspace_id))).one_or_none()
    if usage is None:
        dialect = session.get_bind().dialect.name
        row = {"workspace_id": workspace_id, "bytes": 0}
        await session.execute(insert_ignore(dialect, FileUsage.__table__, [row]))
        usage = (await session.scalars(queries.usage_for_update(workspace_id))).one()
    return usage


def _check_quota(usage: FileUsage, size: int, quota: int) -> None:
    if quota and usage.bytes + size > quota:
        raise TooLarge(
            f"The workspace has {usage.bytes:,} of {quota:,} bytes of files, and this one has "
            f"{size:,}. Delete some for good, or ask whoever runs the server for more.",
            code="quota_exceeded",
            used=usage.bytes,
            quota=quota,
        )
