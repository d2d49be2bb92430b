"""Writes a file whole or not at all: under another name first, in its place at the end."""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from upnext.client.errors import ClientError


def save(path: Path, chunks: Iterable[bytes]) -> int:
    """The number of bytes. Whatever goes wrong, what lay there before still does.

    A new file is readable by its owner only; one that is replaced keeps its permissions.
    """
    path = path.expanduser().resolve()
    with _complaining(path):
        if path.exists() and not path.is_file():
            # A device or a pipe has a place, and no content to lose.
            with path.open("wb") as there:
                return _copy(chunks, there)
        return _replace(path, chunks)


def _replace(path: Path, chunks: Iterable[bytes]) -> int:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    fresh = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size = _copy(chunks, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:  # also Ctrl-C: nothing half-written may stay
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    return size


def _copy(chunks: Iterable[bytes], file: BinaryIO) -> int:
    return sum(file.write(chunk) for chunk in chunks)


@contextmanager
def _complaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ClientError(f"{path} cannot be written: {error.strerror}.") from error
