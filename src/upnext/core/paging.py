"""Keyset paging: a page continues behind the last row of the one before, at any depth.

The sort columns are never NULL, so the condition is the plain expanded OR; the id breaks ties.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, or_

from upnext.core.errors import invalid_field
from upnext.core.keys import BadToken, KeyRing
from upnext.core.types import micros

PURPOSE = "cursor"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SortField:
    """A column without NULLs, and how its values travel in a cursor."""

    column: ColumnElement[Any]
    dump: Callable[[Any], Any] = lambda value: value
    load: Callable[[Any], Any] = lambda value: value


def instants(column: ColumnElement[Any]) -> SortField:
    return SortField(column, micros, lambda value: EPOCH + timedelta(microseconds=value))


def identities(column: ColumnElement[Any]) -> SortField:
    return SortField(column, str, UUID)


@dataclass(frozen=True, slots=True)
class Order:
    """The last term is the id's, so the order is total."""

    terms: tuple[tuple[str, SortField, bool], ...]

    @property
    def signature(self) -> str:
        return ",".join(("-" if falling else "") + name for name, _, falling in self.terms)

    def clauses(self) -> list[ColumnElement[Any]]:
        return [f.column.desc() if falling else f.column.asc() for _, f, falling in self.terms]

    def columns(self) -> list[ColumnElement[Any]]:
        return [f.column for _, f, _ in self.terms]

    def behind(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """The rows after the one that has `values` in the order's columns.

        The first column's bound follows from the rest; it is what an index can start from.
        """
        options = []
        for index, (_, last, falling) in enumerate(self.terms):
            before = zip(self.terms[:index], values, strict=False)
            equal = [f.column == v for (_, f, _), v in before]
            beyond = last.column < values[index] if falling else last.column > values[index]
            options.append(and_(*equal, beyond))
        _, first, falling = self.terms[0]
        bound = first.column <= values[0] if falling else first.column >= values[0]
        return and_(bound, or_(*options))


def sort_pattern(names: Iterable[str]) -> str:
    """For the API's description: what `parse_sort` takes."""
    one = f"[-+]?({'|'.join(names)})"
    return f"^{one}(,{one})*$"


def parse_sort(text: str, fields: Mapping[str, SortField], identity: SortField) -> Order:
    """`-due_at,priority` to an Order. Raises Invalid for a field that is not on the list."""
    terms: list[tuple[str, SortField, bool]] = []
    for part in text.split(","):
        name = part.strip()
        falling = name.startswith("-")
        name = name.lstrip("+-")
        if name not in fields:
            known = ", ".join(sorted(fields))
            raise invalid_field("?sort", f"Cannot sort by {name!r}. Sort by: {known}.", "bad_sort")
        if name not in {known for known, _, _ in terms}:
            terms.append((name, fields[name], falling))
    return Order((*terms, ("id", identity, terms[-1][2])))


def write_cursor(keys: KeyRing, order: Order, values: Sequence[Any]) -> str:
    dumped = [f.dump(v) for (_, f, _), v in zip(order.terms, values, strict=True)]
    return keys.sign(PURPOSE, orjson.dumps([order.signature, *dumped]))


def read_cursor(keys: KeyRing, order: Order, cursor: str) -> list[Any]:
    """The values that the next page starts behind. Raises Invalid for any but our own cursors."""
    bad = invalid_field(
        "?cursor", "This cursor is not valid here. Start again without it.", "bad_cursor"
    )
    try:
        signature, *values = orjson.loads(keys.unsign(PURPOSE, cursor))
    except BadToken:
        raise bad from None
    if signature != order.signature:
        raise bad
    return [f.load(v) for (_, f, _), v in zip(order.terms, values, strict=True)]
