"""Reads a whole archive and compares it with its manifest, before anything of it is used."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upnext.backups.archive import (
    FILES,
    MANIFEST,
    SECRETS,
    TABLES,
    Entry,
    Header,
    Total,
    header_of,
    reading,
)
from upnext.backups.faults import BadArchive
from upnext.core.config import Secret
from upnext.core.storage import PIECE


@dataclass(frozen=True)
class Checked:
    """An archive that is whole. `faults` are contents that were wrong when it was made."""

    header: Header
    manifest: dict[str, Any]

    @property
    def rows(self) -> int:
        return sum(each["count"] for each in self.manifest["tables"].values())

    @property
    def files(self) -> int:
        count: int = self.manifest["files"]["count"]
        return count

    @property
    def faults(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.manifest["faults"]
        return found


class _Tally:
    def __init__(self) -> None:
        self.tables: defaultdict[str, Total] = defaultdict(Total)
        self.files = Total()
        self.changed: set[str] = set()

    def take(self, entry: Entry) -> None:
        if entry.name.startswith(TABLES):
            lines = entry.lines()
            self.tables[table_of(entry)].add(lines, lines.count(b"\n"))
        elif entry.name.startswith(FILES):
            sha256, key = file_of(entry)
            if sha256 != _digest(entry):
                self.changed.add(key)
            self.files.add(f"{sha256}/{key} {entry.size}\n".encode(), 1)
        elif entry.name != SECRETS:
            raise BadArchive(f"{entry.name} does not belong into an archive.")

    def compare(self, header: Header, manifest: dict[str, Any]) -> None:
        if header.sha256 != manifest["header"]:
            raise BadArchive("The archive is damaged: its header.")
        names = [shape.name for shape in header.tables]
        found = {name: self.tables[name].told() for name in names}
        wrong = [name for name in names if found[name] != manifest["tables"].get(name)]
        if wrong or self.tables.keys() - set(names):
            raise BadArchive(f"The archive is damaged: {', '.join(wrong) or 'unknown tables'}.")
        faults = {each["key"] for each in manifest["faults"]}
        if self.files.told() != manifest["files"] or self.changed - faults:
            raise BadArchive("The archive is damaged: contents of files differ.")


def check(path: Path, passphrase: Secret | None) -> Checked:
    """Raises BadArchive when one byte of it is not as it was written."""
    with reading(path, passphrase) as entries:
        first = next(entries, None)
        if first is None:
            raise BadArchive("It is no archive of Upnext.")
        header, tally = header_of(first), _Tally()
        manifest = _to_the_end(entries, tally)
    tally.compare(header, manifest)
    return Checked(header, manifest)


def _to_the_end(entries: Iterator[Entry], tally: _Tally) -> dict[str, Any]:
    for entry in entries:
        if entry.name == MANIFEST:
            found = entry.document()
            if next(entries, None) is not None:
                raise BadArchive("The archive goes on behind its end.")
            return found
        tally.take(entry)
    raise BadArchive("The archive is cut off: it has no manifest.")


def table_of(entry: Entry) -> str:
    """`tables/007-task/000001.jsonl.gz` belongs to task."""
    return entry.name.removeprefix(TABLES).partition("/")[0].partition("-")[2]


def file_of(entry: Entry) -> tuple[str, str]:
    sha256, _, key = entry.name.removeprefix(FILES).partition("/")
    return sha256, key


def _digest(entry: Entry) -> str:
    digest = hashlib.sha256()
    while piece := entry.source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
