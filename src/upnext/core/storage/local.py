"""A folder of this machine. What is in it is whole: it came by a rename, after it was on disk."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from upnext.core.storage import (
    INCOMING,
    PIECE,
    Content,
    Shown,
    Stored,
    checked,
    down,
    full,
    missing,
)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalStorage:
    kind = "local"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.incoming = folder / INCOMING

    async def put(self, key: str, source: Path) -> None:
        await asyncio.to_thread(self._put, self._place(key), source)

    def _put(self, place: Path, source: Path) -> None:
        with complaints():
            with source.open("rb+") as file:
                os.fsync(file.fileno())
            fresh = _make(place.parent)
            _move(source, place)
            for folder in {place.parent, *fresh}:
                _sync(folder)

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator[Content]:
        file = await asyncio.to_thread(_open, self._place(key))
        try:
            yield _Open(file)
        finally:
            file.close()

    async def remove(self, key: str) -> None:
        with complaints():
            await asyncio.to_thread(self._place(key).unlink, missing_ok=True)

    async def everything(self) -> AsyncIterator[Stored]:
        for folder in await asyncio.to_thread(_folders, self._folder):
            for stored in await asyncio.to_thread(_files, self._folder, folder):
                yield stored

    async def link(self, key: str, shown: Shown) -> str | None:
        """Never: this server serves it."""
        del key, shown
        return None

    def _place(self, key: str) -> Path:
        return self._folder / checked(key)


class _Open:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    async def pieces(self, start: int, length: int) -> AsyncGenerator[bytes]:
        """By position, so that one content can be read in several parts."""
        at, end = start, start + length
        while at < end:
            with complaints():
                wanted = min(PIECE, end - at)
                piece = await asyncio.to_thread(os.pread, self._file.fileno(), wanted, at)
            if not piece:
                raise down()
            at += len(piece)
            yield piece


@contextmanager
def complaints() -> Iterator[None]:
    """What the system says of its disk, as errors that a client can act on."""
    try:
        yield
    except OSError as error:
        raise (full() if error.errno in _NO_ROOM else down()) from error


def _open(place: Path) -> BinaryIO:
    try:
        return place.open("rb")
    except FileNotFoundError as error:
        raise missing() from error
    except OSError as error:
        raise down() from error


def _make(folder: Path) -> list[Path]:
    """The folders whose entries are new on disk."""
    fresh, each = [], folder
    while not each.exists():
        each = each.parent
        fresh.append(each)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return fresh


def _move(source: Path, place: Path) -> None:
    try:
        source.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # From another disk: beside its place first, so that a half of it is never seen there.
        beside = place.with_name(f"{place.name}.part")
        shutil.copyfile(source, beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(place)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(root: Path) -> list[str]:
    with complaints():
        return [path for path, _, _ in os.walk(root) if not _passing(root, path)]


def _passing(root: Path, path: str) -> bool:
    return Path(path) == root / INCOMING


def _files(root: Path, folder: str) -> list[Stored]:
    found = []
    with complaints(), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    info = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                key = str(Path(entry.path).relative_to(root))
                at = datetime.fromtimestamp(info.st_mtime, UTC)
                found.append(Stored(key, info.st_size, at))
    return found
