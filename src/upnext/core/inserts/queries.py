"""INSERT in the forms that the databases spell differently."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    Delete,
    FromClause,
    Insert,
    ScalarSelect,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import IntegrityError

Row = Mapping[str, Any]


class Guess(NamedTuple):
    """An UPDATE of a row that is taken to be as it was, and the same when it returns the id."""

    change: Update
    returning: Update


@lru_cache(maxsize=200)
def guess(change: Update) -> Guess:
    """To be made before `change` is compiled: from then on SQLAlchemy thinks, also of copies, that
    it returns nothing."""
    return Guess(change, change.returning(change.table.c.id))


class Footing(NamedTuple):
    """A row that another one was made on the strength of, without a lock: `column` holds its id.

    `guard` finds that id by its parameters, `values`, as long as all is as it was. A `Guess` only
    supposes how it was, and changes the row along with it. Guards are compiled in: there are few,
    and whoever makes one keeps it. Of rows that are written together one has a footing at most.
    """

    column: str
    guard: Select[UUID] | Guess
    values: Mapping[str, Any]
    settle: Callable[[bool], None]
    """Told whether it held; not called where nothing came of the row."""

    @property
    def guessed(self) -> bool:
        return isinstance(self.guard, Guess)

    @property
    def asked(self) -> Select[UUID] | Update:
        """By itself it holds if it finds a row, or changes one."""
        return self.guard.change if isinstance(self.guard, Guess) else self.guard


class Waiting(NamedTuple):
    into: Table
    over: tuple[str, ...]
    row: Row
    footing: Footing | None = None


Guard = tuple[str, Select[UUID] | Guess]
Shape = tuple[Table, tuple[str, ...], tuple[str, ...], Guard | None]
"""What a row goes into, the key that it may overwrite, the names of its columns, its footing."""

# As many rows go into one statement; more are sent table by table, which the drivers do in bulk.
MOST_TOGETHER = 8


def insert_ignore(dialect: str, into: FromClause, rows: Sequence[Row]) -> Insert:
    """Inserts the rows whose keys are free and leaves the others alone."""
    target = cast(Table, into)  # a mapped class's __table__ is typed wider than it is
    if dialect == "mysql":
        return mysql.insert(target).values(rows).prefix_with("IGNORE")
    if dialect == "sqlite":
        return sqlite.insert(target).values(rows).on_conflict_do_nothing()
    return postgresql.insert(target).values(rows).on_conflict_do_nothing()


def upsert(dialect: str, into: FromClause, rows: Sequence[Row], *, keys: Sequence[str]) -> Insert:
    """Inserts `rows`, or overwrites what is not part of `keys` where these stand already."""
    target = cast(Table, into)
    return _over(dialect, target, rows, keys, tuple(rows[0]))


def _over(
    dialect: str, target: Table, values: Any, keys: Sequence[str], names: Sequence[str]
) -> Insert:
    """`values` is whatever Insert.values() takes."""
    rest = [name for name in names if name not in keys]
    if dialect == "mysql":
        new = mysql.insert(target).values(values)
        return new.on_duplicate_key_update({name: new.inserted[name] for name in rest})
    if dialect == "sqlite":
        lite = sqlite.insert(target).values(values)
        over = {name: lite.excluded[name] for name in rest}
        return lite.on_conflict_do_update(index_elements=keys, set_=over)
    post = postgresql.insert(target).values(values)
    over = {name: post.excluded[name] for name in rest}
    return post.on_conflict_do_update(index_elements=keys, set_=over)


def together(dialect: str, rows: Sequence[Waiting]) -> Iterator[tuple[Insert, Any]]:
    """Statements with their parameters that insert all `rows`, in as few as the database can."""
    if dialect == "postgresql" and 1 < len(rows) <= MOST_TOGETHER:
        rows = in_order(rows)
        yield as_one(shapes_of(rows)), all_named(rows)
        return
    shaped = [(_shape(each), each) for each in rows]
    places = {shape: place for place, (shape, _) in reversed(list(enumerate(shaped)))}
    shaped.sort(key=lambda pair: places[pair[0]])
    for shape, group in groupby(shaped, key=lambda pair: pair[0]):
        yield _one(dialect, shape, 0), [_named(each, 0) for _, each in group]


def in_order(rows: Sequence[Waiting]) -> list[Waiting]:
    """For `as_one`: the row that guesses last. PostgreSQL begins with the last INSERT, and its
    footing with that. So the changed row is locked before any other is written, as it is by whoever
    locks it first: else two such would wait for each other."""
    return sorted(rows, key=lambda each: each.footing is not None and each.footing.guessed)


def shapes_of(rows: Sequence[Waiting]) -> tuple[Shape, ...]:
    return tuple(_shape(each) for each in rows)


def all_named(rows: Sequence[Waiting]) -> dict[str, Any]:
    """The parameters of `as_one`."""
    found: dict[str, Any] = {}
    for place, each in enumerate(rows):
        found |= _named(each, place)
    return found


def _shape(waiting: Waiting) -> Shape:
    footing = waiting.footing
    return (
        waiting.into,
        waiting.over,
        tuple(waiting.row),
        (footing.column, footing.guard) if footing else None,
    )


def _named(waiting: Waiting, place: int) -> dict[str, Any]:
    found = {f"{place}_{name}": value for name, value in waiting.row.items()}
    if waiting.footing:
        found.pop(f"{place}_{waiting.footing.column}")
        found.update(waiting.footing.values)
    return found


@lru_cache(maxsize=200)
def as_one(shapes: tuple[Shape, ...], deletes: tuple[Delete, ...] = ()) -> Insert:
    """The last one's INSERT, with those of the others and `deletes` in its WITH clause.

    All see the same snapshot, and foreign keys are checked when all of them are done.
    """
    *others, last = shapes
    statement = _one("postgresql", last, len(others))
    for place, shape in enumerate(others):
        statement = statement.add_cte(_one("postgresql", shape, place).cte(f"row_{place}"))
    for place, each in enumerate(deletes):
        statement = statement.add_cte(each.cte(f"gone_{place}"))
    return statement


@lru_cache(maxsize=200)
def _one(dialect: str, shape: Shape, place: int) -> Insert:
    into, over, names, footing = shape
    values: dict[str, Any] = {
        name: bindparam(f"{place}_{name}", type_=into.c[name].type) for name in names
    }
    if footing:
        column, guard = footing
        values[column] = _standing(guard)
    if over:
        return _over(dialect, into, values, over, names)
    return insert(into).values(values)


def _standing(guard: Select[UUID] | Guess) -> ScalarSelect[Any]:
    """The id, or NULL, which the column of an id of that kind refuses."""
    if isinstance(guard, Guess):
        return select(guard.returning.cte("standing").c.id).scalar_subquery()
    return guard.scalar_subquery()


def footing_gone(error: IntegrityError) -> bool:
    """The row itself, or what it told of other rows: PostgreSQL's "not_null_violation" (see
    `_standing`) and "foreign_key_violation". Elsewhere a footing is asked for by itself."""
    return getattr(error.orig, "sqlstate", None) in {"23502", "23503"}


def reference_gone(error: IntegrityError) -> bool:
    """Whether a row refers to one that is not there: in PostgreSQL's, MySQL's, SQLite's words."""
    if getattr(error.orig, "sqlstate", None) == "23503":
        return True
    return "1452" in str(error.orig) or "FOREIGN KEY constraint failed" in str(error.orig)
