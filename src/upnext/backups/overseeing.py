"""What administrators see of the backups, and how they ask for one."""

import asyncio
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.backups import queries
from upnext.backups.events import BackupStarted
from upnext.backups.places import Archive, Place, place_of
from upnext.backups.schemas import ArchivePage, ArchiveRead
from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.config import ConfigError, Settings
from upnext.core.errors import Conflict, Unavailable
from upnext.core.jobs import enqueue
from upnext.core.runtime import Runtime

MAKE: Final = "backups.make"
"""The job that makes one."""
KEY: Final = "admin:backup"
MOST_SHOWN: Final = 100
_AT_ONCE: Final = 10


async def archives(runtime: Runtime) -> ArchivePage:
    """Asks the place first: no session is held while a bucket takes its time."""
    settings = runtime.settings
    place = _place(settings)
    found = await _listed(place)
    newest = list(islice(reversed(found), MOST_SHOWN))
    items = await _described(place, newest)
    async with runtime.db.read() as session:
        running = await session.scalar(queries.being_made(KEY))
    return ArchivePage(
        where=place.told,
        keep=settings.backup.keep,
        sealed=settings.backup.passphrase is not None,
        running=bool(running),
        total=len(found),
        items=items,
    )


async def start(session: AsyncSession, actor: Actor, settings: Settings) -> UUID:
    """One at a time. Refused at once where there is no place to put it."""
    _place(settings)
    job_id = await enqueue(session, MAKE, {}, key=KEY, max_attempts=3)
    if job_id is None:
        raise Conflict(
            "A backup is being made already. It will be in the list.", code="already_running"
        )
    await record(session, actor, BackupStarted(resource_id=job_id))
    return job_id


def _place(settings: Settings) -> Place:
    try:
        return place_of(settings)
    except ConfigError as error:
        raise Unavailable(str(error), code="backup_not_configured") from error


async def _listed(place: Place) -> list[Archive]:
    try:
        return await place.archives()
    except OSError as error:
        raise Unavailable(
            f"The backups in {place.told} cannot be read: {error.strerror or error}.",
            code="backups_unreadable",
        ) from error


async def _described(place: Place, found: list[Archive]) -> list[ArchiveRead]:
    """A few notes at a time: in a bucket each is a request."""
    digests: list[str | None] = []
    for start_at in range(0, len(found), _AT_ONCE):
        some = found[start_at : start_at + _AT_ONCE]
        digests += await asyncio.gather(*(place.digest(each.name) for each in some))
    return [
        ArchiveRead(
            name=each.name,
            made_at=each.made_at,
            bytes=each.bytes,
            sealed=each.sealed,
            sha256=digest,
        )
        for each, digest in zip(found, digests, strict=True)
    ]
