"""The lane of MySQL and MariaDB: asyncmy itself, on connections that keep nothing between reads.

Each of their statements is committed by itself, so there is nothing to begin and to roll back.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncmy
from asyncmy import errors
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from upnext.core.errors import Unavailable
from upnext.core.lanes import RETRY, Prepared, Row, converted
from upnext.core.lanes.turns import Turns

LOST: Final = frozenset({0, 1053, 1927, 2006, 2013, 2014, 2055})
"""The server went, or ended the connection; the first is what asyncmy says of one it closed."""


class MySqlLane:
    """`options` are those of asyncmy.connect. What `engine` finds out of the server when it first
    connects says how statements are written."""

    def __init__(self, engine: AsyncEngine, options: Mapping[str, Any], size: int) -> None:
        self._engine = engine
        self._options = options
        self._turns = Turns(size)
        self._idle: list[Any] = []  # asyncmy's connections have no types
        self._knows_server = False

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        """Raises Unavailable when there is no connection, or none is free for 15 seconds."""
        await self._know_server()
        sql, arguments, converts = prepared.for_driver(self._engine.dialect, values)
        await self._turns.take()
        try:
            rows = await self._ask(sql, tuple(arguments))
        finally:
            self._turns.give()
        return converted(rows, converts)

    async def close(self) -> None:
        """Waits for who still asks."""
        async with self._turns:
            while self._idle:
                await self._idle.pop().ensure_closed()

    async def _know_server(self) -> None:
        if not self._knows_server:
            async with self._engine.connect():
                self._knows_server = True

    async def _open(self) -> Any:  # asyncmy's
        return await asyncmy.connect(**self._options)

    async def _ask(self, sql: str, arguments: tuple[Any, ...]) -> Sequence[Row]:
        """A second time on a new connection, if one that was kept has gone meanwhile."""
        while self._idle:
            try:
                return await self._ask_on(self._idle.pop(), sql, arguments)
            except (errors.Error, OSError) as error:
                if not lost(error):
                    raise told(error) from error
        try:
            return await self._ask_on(await self._open(), sql, arguments)
        except (errors.Error, OSError) as error:
            raise told(error) from error

    async def _ask_on(
        self,
        connection: Any,  # asyncmy's
        sql: str,
        arguments: tuple[Any, ...],
    ) -> Sequence[Row]:
        try:
            async with connection.cursor() as cursor:
                await cursor.execute(sql, arguments)
                rows: Sequence[Row] = await cursor.fetchall()
        except BaseException:  # broken, or cut off in the middle of an answer
            connection.close()
            raise
        self._idle.append(connection)
        return rows


def lost(error: Exception) -> bool:
    return isinstance(error, OSError) or bool(error.args and error.args[0] in LOST)


def told(error: Exception) -> Exception:
    if isinstance(error, OSError):
        return Unavailable("The database is not available. Try again.", headers=RETRY)
    kind = OperationalError if isinstance(error, errors.OperationalError) else DBAPIError
    return kind(None, None, error)
