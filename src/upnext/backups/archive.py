"""The file itself: a tar that is written and read from its beginning to its end, maybe sealed.

`header.json` comes first: who made it and what the tables look like. Then come the tables' rows,
the files' contents, and last `manifest.json` with what there has to be: an archive that was cut
off has none.
"""

import gzip
import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson

from upnext.backups.faults import BadArchive
from upnext.backups.sealed import MAGIC, Opening, Sealing
from upnext.backups.tables import TableShape
from upnext.core.config import Secret

FORMAT: Final = 1
HEADER, MANIFEST, SECRETS = "header.json", "manifest.json", "secrets.json"
TABLES, FILES = "tables/", "files/"
_ROUND: Final = tarfile.BLOCKSIZE
_LARGEST_PART: Final = 256 * 1024 * 1024


@dataclass
class Total:
    """What a table, or all files together, come to."""

    count: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)  # hashlib's type has no public name

    def add(self, data: bytes, count: int) -> None:
        self.digest.update(data)
        self.size += len(data)
        self.count += count

    def told(self) -> dict[str, Any]:
        return {"count": self.count, "bytes": self.size, "sha256": self.digest.hexdigest()}


class Writer:
    """Entries one after the other; the times in it are all that of the backup."""

    def __init__(self, out: BinaryIO, made: int, passphrase: Secret | None) -> None:
        self._sealing = Sealing(out, passphrase) if passphrase else None
        self._out = cast(BinaryIO, self._sealing or out)
        self._made = made
        self._left = 0

    def add(self, name: str, data: bytes) -> None:
        self.start(name, len(data))
        self.write(data)
        self.end()

    def start(self, name: str, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, self._made, 0o600
        self._out.write(entry.tobuf(tarfile.PAX_FORMAT))
        self._size = self._left = size

    def write(self, data: bytes) -> None:
        self._left -= len(data)
        self._out.write(data)

    def end(self) -> None:
        if self._left:
            raise BadArchive(f"A content is {-self._left} bytes longer than it should be.")
        self._out.write(bytes(-self._size % _ROUND))

    def part(self, name: str, lines: bytes) -> None:
        self.add(name, gzip.compress(lines, 6, mtime=0))

    def close(self) -> None:
        self._out.write(bytes(2 * _ROUND))
        if self._sealing:
            self._sealing.close()


@dataclass(frozen=True)
class Entry:
    name: str
    size: int
    source: BinaryIO

    def whole(self) -> bytes:
        if self.size > _LARGEST_PART:
            raise BadArchive(f"{self.name} is larger than an archive makes it.")
        return self.source.read(self.size)

    def lines(self) -> bytes:
        try:
            with gzip.open(self.source) as unpacked:
                found = unpacked.read(_LARGEST_PART)
        except (OSError, EOFError) as error:
            raise BadArchive(f"{self.name} is damaged.") from error
        return found

    def document(self) -> dict[str, Any]:
        return _document(self.name, self.whole())


def _document(name: str, raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadArchive(f"{name} is damaged.") from error
    if not isinstance(found, dict):
        raise BadArchive(f"{name} is damaged.")
    return found


@contextmanager
def reading(path: Path, passphrase: Secret | None) -> Iterator[Iterator[Entry]]:
    """The entries, each of which is read before the next is asked for."""
    with path.open("rb") as file:
        source: object = file
        if file.read(len(MAGIC)) == MAGIC:
            source = Opening(file, _needed(passphrase))
        else:
            file.seek(0)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, source), mode="r|") as tar:
                yield _entries(tar)
        except tarfile.TarError as error:
            raise BadArchive("It is no archive of Upnext, or a damaged one.") from error


def sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _needed(passphrase: Secret | None) -> Secret:
    if passphrase is None:
        raise BadArchive("The archive is encrypted. Set UPNEXT_BACKUP_PASSPHRASE to its own.")
    return passphrase


def _entries(tar: tarfile.TarFile) -> Iterator[Entry]:
    for member in tar:
        source = tar.extractfile(member) if member.isreg() else None
        if source is None:
            raise BadArchive(f"{member.name} does not belong into an archive.")
        yield Entry(member.name, member.size, cast(BinaryIO, source))


@dataclass(frozen=True)
class Header:
    """`keys` are the marks of the keys that the instance's stored secrets were encrypted with."""

    made_at: str
    program: str
    schema: str
    dialect: str
    tables: tuple[TableShape, ...]
    keys: str
    sha256: str = ""

    def document(self) -> dict[str, Any]:
        tables = [
            {"name": each.name, "columns": each.columns, "key": each.key} for each in self.tables
        ]
        rest = {name: getattr(self, name) for name in _WORDS}
        return {"format": FORMAT, **rest, "tables": tables}


_WORDS: Final = ("made_at", "program", "schema", "dialect", "keys")


def header_of(entry: Entry) -> Header:
    raw = entry.whole() if entry.name == HEADER else b"{}"
    found = _document(entry.name, raw)
    if found.get("format") != FORMAT:
        raise BadArchive(
            f"It is no archive of the format {FORMAT}, which this version of Upnext reads."
        )
    tables = tuple(
        TableShape(
            name=each["name"],
            columns=tuple((name, kind) for name, kind in each["columns"]),
            key=tuple(each["key"]),
        )
        for each in found["tables"]
    )
    words = {name: found[name] for name in _WORDS}
    return Header(tables=tables, sha256=hashlib.sha256(raw).hexdigest(), **words)


def json_of(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
