"""Every statement of core, and the portable forms of what the databases spell differently."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.idempotency import IdempotentReply


def insert_ignore(dialect: str, table: FromClause, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """Inserts the rows whose keys are free and leaves the others alone."""
    assert isinstance(table, Table)  # noqa: S101  (a mapped class's __table__ is typed wider)
    if dialect == "mysql":
        return mysql.insert(table).values(rows).prefix_with("IGNORE")
    make = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return make(table).values(rows).on_conflict_do_nothing()


def upsert(
    dialect: str, table: FromClause, row: Mapping[str, Any], *, keys: Sequence[str]
) -> Insert:
    """Inserts `row`, or overwrites what is not part of `keys` where these stand already."""
    assert isinstance(table, Table)  # noqa: S101  (as above)
    rest = {name: value for name, value in row.items() if name not in keys}
    if dialect == "mysql":
        return mysql.insert(table).values(row).on_duplicate_key_update(rest)
    make = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return make(table).values(row).on_conflict_do_update(index_elements=keys, set_=rest)


@asynccontextmanager
async def attempt(session: AsyncSession) -> AsyncIterator[None]:
    """A savepoint: a failed statement inside does not poison the transaction around it."""
    async with session.begin_nested():
        yield


def broke_unique(error: IntegrityError, name: str) -> bool:
    """Whether `error` is about the unique constraint `name` (SQLite names its columns only)."""
    text = str(error.orig)
    return name in text or ("UNIQUE" in text and _columns(name) in text)


def _columns(name: str) -> str:
    return name.removeprefix("uq_").removeprefix("pk_")


def now_of_database() -> Select[Any]:
    return select(func.now())


# The change log


def unsealed_workspaces(limit: int) -> Select[tuple[UUID]]:
    return (
        select(ChangeRow.workspace_id)
        .where(ChangeRow.seq.is_(None))
        .distinct()
        .limit(limit)
    )


def head_for_update(workspace_id: UUID) -> Select[tuple[ChangeHead]]:
    """Empty when another process is sealing this workspace right now."""
    return (
        select(ChangeHead)
        .where(ChangeHead.workspace_id == workspace_id)
        .with_for_update(skip_locked=True)
    )


def heads(workspace_id: UUID) -> Select[tuple[ChangeHead]]:
    return select(ChangeHead).where(ChangeHead.workspace_id == workspace_id)


def unsealed(workspace_id: UUID, limit: int) -> Select[tuple[ChangeRow]]:
    return (
        select(ChangeRow)
        .where(ChangeRow.workspace_id == workspace_id, ChangeRow.seq.is_(None))
        .order_by(ChangeRow.id)
        .limit(limit)
    )


def seal_row() -> Update:
    """For many at once: `row_id`, `new_seq`, `new_hash`."""
    table = ChangeRow.__table__
    assert isinstance(table, Table)  # noqa: S101  (as above)
    return (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
    )


def sealed_after(workspace_id: UUID, seq: int, limit: int) -> Select[tuple[ChangeRow]]:
    return (
        select(ChangeRow)
        .where(ChangeRow.workspace_id == workspace_id, ChangeRow.seq > seq)
        .order_by(ChangeRow.seq)
        .limit(limit)
    )


# Idempotency


def stored_reply(owner: str, key: str) -> Select[tuple[IdempotentReply]]:
    return select(IdempotentReply).where(
        IdempotentReply.owner == owner, IdempotentReply.key == key
    )


def store_reply(values: Mapping[str, Any]) -> Insert:
    return insert(IdempotentReply).values(**values)


def like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Pattern from `core.text.like`, with its escapes."""
    return column.like(pattern, escape="\\")
