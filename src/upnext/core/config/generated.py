"""The keys that an embedded instance makes for itself, once, in its data directory.

They are never made a second time: new keys would end every session and lose what was encrypted.
"""

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from upnext.core.config.errors import ConfigError
from upnext.core.config.secret import Secret, weakness

SECRETS_FILE = "secrets.json"
DATABASE_FILE = "upnext.db"
RANDOM_BYTES = 48


def keys(data_dir: Path, names: Sequence[str]) -> dict[str, Secret]:
    """The keys called `names`, made now if this instance is new.

    Any number of processes may start at once: all of them get the keys of the one that was first.
    """
    file = data_dir / SECRETS_FILE
    try:
        if not file.exists():
            _refuse_beside_data(data_dir, names)
            _create(file, names)
        text = file.read_text("utf-8")
    except OSError as error:
        raise ConfigError((_unusable(file, error, names),)) from error
    except UnicodeDecodeError as error:
        raise ConfigError((_damaged(file, "it is not UTF-8 text"),)) from error
    return _read(file, text, names)


def _refuse_beside_data(data_dir: Path, names: Sequence[str]) -> None:
    database = data_dir / DATABASE_FILE
    # The keys come first, so whoever sees a database and then no keys has lost them. Looking in
    # this order keeps a process honest that starts while another one makes both.
    if database.exists() and database.stat().st_size and not (data_dir / SECRETS_FILE).exists():
        raise ConfigError(
            (
                f"{database} has data, but the keys that belong to it, {SECRETS_FILE}, are gone. "
                f"Restore that file from a backup or set {' and '.join(names)} to the keys used "
                "before. Upnext makes no new ones, since what was encrypted would be lost.",
            )
        )


def _create(file: Path, names: Sequence[str]) -> None:
    """Puts the whole file in place at once, unless another process has done so."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = json.dumps({name: secrets.token_urlsafe(RANDOM_BYTES) for name in names}, indent=2)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        _write_new(draft, content + "\n")
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    _sync_directory(file.parent)


def _write_new(file: Path, content: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123 - of an open descriptor
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # has no descriptors of directories
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path, text: str, names: Sequence[str]) -> dict[str, Secret]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ConfigError((_damaged(file, "it is not JSON"),)) from error
    if not isinstance(content, dict):
        raise ConfigError((_damaged(file, "it is not a JSON object"),))
    problems = [
        _damaged(file, f"it has no usable {name}")
        for name in names
        if not isinstance(content.get(name), str) or weakness(content[name])
    ]
    if problems:
        raise ConfigError(tuple(problems))
    return {name: Secret(content[name]) for name in names}


def _damaged(file: Path, why: str) -> str:
    return (
        f"{file} cannot be used: {why}. Restore it from a backup, or set the keys used before by "
        "name. Upnext makes no new ones, since what was encrypted would be lost; if this "
        "instance holds nothing yet, delete the file and start again."
    )


def _unusable(file: Path, error: OSError, names: Sequence[str]) -> str:
    return (
        f"The generated keys cannot be kept in {file}: {error.strerror}. Set UPNEXT_DATA_DIR to a "
        f"directory that this user may write, or set {' and '.join(names)}."
    )
