"""The lane of PostgreSQL: asyncpg itself, on connections that keep nothing between statements."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

import asyncpg
from sqlalchemy import Delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from upnext.core.errors import Unavailable
from upnext.core.inserts.queries import Shape, Waiting, all_named, as_one, in_order, shapes_of
from upnext.core.lanes import PATIENCE, RETRY, Prepared, Row, converted
from upnext.core.lanes.turns import Turns

# The last is what asyncpg says of a connection whose end is just being read.
BROKEN: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@lru_cache(maxsize=200)
def _prepared(shapes: tuple[Shape, ...], deletes: tuple[Delete, ...]) -> Prepared:
    return Prepared(as_one(shapes, deletes))


class PostgresLane:
    """Connections of its own, without a pool's proxies and resets: single statements leave nothing
    behind, and one whose end is read while nobody uses it is seen to be closed."""

    def __init__(
        self,
        engine: AsyncEngine,
        options: Mapping[str, Any],
        size: int,
        *,
        ids_as_text: bool = True,
    ) -> None:
        """`options` are those of asyncpg.connect; without `ids_as_text` ids are UUIDs."""
        self._dialect = engine.dialect
        self._options = options
        self._ids_as_text = ids_as_text
        self._turns = Turns(size)
        self._idle: list[Any] = []  # asyncpg has no types

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        """Raises Unavailable when there is no connection, or none is free for 15 seconds."""
        sql, arguments, converts = prepared.for_driver(self._dialect, values)
        for tries_left in (1, 0):
            try:
                return converted(await self._ask(sql, arguments), converts)
            except (*BROKEN, asyncpg.PostgresError) as error:
                if not tries_left or not _lost(error):
                    raise _complaint(error) from error
                # The server restarted: where one connection is found dead, all are.
                self._forget()
        raise AssertionError("unreachable")

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        """Never tried twice: a connection may be lost after the database has committed. A statement
        that is not `lasting` says so itself."""
        del lasting
        sql, arguments, converts = prepared.for_driver(self._dialect, values)
        try:
            return converted(await self._ask(sql, arguments), converts)
        except asyncpg.IntegrityConstraintViolationError:
            return None
        except asyncpg.PostgresError as error:
            raise DBAPIError(None, None, error) from error
        except BROKEN as error:
            raise _complaint(error) from error

    async def write_all(
        self, rows: Sequence[Waiting], deletes: Mapping[Delete, Mapping[str, Any]]
    ) -> bool:
        """In one statement."""
        rows = in_order(rows)
        values = all_named(rows)
        for each in deletes.values():
            values |= each
        return await self.write(_prepared(shapes_of(rows), tuple(deletes)), values) is not None

    async def close(self) -> None:
        """Waits for who still asks."""
        async with self._turns:
            while self._idle:
                await _end(self._idle.pop())

    async def _ask(self, sql: str, arguments: Sequence[Any]) -> Sequence[Row]:
        await self._turns.take()
        try:
            connection = self._kept() or await self._open()
            try:
                rows: Sequence[Row] = await connection.fetch(sql, *arguments)
            except asyncpg.PostgresError as error:
                if _lost(error):
                    connection.terminate()
                else:
                    self._idle.append(connection)
                raise
            except asyncio.CancelledError:  # cut off in the middle of an answer
                await asyncio.shield(_end(connection))
                raise
            except BaseException:  # broken, whatever it is
                connection.terminate()
                raise
            self._idle.append(connection)
        finally:
            self._turns.give()
        return rows

    def _kept(self) -> Any:  # asyncpg has no types
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    def _forget(self) -> None:
        while self._idle:
            self._idle.pop().terminate()

    async def _open(self) -> Any:  # asyncpg has no types
        connection = await asyncpg.connect(timeout=PATIENCE, **self._options)
        if self._ids_as_text:
            try:
                await _read_ids_as_text(connection)
            except BaseException:  # also where its opening is cut off: nobody else would end it
                connection.terminate()
                raise
        return connection


async def _end(connection: Any) -> None:  # asyncpg has no types
    """Asks the server to stop what it may still be at. Where that fails, asyncpg cuts it off."""
    with suppress(*BROKEN, asyncpg.PostgresError):
        await connection.close(timeout=PATIENCE)


async def _read_ids_as_text(connection: Any) -> None:  # asyncpg has no types
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", encoder=str, decoder=str, format="text"
    )


def _lost(error: Exception) -> bool:
    """Whether the connection is gone, or never was."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(("08", "57P", "53"))
    return True


def _complaint(error: Exception) -> Exception:
    if _lost(error):
        return Unavailable("The database is not available. Try again.", headers=RETRY)
    return error
