"""INSERT in the forms that the databases spell differently."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, cast

from sqlalchemy import FromClause, Insert, Table, bindparam, insert
from sqlalchemy.dialects import mysql, postgresql, sqlite

Row = Mapping[str, Any]
Shape = tuple[Table, tuple[str, ...], tuple[str, ...]]
"""What a row goes into, the key that it may overwrite, and the names of its columns."""

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


def together(
    dialect: str, rows: Sequence[tuple[Table, tuple[str, ...], Row]]
) -> Iterator[tuple[Insert, Any]]:
    """Statements with their parameters that insert all `rows`, in as few as the database can."""
    shaped = [((into, over, tuple(row)), row) for into, over, row in rows]
    if dialect == "postgresql" and 1 < len(shaped) <= MOST_TOGETHER:
        values = {
            f"{place}_{name}": value
            for place, (_, row) in enumerate(shaped)
            for name, value in row.items()
        }
        yield _as_one(tuple(shape for shape, _ in shaped)), values
        return
    places = {shape: place for place, (shape, _) in reversed(list(enumerate(shaped)))}
    shaped.sort(key=lambda pair: places[pair[0]])
    for shape, group in groupby(shaped, key=lambda pair: pair[0]):
        yield _one(dialect, shape, 0), [_named(row) for _, row in group]


def _named(row: Row) -> dict[str, Any]:
    return {f"0_{name}": value for name, value in row.items()}


@lru_cache(maxsize=200)
def _as_one(shapes: tuple[Shape, ...]) -> Insert:
    """The last one's INSERT, with those of the others in its WITH clause.

    All see the same snapshot, and foreign keys are checked when all of them are done.
    """
    *others, last = shapes
    statement = _one("postgresql", last, len(others))
    for place, shape in enumerate(others):
        statement = statement.add_cte(_one("postgresql", shape, place).cte(f"row_{place}"))
    return statement


@lru_cache(maxsize=200)
def _one(dialect: str, shape: Shape, place: int) -> Insert:
    into, over, names = shape
    values = {name: bindparam(f"{place}_{name}", type_=into.c[name].type) for name in names}
    if over:
        return _over(dialect, into, values, over, names)
    return insert(into).values(values)
