"""Tables as an archive has them: columns of a few portable kinds, and rows as lines of JSON."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Date, Double, MetaData, Table
from sqlalchemy import Integer as AnyInteger

from upnext.core.db import Base
from upnext.core.types import Blob, Digest, Id, Instant, Json, LongText, Name, Ranked

# What a column's type is called in an archive: the first that fits.
_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (Id, "id"),
    (Instant, "instant"),
    (Json, "json"),
    (Digest, "bytes"),
    (Blob, "bytes"),
    (Ranked, "integer"),
    (Name, "text"),
    (LongText, "text"),
    (Boolean, "boolean"),
    (AnyInteger, "integer"),
    (Double, "number"),
    (Date, "date"),
)
_TYPES: Final[dict[str, Callable[[], Any]]] = {  # SQLAlchemy's types have no common constructor
    "id": Id,
    "instant": Instant,
    "json": Json,
    "bytes": Blob,
    "integer": BigInteger,
    "text": LongText,
    "boolean": Boolean,
    "number": Double,
    "date": Date,
}
_READ: Final[dict[str, Callable[[Any], Any]]] = {  # JSON in, values for the driver out
    "id": UUID,
    "instant": datetime.fromisoformat,
    "bytes": base64.b64decode,
    "date": date.fromisoformat,
}
Row = Sequence[Any]  # of any table


@dataclass(frozen=True)
class TableShape:
    """A table as an archive describes it; `key` are the columns that its rows are sorted by."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @cached_property
    def table(self) -> Table:
        columns = [Column(name, _TYPES[kind]()) for name, kind in self.columns]
        return Table(self.name, MetaData(), *columns)

    @cached_property
    def _bytes(self) -> tuple[int, ...]:
        return tuple(at for at, (_, kind) in enumerate(self.columns) if kind == "bytes")

    @cached_property
    def _read(self) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        kinds = enumerate(kind for _, kind in self.columns)
        return tuple((at, _READ[kind]) for at, kind in kinds if kind in _READ)

    def lines(self, rows: Iterable[Row]) -> bytes:
        return b"".join(map(self._line, rows))

    def _line(self, row: Row) -> bytes:
        values = list(row)
        for at in self._bytes:
            if values[at] is not None:
                values[at] = base64.b64encode(values[at]).decode()
        # `str` is for the UUIDs of PostgreSQL's driver, a class of its own.
        options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        return orjson.dumps(values, default=str, option=options)

    def values(self, lines: bytes) -> list[dict[str, Any]]:
        """Rows by column, as the database's driver wants them."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, self._row(line), strict=True)) for line in lines.splitlines()]

    def _row(self, line: bytes) -> list[Any]:
        row: list[Any] = orjson.loads(line)
        for at, read in self._read:
            if row[at] is not None:
                row[at] = read(row[at])
        return row


def shapes() -> list[TableShape]:
    """Every table of this version, those first that others refer to."""
    return [shape_of(table) for table in Base.metadata.sorted_tables]


def shape_of(table: Table) -> TableShape:
    # SQLAlchemy's names are a kind of text of their own, which JSON's writer does not take.
    return TableShape(
        name=str(table.name),
        columns=tuple((str(column.name), _kind(column.type)) for column in table.columns),
        key=tuple(str(column.name) for column in table.primary_key),
    )


def _kind(of: object) -> str:
    found = next((kind for known, kind in _KINDS if isinstance(of, known)), None)
    if found is None:
        raise TypeError(f"an archive has no kind for {of!r}: add one in backups/tables.py")
    return found
