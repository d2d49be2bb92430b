"""Rows that wait in a session and go to the database together.

A write usually ends in a few rows of several tables: the thing itself, the fact in the change log,
a key in somebody's order. PostgreSQL takes them all in one statement, for the price of one; the
others take one statement per table. They are written by the session's next flush, so before its
commit and before any query by the ORM.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Delete, FromClause, Table, Update, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from upnext.core.errors import LostRace
from upnext.core.inserts import queries
from upnext.core.inserts.queries import Footing, Waiting

M = TypeVar("M", bound=DeclarativeBase)
T = TypeVar("T")
Later = tuple[Update | Delete, Mapping[str, Any]]
WAITING: Final = "waiting"
# The objects of `add_later` with the places of their rows among those that wait, by class and id.
NEW: Final = "waiting_objects"
UPDATES: Final = "waiting_updates"
BESIDE: Final = "objects_beside"
BEGUN: Final = "begun"
DOUBTS: Final = "doubts"


def insert_later(
    session: AsyncSession,
    into: FromClause,
    row: Mapping[str, Any],
    *,
    over: tuple[str, ...] = (),
    footing: Footing | None = None,
) -> None:
    """`row` names every column, since no default is applied. `over` is the key of a row that is
    overwritten if it is there already. What a row refers to has to be flushed or wait before it;
    with a `footing`, LostRace when that is no longer as it was.
    """
    table = cast(Table, into)  # a mapped class's __table__ is typed wider than it is
    session.info.setdefault(WAITING, []).append(Waiting(table, over, row, footing))


def mapped(kind: type[M], values: Mapping[str, Any]) -> M:
    """An object with these values of its columns, past the instrumentation of each attribute:
    there is no change to be seen in them. Only for `add_later`.
    """
    made = kind()
    made.__dict__.update(values)
    return made


def add_later(
    session: AsyncSession, row: DeclarativeBase, *, footing: Footing | None = None
) -> None:
    """The same for a mapped object with an `id` and a value for every column: `held` finds it from
    now on, and behind the next flush `session` has it as if it had been read, which costs a
    fraction of what the ORM's own unit of work does.
    """
    mapper = row.__mapper__
    values = {key: row.__dict__[key] for key in mapper.columns.keys()}  # noqa: SIM118  (no dict)
    insert_later(session, mapper.local_table, values, footing=footing)
    info = session.info
    place = len(info[WAITING]) - 1
    info.setdefault(NEW, {})[type(row), values["id"]] = (row, place)
    make_transient_to_detached(row)


def keep_beside(session: AsyncSession, row: DeclarativeBase) -> None:
    """For an object with a value for every column that was read past the session: `held` finds it
    from now on, and the session has it as soon as it begins. Nobody may have locked its row, so
    what becomes of it is told to `adopt` and written on a footing.
    """
    session.info.setdefault(BESIDE, {})[type(row), row.__dict__["id"]] = row
    make_transient_to_detached(row)


def held(session: AsyncSession, model: type[T], row_id: object) -> T | None:
    """The object, if the session has it with nothing to read again: without the price of `get`."""
    key = model, row_id
    found = session.info.get(NEW, {}).get(key, (None, None))[0]
    found = found or session.info.get(BESIDE, {}).get(key)
    if found is not None:
        return cast(T, found)
    mapper = cast(Mapper[T], inspect(model))
    identity = mapper.identity_key_from_primary_key((row_id,))
    found = session.sync_session.identity_map.get(identity)
    if found is None or inspect(found).expired:
        return None
    return cast(T, found)


def set_early(session: AsyncSession, row: DeclarativeBase, values: Mapping[str, Any]) -> bool:
    """Sets columns in the INSERT of an object from `add_later`, and in the object. False, and
    nothing is set: it does not wait any more.
    """
    row_id = row.__dict__.get("id")
    found, place = session.info.get(NEW, {}).get((type(row), row_id), (None, None))
    if found is not row:
        return False
    waiting: list[Waiting] = session.info[WAITING]
    waiting[place] = waiting[place]._replace(row={**waiting[place].row, **values})
    adopt(row, values)
    return True


def update_later(
    session: AsyncSession, statement: Update | Delete, values: Mapping[str, Any]
) -> None:
    """`statement`, with its bound parameters, by the next flush: after what waits to be inserted,
    and once for all values in a row that it is asked for. What the object shows is `adopt`'s.
    A Delete is not to concern what waits: it may go out along with it.
    """
    session.info.setdefault(UPDATES, []).append((statement, values))


def adopt(row: DeclarativeBase, values: Mapping[str, Any]) -> None:
    """Sets in an object what its row in the database has, or is about to get, by other ways."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def doubt(session: AsyncSession, forget: Callable[[], None]) -> None:
    """For rows that wait and were made by what a process remembers: if what one refers to turns out
    to be gone, `forget` is called, and LostRace has it done anew.
    """
    session.info.setdefault(DOUBTS, []).append(forget)


def footing_of(waiting: Sequence[Waiting]) -> Footing | None:
    """That of rows which are written together, if one has any."""
    return next((each.footing for each in waiting if each.footing is not None), None)


async def settle(session: AsyncSession) -> None:
    """Flushes if anything waits: for who asks the connection itself, or is about to commit."""
    if session.info.get(WAITING) or session.info.get(UPDATES):
        await session.flush()


class WorkSession(Session):
    """Writes what waits before everything else that a flush writes."""

    def flush(self, objects: Any = None) -> None:  # SQLAlchemy's own signature
        _take_in(self)
        waiting: list[Waiting] = self.info.pop(WAITING, [])
        new: Mapping[Any, tuple[DeclarativeBase, int]] = self.info.pop(NEW, {})
        if waiting:
            self._write(waiting)
        # What was set in them meanwhile is written below.
        self.add_all([row for row, _ in new.values()])
        updates: list[Later] = self.info.pop(UPDATES, [])
        for update, group in groupby(updates, key=lambda pair: pair[0]):
            self.connection().execute(update, [values for _, values in group])
        super().flush(objects)

    def _write(self, waiting: list[Waiting]) -> None:
        connection = self.connection()
        footing = footing_of(waiting)
        if footing is not None and connection.dialect.name != "postgresql":
            waiting = _stand(connection, footing, waiting)
        try:
            for statement, parameters in queries.together(connection.dialect.name, waiting):
                connection.execute(statement, parameters)
        except IntegrityError as error:
            if footing is not None and queries.footing_gone(error):
                footing.settle(False)
                raise LostRace from error
            doubts = self.info.pop(DOUBTS, [])
            if doubts and queries.reference_gone(error):
                for forget in doubts:
                    forget()
                raise LostRace from error
            raise
        if footing is not None:
            footing.settle(True)


def _stand(connection: Connection, footing: Footing, waiting: Sequence[Waiting]) -> list[Waiting]:
    """The same rows when the footing holds, else LostRace: where nobody else writes to it until the
    end of the transaction it can be asked for by itself."""
    result = connection.execute(footing.asked, footing.values)
    if not (result.rowcount if footing.guessed else result.first()):
        footing.settle(False)
        raise LostRace
    return [each._replace(footing=None) for each in waiting]


def _take_in(session: Session) -> None:
    """What was kept beside it."""
    if beside := session.info.pop(BESIDE, None):
        session.add_all(beside.values())


@event.listens_for(WorkSession, "after_begin")
def _note_begin(session: Session, *_: object) -> None:
    """A session begins with its first statement, or with nothing at all: see core/alone."""
    session.info[BEGUN] = True
    _take_in(session)
