"""The fast lane to the database: one statement, no transaction, rows without objects.

A pooled session costs a short read more than the read itself. So each database has a lane with
connections of its own, which speaks to the driver.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import CompoundSelect, Delete, Dialect, Insert, Select, Update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from upnext.core.inserts import settle
from upnext.core.inserts.queries import Waiting
from upnext.core.types import Id

Row = Sequence[Any]
Convert = Callable[[Any], Any]
AnySelect = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
AnyWrite = Insert | Update | Delete

Driver = tuple[str, list[tuple[str, Convert | None]], dict[str, Any]]
"""SQL, its parameters in order with what the driver wants made of them, and the fixed ones."""

# Seconds that a request waits for a connection before it is told to come back.
PATIENCE: Final = 15
RETRY: Final = {"Retry-After": "2"}
# PostgreSQL's number for double precision: only numbers ask what they come as.
DOUBLE: Final = 701


class Prepared:
    """A statement that is compiled once for as many calls as come. Keep it: making one is slow.

    What differs between calls are bound parameters by name; ids come back as text.
    """

    ids_as_text = True

    def __init__(self, statement: AnySelect | AnyWrite) -> None:
        self.statement = statement
        self._drivers: dict[str, tuple[Driver, list[tuple[int, Convert]]]] = {}

    def for_driver(
        self, dialect: Dialect, values: Mapping[str, Any]
    ) -> tuple[str, list[Any], list[tuple[int, Convert]]]:
        """SQL, its arguments in order, and what turns columns of its rows into values."""
        found = self._drivers.get(dialect.name)
        if found is None:
            found = self._compiled(dialect, values), self._converters(dialect)
            self._drivers[dialect.name] = found
        (sql, binders, fixed), converts = found
        given = {**fixed, **values}
        arguments = [given[n] if bind is None else bind(given[n]) for n, bind in binders]
        return sql, arguments, converts

    def _compiled(self, dialect: Dialect, values: Mapping[str, Any]) -> Driver:
        """Lists of fixed values are spread out. What is given now has to be given in each call."""
        compiled = self.statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(values))
        binders: list[tuple[str, Convert | None]] = []
        for name in state.positiontup or ():
            if name in compiled.binds:
                kind = compiled.binds[name].type.dialect_impl(dialect)
                binders.append((name, kind.bind_processor(dialect)))
            else:
                binders.append((name, state.processors.get(name)))
        fixed = {name: value for name, value in state.parameters.items() if name not in values}
        return state.statement, binders, fixed

    def _converters(self, dialect: Dialect) -> list[tuple[int, Convert]]:
        as_text = self.ids_as_text and dialect.name != "postgresql"
        kinds = [column.type for column in self.statement.exported_columns]
        found = (
            _dashed
            if as_text and isinstance(kind, Id)
            else kind.dialect_impl(dialect).result_processor(dialect, DOUBLE)
            for kind in kinds
        )
        return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def _dashed(value: bytes | None) -> str | None:
    """Of 16 bytes, as UUIDs are written."""
    if value is None:
        return None
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Lane(Protocol):
    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]: ...

    async def close(self) -> None: ...


class WriteLane(Lane, Protocol):
    """A lane that can also write, and commits each write by itself."""

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        """What it returns, if anything; None when a constraint refused it. Raises DBAPIError.

        What is not `lasting` is on disk before whatever is written later.
        """
        ...

    async def write_all(
        self, rows: Sequence[Waiting], deletes: Mapping[Delete, Mapping[str, Any]]
    ) -> bool:
        """The rows with their footing, and the deletes with their values. False: a constraint or
        the footing refused it, and nothing is written. Raises DBAPIError."""
        ...


class SessionLane:
    """For who is in a transaction already, such as a job, and wants to see what it sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        await settle(self._session)
        return await _fetch(await self._session.connection(), prepared, values)

    async def close(self) -> None:
        """The session is somebody else's."""


async def _fetch(
    connection: AsyncConnection, prepared: Prepared, values: Mapping[str, Any]
) -> Sequence[Row]:
    rows = (await connection.execute(prepared.statement, values)).all()
    if not prepared.ids_as_text:
        return rows
    columns = enumerate(prepared.statement.exported_columns)
    return converted(rows, [(place, _text) for place, each in columns if isinstance(each.type, Id)])


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def converted(rows: Sequence[Row], converts: Sequence[tuple[int, Convert]]) -> Sequence[Row]:
    if not converts:
        return rows
    found = []
    for row in rows:
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        found.append(values)
    return found
