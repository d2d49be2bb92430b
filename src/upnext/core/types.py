"""Column types that mean the same on SQLite, PostgreSQL and MySQL.

Each database is wrong by default somewhere: MySQL drops microseconds and says `arger` = `ärger`,
PostgreSQL sorts text by the server's locale, SQLite forgets time zones, and all three sort enums
by spelling.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, SmallInteger, String, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)
# The numeric key of a missing instant: after every real one, up to the year 9999 and beyond.
NEVER = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes elsewhere, so that it sorts as it counts."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=True))
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.BINARY(16))
        return dialect.type_descriptor(LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Any:  # SQLAlchemy's own type
        return None if dialect.name == "postgresql" else _bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # SQLAlchemy's own type
        """None on PostgreSQL, whose driver gives UUIDs: half of a list's columns are ids."""
        del coltype
        return None if dialect.name == "postgresql" else _uuid


class Instant(TypeDecorator[datetime]):
    """A moment with microseconds; always aware and in UTC on this side."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # SQLAlchemy's own type
        """None on PostgreSQL, whose driver gives aware instants in UTC."""
        if dialect.name == "postgresql":
            return None
        read = self.impl_instance.dialect_impl(dialect).result_processor(dialect, coltype)
        return _aware if read is None else lambda value: _aware(read(value))


class Name(TypeDecorator[str]):
    """Short text, compared and sorted by code point. For case-blind use store `fold()` as well."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(String(self.length, collation="C"))
        if dialect.name == "mysql":
            kind = mysql.VARCHAR(self.length, charset="utf8mb4", collation="utf8mb4_bin")
            return dialect.type_descriptor(kind)
        return dialect.type_descriptor(String(self.length))


class LongText(TypeDecorator[str]):
    """Text without a bound of its own, compared by code point."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        if dialect.name == "mysql":
            kind = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin")
            return dialect.type_descriptor(kind)
        return dialect.type_descriptor(Text())


class Digest(TypeDecorator[bytes]):
    """A SHA-256 digest: 32 bytes."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.BINARY(32))
        return dialect.type_descriptor(LargeBinary(32))


class Blob(TypeDecorator[bytes]):
    """Bytes up to 16 MB."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.MEDIUMBLOB())
        return dialect.type_descriptor(LargeBinary())


class Json(TypeDecorator[Any]):
    """A JSON value; None is SQL's NULL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSON(none_as_null=True))


class Ranked(TypeDecorator[E], Generic[E]):
    """An enum stored as its place in the declaration, from 1: so it sorts and compares by rank."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind
        self._members: dict[int | None, E | None] = {None: None, **dict(enumerate(kind, 1))}
        self._ranks = {member: rank for rank, member in enumerate(kind, 1)}

    def process_bind_param(self, value: E | None, _: Dialect) -> int | None:
        return None if value is None else self._ranks[self.kind(value)]

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # SQLAlchemy's own type
        """Without a call of ours for each value: lists have several of these in each row."""
        del dialect, coltype
        return self._members.__getitem__


def _bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _uuid(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=bytes(value))


def _aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def micros(instant: datetime | None) -> int:
    """Microseconds since 1970, exactly; NEVER for none. The sort key of a nullable instant."""
    if instant is None:
        return NEVER
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
