"""The lane of SQLite: Python's own driver, in threads that do a whole statement at a time.

The engine's driver sends each step of a statement to its thread and waits for it, which costs a
short read several times what the database does for it.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError

from upnext.core.lanes import Prepared, Row, converted
from upnext.core.lanes.turns import Turns

Rows = Sequence[Row]


class SqliteLane:
    """`connect` opens a connection that any thread may use, one at a time."""

    def __init__(
        self, dialect: Dialect, connect: Callable[[], sqlite3.Connection], size: int
    ) -> None:
        self._dialect = dialect
        self._connect = connect
        self._size = size
        self._turns = Turns(size)
        self._threads: ThreadPoolExecutor | None = None
        self._idle: list[sqlite3.Connection] = []

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows:
        """Raises Unavailable when no thread is free for 15 seconds, and DBAPIError."""
        sql, arguments, converts = prepared.for_driver(self._dialect, values)
        await self._turns.take()
        try:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._workers(), self._rows, sql, arguments)
            # Whoever leaves meanwhile does not take the turn along: the thread is still at it.
            asked.add_done_callback(self._done)
        except BaseException:  # whatever it was, nobody is at it who would give the turn back
            self._turns.give()
            raise
        return converted(await asyncio.shield(asked), converts)

    async def close(self) -> None:
        """Waits for who still asks."""
        async with self._turns:
            while self._idle:
                self._idle.pop().close()
            if self._threads is not None:
                self._threads.shutdown()
                self._threads = None

    def _workers(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._size, "upnext-sqlite")
        return self._threads

    def _done(self, asked: asyncio.Future[Rows]) -> None:
        self._turns.give()
        # Read, so that what went wrong for somebody who left is not reported as unheard.
        if not asked.cancelled():
            asked.exception()

    def _rows(self, sql: str, arguments: Sequence[Any]) -> Rows:
        """In a thread."""
        try:
            connection = self._opened()
            try:
                rows = connection.execute(sql, arguments).fetchall()
            except BaseException:  # whatever it was, it may have left a statement open
                connection.close()
                raise
        except sqlite3.Error as error:
            raise told(error) from error
        self._idle.append(connection)
        return rows

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()


def told(error: sqlite3.Error) -> DBAPIError:
    kind = OperationalError if isinstance(error, sqlite3.OperationalError) else DBAPIError
    return kind(None, None, error)
