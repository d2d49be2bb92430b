"""Where archives lie: a folder of this machine, or a bucket beside that of the files."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from upnext.backups.faults import BadArchive
from upnext.core.config import ConfigError, Settings
from upnext.core.storage import Storage
from upnext.core.storage.s3 import S3Storage

S3: Final = "s3"
_NAME: Final = re.compile(r"upnext-\d{8}t\d{6}z\.(?:tar|sealed)")


class Place(Protocol):
    @property
    def told(self) -> str: ...

    async def put(self, source: Path, name: str) -> str:
        """Moves it there, and says where that is."""
        ...

    async def names(self) -> list[str]:
        """Of the archives there, the oldest first."""
        ...

    async def remove(self, name: str) -> None: ...


def name_for(now: datetime, *, sealed: bool) -> str:
    """Names sort as their times do."""
    return f"upnext-{now:%Y%m%dt%H%M%Sz}.{'sealed' if sealed else 'tar'}"


class Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told = str(folder)

    async def put(self, source: Path, name: str) -> str:
        target = self._folder / name
        await asyncio.to_thread(_move, source, target)
        return str(target)

    async def names(self) -> list[str]:
        return await asyncio.to_thread(lambda: _ours(each.name for each in self._folder.iterdir()))

    async def remove(self, name: str) -> None:
        await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)


class Bucket:
    def __init__(self, storage: Storage, told: str) -> None:
        self._storage = storage
        self.told = told

    async def put(self, source: Path, name: str) -> str:
        await self._storage.put(name, source)
        await asyncio.to_thread(source.unlink, missing_ok=True)
        return f"{self.told}/{name}"

    async def names(self) -> list[str]:
        return _ours([each.key async for each in self._storage.everything()])

    async def remove(self, name: str) -> None:
        await self._storage.remove(name)

    async def fetch(self, name: str, target: Path) -> None:
        async with self._storage.open(name) as content:
            with target.open("wb") as out:
                async for piece in content.pieces(0, content.size):
                    await asyncio.to_thread(out.write, piece)


def place_of(settings: Settings, word: str | None = None) -> Place:
    """`s3`, a folder, or what the settings say."""
    word = word or settings.backup.to
    if word == S3:
        return bucket_of(settings)
    return Folder(Path(word).expanduser() if word else default_folder(settings))


def default_folder(settings: Settings) -> Path:
    return settings.data_dir / "backups"


def bucket_of(settings: Settings) -> Bucket:
    bucket = settings.backup.s3_bucket or settings.files.s3_bucket
    if bucket is None:
        raise ConfigError(("Set UPNEXT_BACKUP_S3_BUCKET (or S3_BUCKET) to keep backups in S3.",))
    prefix = settings.backup.s3_prefix
    files = replace(settings.files, s3_bucket=bucket, s3_prefix=prefix)
    storage = S3Storage(files, default_folder(settings))
    return Bucket(storage, f"s3://{bucket}/{prefix.strip('/')}")


async def prune(place: Place, keep: int) -> list[str]:
    """Removes all but the `keep` newest archives, and nothing else that lies there."""
    if not keep:
        return []
    names = await place.names()
    old = names[:-keep]
    for name in old:
        await place.remove(name)
    return old


@asynccontextmanager
async def at_hand(settings: Settings, source: str) -> AsyncIterator[Path]:
    """The archive as a file of this machine: `source` is a path, or `s3:` and its name."""
    if not source.startswith("s3:"):
        yield await asyncio.to_thread(_existing, source)
        return
    folder = default_folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as passing:
        path = Path(passing) / "archive"
        await bucket_of(settings).fetch(source.removeprefix("s3:").rpartition("/")[2], path)
        yield path


def _existing(source: str) -> Path:
    path = Path(source).expanduser()
    if not path.is_file():
        raise BadArchive(f"There is no file {path}.")
    return path


def _ours(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if _NAME.fullmatch(name))


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(source, target)
