"""The lane of PostgreSQL: asyncpg itself, on connections that keep nothing between statements."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import asyncpg
from sqlalchemy import Delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from upnext.core.errors import Unavailable
from upnext.core.inserts.queries import Shape, Waiting, all_named, as_one, shapes_of
from upnext.core.lanes import PATIENCE, RETRY, Prepared, Row, converted

# The last is what asyncpg says of a connection whose end is just being read.
BROKEN: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@lru_cache(maxsize=200)
def _prepared(shapes: tuple[Shape, ...], deletes: tuple[Delete, ...]) -> Prepared:
    return Prepared(as_one(shapes, deletes))


class _Kept(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """Goes back to the pool as it is: single statements leave nothing behind to reset."""

    async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  (asyncpg's)
        del timeout


class PostgresLane:
    """Keeps the connections that it has taken from its pool while nobody waits for one: a turn in
    the pool costs a third of a short statement."""

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
        self._size = size
        self._prepare = _read_ids_as_text if ids_as_text else None
        self._pool: Any = None  # asyncpg has no types
        self._opening = asyncio.Lock()
        self._idle: list[Any] = []  # asyncpg has no types
        self._waiting = 0
        self._closing = False

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        """Raises Unavailable when there is no connection, or none is free for 15 seconds."""
        sql, arguments, converts = prepared.for_driver(self._dialect, values)
        for tries_left in (1, 0):
            try:
                return converted(await self._ask(sql, arguments), converts)
            except (*BROKEN, asyncpg.PostgresError) as error:
                if not tries_left or not _lost(error):
                    raise _complaint(error) from error
                await self._renew()
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
        values = all_named(rows)
        for each in deletes.values():
            values |= each
        return await self.write(_prepared(shapes_of(rows), tuple(deletes)), values) is not None

    async def close(self) -> None:
        if self._pool is not None:
            # Whoever is still asking gives back to the pool, which waits for them.
            self._closing = True
            await self._let_go()
            await self._pool.close()
            self._pool, self._closing = None, False

    async def _ask(self, sql: str, arguments: Sequence[Any]) -> Sequence[Row]:
        connection = await self._take()
        try:
            rows: Sequence[Row] = await connection.fetch(sql, *arguments)
        except BaseException:
            # Its pool knows what to do with one that is broken, or was cut off in the middle.
            await self._pool.release(connection)
            raise
        if self._waiting or self._closing:
            await self._pool.release(connection)
        else:
            self._idle.append(connection)
        return rows

    async def _take(self) -> Any:  # asyncpg has no types
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            await self._pool.release(connection)
        pool = self._pool or await self._open()
        self._waiting += 1
        try:
            return await pool.acquire(timeout=PATIENCE)
        finally:
            self._waiting -= 1

    async def _let_go(self) -> None:
        while self._idle:
            await self._pool.release(self._idle.pop())

    async def _renew(self) -> None:
        """The server restarted: where one connection of the pool is found dead, all are."""
        if self._pool is not None:
            await self._pool.expire_connections()
            await self._let_go()

    async def _open(self) -> Any:  # asyncpg has no types
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    min_size=0,
                    max_size=self._size,
                    max_inactive_connection_lifetime=0,
                    connection_class=_Kept,
                    init=self._prepare,
                    **self._options,
                )
        return self._pool


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
    if isinstance(error, TimeoutError):
        return Unavailable("The server is busy. Try again.", headers=RETRY)
    if _lost(error):
        return Unavailable("The database is not available. Try again.", headers=RETRY)
    return error
