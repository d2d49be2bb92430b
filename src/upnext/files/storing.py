"""One upload from its temporary file into the file storage, before any transaction."""

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import structlog

from upnext.core.errors import AppError, invalid_field
from upnext.core.ids import new_id
from upnext.core.lanes import Lane
from upnext.core.storage import Missing, Storage
from upnext.files import keys, queries
from upnext.files.kinds import HEAD, kind_of
from upnext.files.locations import CannotStrip, without_location
from upnext.files.names import safe
from upnext.files.pictures import Size, size_of
from upnext.files.receiving import Incoming

log = structlog.get_logger("upnext.files")


class Place(NamedTuple):
    """Where a file goes: of a task, or free-standing in the project."""

    workspace_id: UUID
    project_id: UUID
    task_id: UUID | None


@dataclass(slots=True)
class Upload:
    """However often the transaction is tried, the bytes are received and stored once.

    `stored`: they lie in the storage under `content_id`, which no row may name yet. `used`: one
    does, if the transaction was committed.
    """

    storage: Storage
    place: Place
    incoming: Incoming
    filename: str
    content_type: str
    size: Size | None
    content_id: UUID = field(default_factory=new_id)
    stored: bool = False
    used: bool = False

    async def store(self, lane: Lane) -> None:
        """Unless the workspace has the same content: whether it still has is decided later."""
        self.used = False
        if self.stored:
            return
        values = {"workspace_id": self.place.workspace_id, "sha256": self.incoming.sha256}
        rows = await lane.fetch(queries.LIVE_CONTENT, values)
        if rows:
            await self._mend(UUID(str(rows[0][0])))
            return
        key = keys.key_of(self.place.workspace_id, self.content_id)
        await self.storage.put(key, self.incoming.path)
        self.stored = True

    async def _mend(self, content_id: UUID) -> None:
        """Should the storage have lost it, here it is again."""
        key = keys.key_of(self.place.workspace_id, content_id)
        try:
            async with self.storage.open(key):
                return
        except Missing:
            await self.storage.put(key, self.incoming.path)

    async def forget(self, *, kept: bool) -> None:
        """Ends it. `kept`: what was stored may be named by a row, and is the sweep's to judge."""
        discard(self.incoming)
        if not self.stored or kept:
            return
        key = keys.key_of(self.place.workspace_id, self.content_id)
        try:
            await self.storage.remove(key)
        except AppError as error:
            log.warning("file_content_left_behind", key=key, error=error.detail)


async def prepare(
    storage: Storage, place: Place, incoming: Incoming, name: str, *, strip_location: bool
) -> Upload:
    """Looks at what came in. Raises Invalid when a location cannot be taken out."""
    filename = safe(name)
    kind = await asyncio.to_thread(kind_of, filename, incoming.head)
    if strip_location:
        incoming = await asyncio.to_thread(_stripped, incoming, kind)
    size = await asyncio.to_thread(size_of, incoming.path, kind)
    return Upload(storage, place, incoming, filename, kind, size)


def check_digest(incoming: Incoming, wanted: str | None) -> None:
    if wanted is not None and wanted.lower() != incoming.sha256.hex():
        raise invalid_field(
            "/sha256",
            f"What arrived has the SHA-256 {incoming.sha256.hex()}. Send it again.",
            "sha256_mismatch",
        )


def _stripped(incoming: Incoming, kind: str) -> Incoming:
    """The whole picture is in memory for it, which the limit of uploads bounds."""
    path: Path = incoming.path
    try:
        data = without_location(path.read_bytes(), kind)
    except CannotStrip:
        detail = "Only JPEG, PNG and WebP pictures can be freed of their location."
        raise invalid_field("/strip_location", detail, "cannot_strip") from None
    path.write_bytes(data)
    return Incoming(path, len(data), hashlib.sha256(data).digest(), data[:HEAD])


def discard(incoming: Incoming) -> None:
    with contextlib.suppress(OSError):
        incoming.path.unlink(missing_ok=True)
