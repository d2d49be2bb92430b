"""Rows that wait in a session and go to the database together.

A write usually ends in a few rows of several tables: the thing itself, the fact in the change log,
a key in somebody's order. PostgreSQL takes them all in one statement, for the price of one; the
others take one statement per table. They are written by the session's next flush, so before its
commit and before any query by the ORM.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar, cast

from sqlalchemy import FromClause, Table, Update, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from upnext.core.inserts import queries

M = TypeVar("M", bound=DeclarativeBase)
_WAITING: Final = "waiting"
# Where the rows of `add_later` wait, by the identity of their objects, which are held here too.
_PLACES: Final = "waiting_places"
_UPDATES: Final = "waiting_updates"


class Waiting(NamedTuple):
    into: Table
    over: tuple[str, ...]
    row: Mapping[str, Any]


def insert_later(
    session: AsyncSession, into: FromClause, row: Mapping[str, Any], *, over: tuple[str, ...] = ()
) -> None:
    """`row` names every column, since no default is applied. `over` is the key of a row that is
    overwritten if it is there already. What a row refers to has to be flushed or wait before it.
    """
    table = cast(Table, into)  # a mapped class's __table__ is typed wider than it is
    session.info.setdefault(_WAITING, []).append(Waiting(table, over, row))


def mapped(kind: type[M], values: Mapping[str, Any]) -> M:
    """An object with these values of its columns, past the instrumentation of each attribute:
    there is no change to be seen in them. Only for `add_later`.
    """
    made = kind()
    made.__dict__.update(values)
    return made


def add_later(session: AsyncSession, row: DeclarativeBase) -> None:
    """The same for a mapped object with a value for every column: `session` has it from now on as
    if it had been read, which costs a fraction of what the ORM's own unit of work does.
    """
    mapper = inspect(type(row))
    values = {key: row.__dict__[key] for key in mapper.columns.keys()}  # noqa: SIM118  (no dict)
    insert_later(session, mapper.local_table, values)
    place = len(session.info[_WAITING]) - 1
    session.info.setdefault(_PLACES, {})[id(row)] = (row, place)
    make_transient_to_detached(row)
    session.add(row)


def set_early(session: AsyncSession, row: DeclarativeBase, values: Mapping[str, Any]) -> bool:
    """Sets columns in the INSERT of an object from `add_later`, and in the object. False, and
    nothing is set: it does not wait any more.
    """
    _, place = session.info.get(_PLACES, {}).get(id(row), (None, None))
    if place is None:
        return False
    waiting: list[Waiting] = session.info[_WAITING]
    waiting[place] = waiting[place]._replace(row={**waiting[place].row, **values})
    adopt(row, values)
    return True


def update_later(session: AsyncSession, statement: Update, values: Mapping[str, Any]) -> None:
    """`statement`, with its bound parameters, by the next flush: after what waits to be inserted,
    and once for all values in a row that it is asked for. What the object shows is `adopt`'s.
    """
    session.info.setdefault(_UPDATES, []).append((statement, values))


def adopt(row: DeclarativeBase, values: Mapping[str, Any]) -> None:
    """Sets in an object what its row in the database has, or is about to get, by other ways."""
    for name, value in values.items():
        set_committed_value(row, name, value)


async def settle(session: AsyncSession) -> None:
    """Flushes if anything waits: for who asks the connection itself, or is about to commit."""
    if session.info.get(_WAITING) or session.info.get(_UPDATES):
        await session.flush()


class WorkSession(Session):
    """Writes what waits before everything else that a flush writes."""

    def flush(self, objects: Any = None) -> None:  # SQLAlchemy's own signature
        waiting: list[Waiting] = self.info.pop(_WAITING, [])
        self.info.pop(_PLACES, None)
        if waiting:
            connection = self.connection()
            for statement, parameters in queries.together(connection.dialect.name, waiting):
                connection.execute(statement, parameters)
        updates: list[tuple[Update, Mapping[str, Any]]] = self.info.pop(_UPDATES, [])
        for update, group in groupby(updates, key=lambda pair: pair[0]):
            self.connection().execute(update, [values for _, values in group])
        super().flush(objects)
