"""Where the contents of files lie: one port, a folder of this machine or a bucket of S3 behind it.

Knows keys and bytes, and nothing of whose they are. What it refuses is an AppError that a client
can act on: 507 when there is no room, 503 when the store does not answer or has lost a content.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from upnext.core.config import Settings
from upnext.core.errors import StorageFull, Unavailable

PIECE: Final = 256 * 1024
"""Bytes that are in memory at a time."""
INCOMING: Final = "incoming"
_KEY = re.compile(r"[0-9a-z]+(?:[./-][0-9a-z]+)*")


class Missing(Unavailable):
    """There is no content under a key that should have one."""

    code = "content_missing"


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in a store."""

    key: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a store that serves downloads itself has to name what it serves."""

    content_type: str
    disposition: str


class Content(Protocol):
    """One content that is open for reading."""

    @property
    def size(self) -> int: ...

    def pieces(self, start: int, length: int) -> AsyncGenerator[bytes]:
        """That part of it. Raises Unavailable when it breaks off."""
        ...


class Storage(Protocol):
    """Every method may be called from many tasks at once."""

    @property
    def kind(self) -> str: ...

    @property
    def incoming(self) -> Path:
        """A folder of this machine for what is on its way in."""
        ...

    async def put(self, key: str, source: Path) -> None:
        """All of the file `source`, for good, or nothing. The file may be gone afterwards."""
        ...

    def open(self, key: str) -> AbstractAsyncContextManager[Content]:
        """Raises Missing before anything is read."""
        ...

    async def remove(self, key: str) -> None:
        """Also of what is not there (any more)."""
        ...

    def everything(self) -> AsyncIterator[Stored]: ...

    async def link(self, key: str, shown: Shown) -> str | None:
        """An address that serves it for a while without sign-in, if the store is to do that."""
        ...


def checked(key: str) -> str:
    """Keys are ours, so another kind of key is a bug: nothing a person wrote gets into one."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def missing() -> Missing:
    return Missing(
        "The content of this file is not in the file storage. Whoever runs the server can look "
        "with `upnext files verify`."
    )


def full() -> StorageFull:
    return StorageFull("The file storage is full. Nothing was kept.")


def down() -> Unavailable:
    return Unavailable(
        "The file storage is not available. Try again.",
        code="storage_unavailable",
        headers={"Retry-After": "5"},
    )


def storage_of(settings: Settings, kind: str | None = None) -> Storage:
    """The one of the settings, or its sibling. Opens nothing, and loads what only S3 needs when it
    is used for the first time."""
    from upnext.core.storage.local import LocalStorage  # noqa: PLC0415  (they know this module)
    from upnext.core.storage.s3 import S3Storage  # noqa: PLC0415  (as above)

    folder = settings.files.folder or settings.data_dir / "files"
    if (kind or settings.files.storage) == "s3":
        return S3Storage(settings.files, folder / INCOMING)
    return LocalStorage(folder)
