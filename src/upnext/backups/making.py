"""A backup from its beginning to its end: made, put in its place, and old ones removed."""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from upnext.backups.dumping import Made, dump_to
from upnext.backups.places import default_folder, name_for, note_digest, place_of, prune
from upnext.core.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class Backup:
    made: Made
    where: str
    bytes: int
    removed: list[str]


async def back_up(runtime: Runtime, to: str | None = None, keep: int | None = None) -> Backup:
    """Into a folder, `s3`, or where the settings say. It is written here first, and then moved."""
    settings = runtime.settings
    place = place_of(settings, to)
    passphrase = settings.backup.passphrase
    name = name_for(runtime.clock.now(), sealed=passphrase is not None)
    folder = default_folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".making-") as passing:
        path = Path(passing) / name
        made = await dump_to(runtime, path, passphrase=passphrase)
        size = path.stat().st_size
        digest = await asyncio.to_thread(_digest, path)
        where = await place.put(path, name)
        await note_digest(place, name, digest, Path(passing))
    removed = await prune(place, settings.backup.keep if keep is None else keep)
    return Backup(made=made, where=where, bytes=size, removed=removed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
