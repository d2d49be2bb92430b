"""A log file that is put aside when it is large, also while several processes write to it.

Each line is one write to the end of the file. Whoever finds it too large renames it, under a lock;
the others notice that the name leads to another file, and open that.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Final, TextIO

CLOSED: Final = 0o600


class RotatingFile:
    def __init__(self, path: Path, *, most: int, kept: int) -> None:
        self._path, self._most, self._kept = path, most, kept
        self._file = self._opened()

    def write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        if self._moved():
            self._reopen()
        if os.fstat(self._file).st_size + len(data) > self._most:
            self._rotate()
        os.write(self._file, data)

    def close(self) -> None:
        os.close(self._file)

    def _opened(self) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, CLOSED)

    def _moved(self) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return True
        here = os.fstat(self._file)
        return (there.st_ino, there.st_dev) != (here.st_ino, here.st_dev)

    def _reopen(self) -> None:
        before, self._file = self._file, self._opened()
        os.close(before)

    def _rotate(self) -> None:
        lock = os.open(self._named("lock"), os.O_WRONLY | os.O_CREAT, CLOSED)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Another process may have been first.
            if not self._moved() and os.fstat(self._file).st_size:
                self._put_aside()
            self._reopen()
        finally:
            os.close(lock)

    def _put_aside(self) -> None:
        for number in range(self._kept - 1, 0, -1):
            older = self._named(str(number))
            if older.exists():
                older.replace(self._named(str(number + 1)))
        self._path.replace(self._named("1"))

    def _named(self, end: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{end}")


class Both:
    """A stream for logs that writes into a file as well. A file that cannot be written is no reason
    for a request to fail: the stream says so once, until the file can be written again."""

    def __init__(self, stream: TextIO, file: RotatingFile) -> None:
        self._stream, self._file = stream, file
        self._failing = False

    def write(self, text: str) -> int:
        try:
            self._file.write(text)
        except OSError as error:
            self._complain(error)
        else:
            self._failing = False
        return self._stream.write(text)

    def _complain(self, error: OSError) -> None:
        if not self._failing:
            said = {"event": "log_file_failed", "level": "error", "error": str(error)}
            self._stream.write(json.dumps(said) + "\n")
        self._failing = True

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        """No colours, which a file does not want."""
        return False
