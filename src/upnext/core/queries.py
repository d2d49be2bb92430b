"""Every statement of core, and the portable forms of what the databases spell differently."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    true,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError, IntegrityError

from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.idempotency import IdempotentReply
from upnext.core.lanes import Prepared
from upnext.core.types import LongText


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


def oldest_program() -> Select[str | None]:
    return select(literal_column("oldest_program")).select_from(table("alembic_version"))


def note_oldest_program(revision: str) -> Update:
    return update(table("alembic_version", column("oldest_program"))).values(
        oldest_program=revision
    )


def missing_table(error: DBAPIError) -> bool:
    text = str(error.orig)
    return any(sign in text for sign in ("no such table", "does not exist", "doesn't exist"))


def lock_timed_out(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave up waiting for a lock."""
    return getattr(error.orig, "sqlstate", None) == "55P03"


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

_changes = cast(Table, ChangeRow.__table__)


def unsealed_workspaces(limit: int) -> Select[UUID]:
    return select(ChangeRow.workspace_id).where(ChangeRow.seq.is_(None)).distinct().limit(limit)


def oldest_unsealed() -> Select[int, Any]:
    """How many changes wait for the sealer, and since when the first does."""
    return select(func.count(), func.min(ChangeRow.at)).where(ChangeRow.seq.is_(None))


def lock_head(workspace_id: UUID) -> Select[int, bytes, int]:
    """Its seq, hash and watchers. Empty when another process seals it right now."""
    return (
        select(ChangeHead.seq, ChangeHead.hash, ChangeHead.watchers)
        .where(ChangeHead.workspace_id == workspace_id)
        .with_for_update(skip_locked=True)
    )


def has_head(workspace_id: UUID) -> Select[UUID]:
    return select(ChangeHead.workspace_id).where(ChangeHead.workspace_id == workspace_id)


def move_head(workspace_id: UUID, seq: int, digest: bytes) -> Update:
    return (
        update(ChangeHead)
        .where(ChangeHead.workspace_id == workspace_id)
        .values(seq=seq, hash=digest)
    )


def watch(workspace_id: UUID, bit: int, *, on: bool) -> Update:
    bits = ChangeHead.watchers.bitwise_or(bit) if on else ChangeHead.watchers.bitwise_and(~bit)
    return update(ChangeHead).where(ChangeHead.workspace_id == workspace_id).values(watchers=bits)


def unsealed(workspace_id: UUID, limit: int) -> Select[*tuple[Any, ...]]:
    """Every column, as plain rows."""
    return (
        select(*_changes.c)
        .where(_changes.c.workspace_id == workspace_id, _changes.c.seq.is_(None))
        .order_by(_changes.c.id)
        .limit(limit)
    )


def seal_rows(
    dialect: str, ids: Sequence[UUID], first: int, digests: Sequence[bytes]
) -> tuple[Update, Sequence[Mapping[str, Any]] | Mapping[str, Any]]:
    """Gives the rows their `seq`, from `first` on, and hash: the statement and its parameters."""
    if dialect == "postgresql":
        return _SEAL_TOGETHER, {"ids": list(ids), "first": first, "digests": list(digests)}
    pairs = enumerate(zip(ids, digests, strict=True), first)
    return _SEAL_EACH, [{"row_id": i, "new_seq": seq, "new_hash": d} for seq, (i, d) in pairs]


_SEAL_EACH = (
    update(_changes)
    .where(_changes.c.id == bindparam("row_id"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)
# One statement for all, which PostgreSQL reads from two arrays in step.
_sealed = (
    func.unnest(
        bindparam("ids", type_=ARRAY(_changes.c.id.type)),
        bindparam("digests", type_=ARRAY(_changes.c.hash.type)),
    )
    .table_valued(
        column("row_id", _changes.c.id.type),
        column("digest", _changes.c.hash.type),
        with_ordinality="place",
        name="sealed",
    )
    .render_derived()
)
_SEAL_TOGETHER = (
    update(_changes)
    .where(_changes.c.id == _sealed.c.row_id)
    .values(seq=bindparam("first", type_=BigInteger) + _sealed.c.place - 1, hash=_sealed.c.digest)
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


STORED_REPLY = Prepared(
    select(
        IdempotentReply.fingerprint,
        IdempotentReply.status,
        # JSON as the text that it is: the lane of PostgreSQL does not read it.
        sql_cast(IdempotentReply.headers, LongText),
        IdempotentReply.body,
    ).where(
        IdempotentReply.owner == bindparam("owner"),
        IdempotentReply.key == bindparam("key"),
    )
)


def like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Pattern from `core.text.like`, with its escapes."""
    return column.like(pattern, escape="\\")
