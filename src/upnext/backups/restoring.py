"""A restore from its beginning to its end, and the move of a database to another server."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from upnext.backups.dumping import dump_to
from upnext.backups.faults import not_empty
from upnext.backups.loading import people_in, restore_database, restore_files, secrets_in
from upnext.backups.marks import has_keys_of
from upnext.backups.places import default_folder
from upnext.backups.verifying import Checked, check
from upnext.core.config import ConfigError, Settings
from upnext.core.config.addresses import database_url
from upnext.core.config.generated import SECRETS_FILE
from upnext.core.keys import KeyRing
from upnext.core.migrate import revision_at
from upnext.core.runtime import Runtime
from upnext.core.storage import storage_of

OTHER_KEYS = (
    "The archive's instance had other keys than this one. Set SECRET_KEY and JWT_SECRET_KEY to "
    "its own: until then second factors, webhook secrets and the like cannot be read."
)


@dataclass(frozen=True)
class Restored:
    checked: Checked
    warnings: list[str]


async def restore(settings: Settings, path: Path, *, replace: bool) -> Restored:
    """Contents first, since they do no harm without rows; then the database at once."""
    passphrase = settings.backup.passphrase
    await _refuse_used(settings, path, replace=replace)
    await restore_files(storage_of(settings), path, passphrase)
    checked = await restore_database(settings.database.url, path, passphrase, replace=replace)
    warnings = [
        f"{each['fault']} already when it was made: {each['key']}" for each in checked.faults
    ]
    if not has_keys_of(KeyRing(settings.auth), checked.header.keys):
        warnings += await asyncio.to_thread(_take_keys, settings, path)
    return Restored(checked, warnings)


async def _refuse_used(settings: Settings, path: Path, *, replace: bool) -> None:
    """Before anything is written; the loading asks once more, in its transaction."""
    await asyncio.to_thread(check, path, settings.backup.passphrase)
    if replace or await revision_at(settings.database.url) is None:
        return
    if count := await people_in(settings.database.url):
        raise not_empty(count)


def _take_keys(settings: Settings, path: Path) -> list[str]:
    """The keys of the archive become those of an instance that makes its own."""
    keys = secrets_in(path, settings.backup.passphrase) if settings.embedded else None
    if keys is None:
        return [OTHER_KEYS]
    place = settings.data_dir / SECRETS_FILE
    draft = place.with_name(f".{SECRETS_FILE}.restored")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(keys)
    if place.exists():
        place.replace(place.with_name(f"{SECRETS_FILE}.before-restore"))
    draft.replace(place)
    return [f"The instance's keys came along: {place}."]


async def move_database(runtime: Runtime, to: str) -> Checked:
    """Every row into the empty database at `to`. Files stay where they are."""
    try:
        target = str(database_url.parse(to))
    except ValueError as error:
        raise ConfigError((f"--to {error}.",)) from None
    folder = default_folder(runtime.settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".moving-") as passing:
        path = Path(passing) / "database.tar"
        await dump_to(runtime, path, passphrase=None, files=False)
        return await restore_database(target, path, None, replace=False)
