"""Statements whose rows have names and ids, as those of a session do."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from upnext.core.lanes import AnySelect, Lane, Prepared, Row
from upnext.core.types import Id, Json


class Named(Prepared):
    """A `Prepared` whose rows are tuples with the names of its columns, ids as UUIDs and JSON as
    what it says: lists and objects, as text alone could not be told from what is not read yet.

    Lanes that have ids as UUIDs give them as they are; the others' text is read.
    """

    ids_as_text = False

    def __init__(self, statement: AnySelect) -> None:
        super().__init__(statement)
        columns = list(statement.exported_columns)
        names = [column.key or "" for column in columns]
        self._made = maker(names)
        self._ids = [place for place, each in enumerate(columns) if isinstance(each.type, Id)]
        self._json = [place for place, each in enumerate(columns) if isinstance(each.type, Json)]

    async def rows(self, lane: Lane, values: Mapping[str, Any]) -> list[Any]:
        """`values` may have more than the statement asks for."""
        return self.named(await lane.fetch(self, values))

    def named(self, rows: Sequence[Row]) -> list[Any]:
        """What a lane has fetched."""
        make, ids, found = self._made, self._ids, []
        for row in rows:
            each = list(row)
            for place in ids:
                if isinstance(text := each[place], str):
                    each[place] = UUID(text)
            for place in self._json:
                if isinstance(text := each[place], str):
                    each[place] = orjson.loads(text)
            found.append(make(each))
        return found


def maker(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """Makes tuples with these names, such as rows are."""
    # Its fields are known while the program runs.
    row: Any = namedtuple("row", names, rename=True)  # type: ignore[misc]  # as said
    make: Callable[[Iterable[Any]], Any] = row._make
    return make
