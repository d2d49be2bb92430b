"""Makes an archive: the database as it is at one moment, then the contents that it refers to.

Nobody has to stop for it. A content that was deleted for good between that moment and its turn is
missing in the archive, and named in the manifest.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from upnext import __version__
from upnext.backups import queries
from upnext.backups.archive import FILES, HEADER, MANIFEST, SECRETS, TABLES, Header, Total, Writer
from upnext.backups.archive import json_of as document
from upnext.backups.marks import mark_of
from upnext.backups.tables import Row, TableShape, shapes
from upnext.core.config import Secret, Settings
from upnext.core.config.generated import SECRETS_FILE
from upnext.core.db import rows_of
from upnext.core.migrate import newest
from upnext.core.runtime import Runtime
from upnext.core.storage import Missing, Storage
from upnext.files import keys
from upnext.files import queries as files_queries

ROWS: Final = 500
PART: Final = 4 * 1024 * 1024
"""About so many bytes of rows are in memory, and become one entry of the archive."""
BATCH: Final = 500


@dataclass
class Made:
    """What an archive came to."""

    made_at: str
    header: str = ""
    tables: dict[str, Total] = field(default_factory=dict)
    files: Total = field(default_factory=Total)
    faults: list[dict[str, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(each.count for each in self.tables.values())

    def manifest(self) -> dict[str, Any]:
        return {
            "made_at": self.made_at,
            "header": self.header,
            "tables": {name: each.told() for name, each in self.tables.items()},
            "files": self.files.told(),
            "faults": self.faults,
        }


async def dump(
    runtime: Runtime, out: BinaryIO, *, passphrase: Secret | None, files: bool = True
) -> Made:
    """Writes it all to `out`. Without `files` it is the database alone."""
    now = runtime.clock.now()
    made = Made(now.isoformat())
    writer = await asyncio.to_thread(Writer, out, int(now.timestamp()), passphrase)
    with TemporaryFile("w+") as wanted:
        await _database(runtime, writer, made, wanted if files else None)
        wanted.seek(0)
        for line in wanted:
            await _content(runtime.storage, writer, made, json.loads(line))
    if passphrase is not None:
        _secrets(runtime.settings, writer)
    await asyncio.to_thread(writer.add, MANIFEST, document(made.manifest()))
    await asyncio.to_thread(writer.close)
    return made


async def _database(runtime: Runtime, writer: Writer, made: Made, wanted: IO[str] | None) -> None:
    tables = shapes()
    header = Header(
        made_at=made.made_at,
        program=__version__,
        schema=newest(),
        dialect=runtime.db.dialect,
        tables=tuple(tables),
        keys=mark_of(runtime.keys),
    )
    first = document(header.document())
    made.header = hashlib.sha256(first).hexdigest()
    writer.add(HEADER, first)
    async with runtime.db.snapshot() as session:
        connection = await session.connection()
        for number, shape in enumerate(tables):
            made.tables[shape.name] = await _table(connection, writer, shape, number)
        if wanted is not None:
            await _list_contents(session, wanted)


async def _table(
    connection: AsyncConnection, writer: Writer, shape: TableShape, number: int
) -> Total:
    total, part = Total(), 0
    async for lines, count in _parts(connection, shape):
        part += 1
        name = f"{TABLES}{number:03}-{shape.name}/{part:06}.jsonl.gz"
        total.add(lines, count)
        await asyncio.to_thread(writer.part, name, lines)
    return total


async def _parts(
    connection: AsyncConnection, shape: TableShape
) -> AsyncIterator[tuple[bytes, int]]:
    lines, count = bytearray(), 0
    found = await connection.stream(queries.rows(shape))
    async for rows in found.partitions(ROWS):
        batch: list[Row] = list(rows)
        lines += shape.lines(batch)
        count += len(batch)
        if len(lines) >= PART:
            yield bytes(lines), count
            lines, count = bytearray(), 0
        await asyncio.sleep(0)
    if lines:
        yield bytes(lines), count


async def _list_contents(session: Any, wanted: IO[str]) -> None:  # the session of a snapshot
    last: UUID | None = None
    while rows := await rows_of(session, files_queries.contents_behind(last, BATCH)):
        for row in rows:
            owner = row.workspace_id, row.id
            found = [keys.key_of(*owner), bytes(row.live_sha256).hex(), row.size]
            wanted.write(json.dumps([*found, row.thumbnail]) + "\n")
        last = rows[-1].id


async def _content(storage: Storage, writer: Writer, made: Made, wanted: list[Any]) -> None:
    key, sha256, size, thumbnail = wanted
    try:
        async with storage.open(key) as content:
            if content.size != size:
                made.faults.append({"key": key, "fault": "changed"})
                return
            digest = hashlib.sha256()
            writer.start(f"{FILES}{sha256}/{key}", size)
            async for piece in content.pieces(0, size):
                await asyncio.to_thread(writer.write, piece)
                digest.update(piece)
            writer.end()
    except Missing:
        made.faults.append({"key": key, "fault": "missing"})
        return
    if digest.hexdigest() != sha256:
        made.faults.append({"key": key, "fault": "changed"})
    _count(made, sha256, key, size)
    if thumbnail:
        await _thumbnail(storage, writer, made, key + keys.THUMBNAIL)


async def _thumbnail(storage: Storage, writer: Writer, made: Made, key: str) -> None:
    try:
        async with storage.open(key) as content:
            data = b"".join([piece async for piece in content.pieces(0, content.size)])
    except Missing:
        made.faults.append({"key": key, "fault": "missing"})
        return
    sha256 = hashlib.sha256(data).hexdigest()
    await asyncio.to_thread(writer.add, f"{FILES}{sha256}/{key}", data)
    _count(made, sha256, key, len(data))


def _count(made: Made, sha256: str, key: str, size: int) -> None:
    made.files.add(f"{sha256}/{key} {size}\n".encode(), 1)


def _secrets(settings: Settings, writer: Writer) -> None:
    """The keys that the instance made for itself: without them, what it encrypted stays shut."""
    made = settings.data_dir / SECRETS_FILE
    if settings.embedded and made.exists():
        writer.add(SECRETS, made.read_bytes())


def _private(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _settle(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


async def dump_to(
    runtime: Runtime, path: Path, *, passphrase: Secret | None, files: bool = True
) -> Made:
    """As a file that is there as a whole or not at all, and for its owner only."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with _private(draft) as out:
            made = await dump(runtime, out, passphrase=passphrase, files=files)
            await asyncio.to_thread(_settle, out)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return made
