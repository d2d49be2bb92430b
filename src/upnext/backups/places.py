"""Where archives lie: a folder of this machine, or a bucket beside that of the files."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from upnext.backups.faults import BadArchive
from upnext.core.config import ConfigError, Settings
from upnext.core.storage import Missing, Storage
from upnext.core.storage.s3 import S3Storage

S3: Final = "s3"
_NAME: Final = re.compile(r"upnext-\d{8}t\d{6}z\.(?:tar|sealed)")
_TIMES: Final = "upnext-%Y%m%dt%H%M%Sz"
_DIGEST: Final = ".sha256"
_LONGEST_NOTE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Archive:
    """One that lies in a place; its name says the rest."""

    name: str
    bytes: int

    @property
    def made_at(self) -> datetime:
        return datetime.strptime(self.name.partition(".")[0], _TIMES).replace(tzinfo=UTC)

    @property
    def sealed(self) -> bool:
        return self.name.endswith(".sealed")


class Place(Protocol):
    @property
    def told(self) -> str: ...

    async def put(self, source: Path, name: str) -> str:
        """Moves it there, and says where that is."""
        ...

    async def archives(self) -> list[Archive]:
        """Those there, the oldest first."""
        ...

    async def digest(self, name: str) -> str | None:
        """The SHA-256 that was noted beside the archive when it was made."""
        ...

    async def remove(self, name: str) -> None:
        """With what was noted beside it."""
        ...


def name_for(now: datetime, *, sealed: bool) -> str:
    """Names sort as their times do."""
    return f"{now:{_TIMES}}.{'sealed' if sealed else 'tar'}"


async def note_digest(place: Place, name: str, digest: str, folder: Path) -> None:
    """Beside the archive, as `sha256sum --check` reads it. `folder` is of this machine."""
    note = folder / (name + _DIGEST)
    await asyncio.to_thread(note.write_text, f"{digest}  {name}\n")
    await place.put(note, note.name)


class Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told = str(folder)

    async def put(self, source: Path, name: str) -> str:
        target = self._folder / name
        await asyncio.to_thread(_move, source, target)
        return str(target)

    async def archives(self) -> list[Archive]:
        return await asyncio.to_thread(_in_folder, self._folder)

    async def digest(self, name: str) -> str | None:
        return await asyncio.to_thread(_noted, self._folder / (name + _DIGEST))

    async def remove(self, name: str) -> None:
        for each in (name, name + _DIGEST):
            await asyncio.to_thread((self._folder / each).unlink, missing_ok=True)


class Bucket:
    def __init__(self, storage: Storage, told: str) -> None:
        self._storage = storage
        self.told = told

    async def put(self, source: Path, name: str) -> str:
        await self._storage.put(name, source)
        await asyncio.to_thread(source.unlink, missing_ok=True)
        return f"{self.told}/{name}"

    async def archives(self) -> list[Archive]:
        found = [Archive(each.key, each.size) async for each in self._storage.everything()]
        return _ours(found)

    async def digest(self, name: str) -> str | None:
        try:
            async with self._storage.open(name + _DIGEST) as content:
                length = min(content.size, _LONGEST_NOTE)
                note = b"".join([piece async for piece in content.pieces(0, length)])
        except Missing:
            return None
        return _digest_in(note.decode(errors="replace"))

    async def remove(self, name: str) -> None:
        for each in (name, name + _DIGEST):
            await self._storage.remove(each)

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
    old = [each.name for each in (await place.archives())[:-keep]]
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


def _ours(found: Iterable[Archive]) -> list[Archive]:
    return sorted(
        (each for each in found if _NAME.fullmatch(each.name)), key=lambda each: each.name
    )


def _in_folder(folder: Path) -> list[Archive]:
    """None where no backup has made the folder yet."""
    try:
        return _ours(each for path in folder.iterdir() for each in _sized(path))
    except FileNotFoundError:
        return []


def _sized(path: Path) -> Iterator[Archive]:
    """Nothing when it was removed in between."""
    with suppress(FileNotFoundError):
        yield Archive(path.name, path.stat().st_size)


def _noted(note: Path) -> str | None:
    return _digest_in(note.read_text(errors="replace")) if note.is_file() else None


def _digest_in(note: str) -> str | None:
    found = re.match(r"([0-9a-f]{64})\s", note)
    return found[1] if found else None


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(source, target)
