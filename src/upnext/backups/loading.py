"""Brings an archive into a database, of whatever kind: all of it, or nothing.

It is one transaction, in which nobody else migrates. Before it lasts, every table is read back and
has to have the count and the checksum that the archive names.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from upnext.backups import queries
from upnext.backups.archive import FILES, SECRETS, TABLES, Entry, Header, Total, reading
from upnext.backups.faults import BadArchive, NotEmpty, not_empty
from upnext.backups.tables import TableShape
from upnext.backups.verifying import Checked, check, file_of, table_of
from upnext.core import migrate
from upnext.core.config import Secret
from upnext.core.db import Database
from upnext.core.migrate import SchemaBehind
from upnext.core.storage import PIECE, Storage, checked

ROWS = 500


async def restore_database(
    url: str, path: Path, passphrase: Secret | None, *, replace: bool
) -> Checked:
    """Into the database at `url`, whose schema is made if it has none. Raises NotEmpty when there
    are accounts in it, unless they are to be replaced."""
    found = await asyncio.to_thread(check, path, passphrase)
    await _prepare(url, found.header, replace=replace)
    await migrate.changed_by(
        url, partial(_load, path=path, passphrase=passphrase, found=found, replace=replace)
    )
    await migrate.migrate_to(url, "head")
    return found


async def _prepare(url: str, header: Header, *, replace: bool) -> None:
    """The schema that the archive was made with. An older one is brought up to date afterwards."""
    newest, there = migrate.newest(), await migrate.revision_at(url)
    if header.schema > newest:
        raise SchemaBehind(
            f"The archive has schema {header.schema}, newer than this program's {newest}. "
            "Restore it with the version that made it, or a newer one."
        )
    if there is None:
        await migrate.migrate_to(url, header.schema)
        return
    count = await people_in(url)
    if count and not replace:
        raise not_empty(count)
    if there == header.schema:
        return
    if count:
        raise NotEmpty(
            f"The archive has schema {header.schema}, the database {there}: only an empty "
            "database can take it."
        )
    if there > newest:
        raise SchemaBehind(
            f"The database is at schema {there}, newer than this program's {newest}: name an empty "
            "one, or restore with a newer version."
        )
    await migrate.migrate_to(url, header.schema, down=there > header.schema)


async def people_in(url: str) -> int:
    """How many accounts there are: what makes an instance worth keeping."""
    db = Database(url, pool_size=1)
    try:
        async with db.read() as session:
            return await session.scalar(queries.people()) or 0
    except DBAPIError:
        # A schema from before there were accounts.
        return 0
    finally:
        await db.dispose()


def _load(
    connection: Connection,
    *,
    path: Path,
    passphrase: Secret | None,
    found: Checked,
    replace: bool,
) -> None:
    if connection.scalar(queries.people()) and not replace:
        raise NotEmpty("Somebody has registered in this database meanwhile. Nothing was changed.")
    tighten = queries.loosen(connection)
    shapes = {shape.name: shape for shape in found.header.tables}
    _empty(connection, shapes)
    with reading(path, passphrase) as entries:
        for entry in entries:
            if entry.name.startswith(TABLES):
                _add(connection, shapes[table_of(entry)], entry.lines())
    for statement in tighten:
        connection.execute(statement)
    if broken := queries.broken(connection):
        raise BadArchive(f"The archive has references that lead nowhere: {', '.join(broken)}.")
    queries.go_on_counting(connection)
    # Last, since PostgreSQL alters no table that was read by a cursor in the same transaction.
    _compare(connection, found)


def _empty(connection: Connection, shapes: dict[str, TableShape]) -> None:
    """Also of what a first start put there, such as schedules."""
    there = queries.tables_there(connection)
    if lacking := sorted(shapes.keys() - there):
        raise BadArchive(f"The database has no {', '.join(lacking)}.")
    for name in reversed(shapes):
        connection.execute(queries.clear(name))


def _add(connection: Connection, shape: TableShape, lines: bytes) -> None:
    rows = shape.values(lines)
    for at in range(0, len(rows), ROWS):
        connection.execute(queries.add(shape), rows[at : at + ROWS])


def _compare(connection: Connection, found: Checked) -> None:
    for shape in found.header.tables:
        total, wanted = totalled(connection, shape).told(), found.manifest["tables"][shape.name]
        if total != wanted:
            raise BadArchive(
                f"{shape.name} came out otherwise than it is in the archive "
                f"({total['count']} rows, {wanted['count']} there). Nothing was changed."
            )


def totalled(connection: Connection, shape: TableShape) -> Total:
    total = Total()
    streamed = queries.rows(shape).execution_options(stream_results=True, yield_per=ROWS)
    with connection.execute(streamed) as result:
        for rows in result.partitions():
            total.add(shape.lines(rows), len(rows))
    return total


async def restore_files(storage: Storage, path: Path, passphrase: Secret | None) -> int:
    """Every content into the storage. One that is there already is written once more."""
    count = 0
    with (
        TemporaryDirectory(dir=_made(storage.incoming)) as folder,
        reading(path, passphrase) as entries,
    ):
        while (each := await asyncio.to_thread(_next, entries, Path(folder))) is not None:
            await storage.put(*each)
            count += 1
    return count


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _next(entries: Iterator[Entry], folder: Path) -> tuple[str, Path] | None:
    for entry in entries:
        if entry.name.startswith(FILES):
            place = folder / "content"
            with place.open("wb") as out:
                while piece := entry.source.read(PIECE):
                    out.write(piece)
            return checked(file_of(entry)[1]), place
    return None


def secrets_in(path: Path, passphrase: Secret | None) -> bytes | None:
    """The keys that came along; only a sealed archive has them."""
    with reading(path, passphrase) as entries:
        return next((entry.whole() for entry in entries if entry.name == SECRETS), None)
