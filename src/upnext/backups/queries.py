"""Statements on tables of which only the shape is known."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    TextClause,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.schema import MetaData

from upnext.backups.tables import TableShape
from upnext.core.jobs.models import Job

AnySelect = Select[*tuple[Any, ...]]


def being_made(key: str) -> Select[bool]:
    """Whether a job under the key waits or runs: one that has ended has let go of it."""
    return select(exists().where(Job.dedupe_key == key))


def rows(shape: TableShape) -> AnySelect:
    found = shape.table
    return select(*found.c).order_by(*(found.c[name] for name in shape.key))


def add(shape: TableShape) -> Insert:
    return insert(shape.table)


def clear(name: str) -> Delete:
    return delete(table(name))


def count(name: str) -> Select[int]:
    return select(func.count()).select_from(table(name))


# What marks an instance that is in use; schedules and keys come with its first start.
def people() -> Select[int]:
    return count("user_account")


# References, which a restore checks at its end instead of row by row


def loosen(connection: Connection) -> list[TextClause]:
    """Takes the references off, and gives what puts them back. SQLite's are off already."""
    if connection.dialect.name == "mysql":
        connection.execute(text("SET foreign_key_checks = 0"))
        return []
    if connection.dialect.name != "postgresql":
        return []
    found = connection.execute(_REFERENCES).all()
    for place, name, _ in found:
        connection.execute(text(f'ALTER TABLE {place} DROP CONSTRAINT "{name}"'))
    return [
        text(f'ALTER TABLE {place} ADD CONSTRAINT "{name}" {how}') for place, name, how in found
    ]


_REFERENCES = text(
    "SELECT CAST(CAST(conrelid AS regclass) AS text), conname, pg_get_constraintdef(oid) "
    "FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)"
)


def broken(connection: Connection) -> list[str]:
    """MySQL's references that lead nowhere: it does not look back when it checks them again."""
    if connection.dialect.name != "mysql":
        return []
    metadata = MetaData()
    metadata.reflect(connection)
    return [
        f"{child.name}.{', '.join(key.column_keys)}"
        for child in metadata.tables.values()
        for key in child.foreign_key_constraints
        if connection.scalar(_orphan(child, key.referred_table, key.elements)) is not None
    ]


def _orphan(child: Table, parent: Table, elements: Iterable[Any]) -> AnySelect:  # ForeignKey
    other = parent.alias()
    pairs = [(child.c[each.parent.name], other.c[each.column.name]) for each in elements]
    there = exists().where(*(mine == theirs for mine, theirs in pairs)).correlate(child)
    return (
        select(literal_column("1"))
        .select_from(child)
        .where(and_(*(mine.is_not(None) for mine, _ in pairs)), ~there)
        .limit(1)
    )


# Numbers that the database gives out itself


def go_on_counting(connection: Connection) -> None:
    """PostgreSQL's sequences go on behind what was put in past them."""
    if connection.dialect.name != "postgresql":
        return
    for place, name in connection.execute(_COUNTED).all():
        most = connection.scalar(select(func.max(column(name))).select_from(table(place)))
        if most is not None:
            found = {"place": place, "name": name, "most": most}
            connection.execute(_GO_ON, found)


_COUNTED = text(
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() "
    "AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)
_GO_ON = text(
    "SELECT setval(pg_get_serial_sequence(quote_ident(:place), :name), :most)"
).bindparams(bindparam("place"), bindparam("name"), bindparam("most"))


def tables_there(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
