"""Every statement of core, and the portable forms of what the databases spell differently."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    table,
    true,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.idempotency import IdempotentReply


def broke_unique(error: IntegrityError, name: str) -> bool:
    """Whether `error` is about the constraint `name`, which SQLite tells by its columns only."""
    text = str(error.orig)
    _, _, columns = text.partition("UNIQUE constraint failed: ")
    if not columns:
        return name in text
    tables, names = zip(*(column.split(".", 1) for column in columns.split(", ")), strict=True)
    return name in {f"uq_{tables[0]}_{'_'.join(names)}", f"pk_{tables[0]}"}


# The schema

MIGRATION_LOCK = 0x75706E657874  # "upnext"


def schema_revision() -> Select[str]:
    return select(literal_column("version_num")).select_from(table("alembic_version"))


def missing_table(error: DBAPIError) -> bool:
    text = str(error.orig)
    return any(sign in text for sign in ("no such table", "does not exist", "doesn't exist"))


def migration_lock(dialect: str, seconds: int) -> tuple[Select[Any] | None, Select[Any] | None]:
    """Statements that take the lock, giving 1 when it is held, and release it."""
    if dialect == "postgresql":
        # The function gives void, which is not NULL: so the comparison below gives true.
        held = select(func.pg_advisory_lock(MIGRATION_LOCK).is_not(None))
        return held, select(func.pg_advisory_unlock(MIGRATION_LOCK))
    if dialect == "mysql":
        return select(func.get_lock("upnext", seconds)), select(func.release_lock("upnext"))
    return None, None


# The change log


def unsealed_workspaces(limit: int) -> Select[UUID]:
    return select(ChangeRow.workspace_id).where(ChangeRow.seq.is_(None)).distinct().limit(limit)


def head_for_update(workspace_id: UUID) -> Select[ChangeHead]:
    """Empty when another process is sealing this workspace right now."""
    return (
        select(ChangeHead)
        .where(ChangeHead.workspace_id == workspace_id)
        .with_for_update(skip_locked=True)
    )


def unsealed(workspace_id: UUID, limit: int) -> Select[ChangeRow]:
    return (
        select(ChangeRow)
        .where(ChangeRow.workspace_id == workspace_id, ChangeRow.seq.is_(None))
        .order_by(ChangeRow.id)
        .limit(limit)
    )


def seal_row() -> Update:
    """For many at once: `row_id`, `new_seq`, `new_hash`."""
    rows = cast(Table, ChangeRow.__table__)
    return (
        update(rows)
        .where(rows.c.id == bindparam("row_id"))
        .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
    )


def sealed_after(workspace_id: UUID, seq: int, limit: int) -> Select[ChangeRow]:
    return (
        select(ChangeRow)
        .where(ChangeRow.workspace_id == workspace_id, ChangeRow.seq > seq)
        .order_by(ChangeRow.seq)
        .limit(limit)
    )


# Deleting for good


def unreferenced(into: FromClause, *but: FromClause) -> ColumnElement[bool]:
    """Whether no row of any table, other than those in `but`, refers to this one and would neither
    go with it nor let go of it by itself. Whoever deletes needs not know who refers to them.
    """
    target = cast(Table, into)
    found: list[ColumnElement[bool]] = []
    for other in target.metadata.tables.values():
        for key in other.foreign_key_constraints if other not in but else ():
            if key.referred_table is target and not key.ondelete:
                row = other.alias()
                same = [row.c[e.parent.name] == target.c[e.column.name] for e in key.elements]
                found.append(~exists().where(*same).correlate(target))
    return and_(true(), *found)


# Idempotency


def stored_reply(owner: str, key: str) -> Select[IdempotentReply]:
    return select(IdempotentReply).where(IdempotentReply.owner == owner, IdempotentReply.key == key)


def like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Pattern from `core.text.like`, with its escapes."""
    return column.like(pattern, escape="\\")
