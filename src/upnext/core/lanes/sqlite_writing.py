"""The lane of SQLite that also writes: a whole transaction at a time, in a thread of its own.

A session sends each step of each statement to its connection's thread and waits for it; a create is
some thirty of them.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from upnext.core.inserts.queries import Waiting
from upnext.core.lanes import Prepared, Row, converted
from upnext.core.lanes.sqlite import Rows, SqliteLane, told
from upnext.core.lanes.steps import Deletes, Guard, Step, steps_of


class SqliteWriteLane(SqliteLane):
    """While it writes it holds the only connection of the writing engine's pool, and does nothing
    with it: so it and the sessions take turns in the order in which they came.
    """

    def __init__(
        self,
        dialect: Dialect,
        connect: Callable[[], sqlite3.Connection],
        size: int,
        *,
        writer: AsyncEngine,
        connect_to_write: Callable[[], sqlite3.Connection],
    ) -> None:
        super().__init__(dialect, connect, size)
        self._writer = writer
        self._connect_to_write = connect_to_write
        self._hand: ThreadPoolExecutor | None = None
        self._writing: sqlite3.Connection | None = None
        self._waits_for_disk = True
        self._under_way: set[asyncio.Task[Rows | None]] = set()

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        sql, arguments, converts = prepared.for_driver(self._dialect, values)
        rows = await self._in_turn(partial(_one, sql, arguments), lasting=lasting)
        return None if rows is None else converted(rows, converts)

    async def write_all(self, rows: Sequence[Waiting], deletes: Deletes) -> bool:
        guard, steps = steps_of(self._dialect, rows, deletes)
        return await self._in_turn(partial(_all, guard, steps), lasting=True) is not None

    async def close(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)
        if self._hand is not None:
            self._hand.shutdown()
            self._hand = None
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        await super().close()

    async def _in_turn(
        self, work: Callable[[sqlite3.Connection], Rows | None], *, lasting: bool
    ) -> Rows | None:
        """Whoever leaves meanwhile does not stop it: half of it is done nowhere."""
        task = asyncio.ensure_future(self._hold(partial(self._transact, work, lasting=lasting)))
        self._under_way.add(task)
        task.add_done_callback(self._done_with)
        return await asyncio.shield(task)

    async def _hold(self, transact: Callable[[], Rows | None]) -> Rows | None:
        if self._hand is None:
            self._hand = ThreadPoolExecutor(1, "upnext-sqlite-writing")
        async with self._writer.connect():
            return await asyncio.get_running_loop().run_in_executor(self._hand, transact)

    def _done_with(self, task: asyncio.Task[Rows | None]) -> None:
        self._under_way.discard(task)
        # Read, so that what went wrong for somebody who left is not reported as unheard.
        if not task.cancelled():
            task.exception()

    def _transact(
        self, work: Callable[[sqlite3.Connection], Rows | None], *, lasting: bool
    ) -> Rows | None:
        """In the thread. None: it was refused, and nothing is done."""
        try:
            connection, self._writing = self._writing or self._opened_to_write(), None
            try:
                self._wait_for_disk(connection, lasting)
                connection.execute("BEGIN IMMEDIATE")
                rows = _unless_refused(work, connection)
                connection.execute("ROLLBACK" if rows is None else "COMMIT")
            except BaseException:  # whatever it was, it may have left a transaction open
                connection.close()
                raise
        except sqlite3.Error as error:
            raise told(error) from error
        self._writing = connection
        return rows

    def _opened_to_write(self) -> sqlite3.Connection:
        self._waits_for_disk = True
        return self._connect_to_write()

    def _wait_for_disk(self, connection: sqlite3.Connection, lasting: bool) -> None:
        """Whether its next commits do."""
        if lasting is not self._waits_for_disk:
            connection.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
            self._waits_for_disk = lasting


def _unless_refused(
    work: Callable[[sqlite3.Connection], Rows | None], connection: sqlite3.Connection
) -> Rows | None:
    try:
        return work(connection)
    except sqlite3.IntegrityError:
        return None


def _one(
    sql: str,
    arguments: Sequence[Any],  # of any column
    connection: sqlite3.Connection,
) -> Rows:
    return connection.execute(sql, arguments).fetchall()


def _all(guard: Guard | None, steps: Sequence[Step], connection: sqlite3.Connection) -> Rows | None:
    if guard is not None and not _holds(guard, connection):
        return None
    for sql, rows in steps:
        connection.executemany(sql, rows)
    return ()


def _holds(guard: Guard, connection: sqlite3.Connection) -> bool:
    found = connection.execute(guard.step.sql, guard.step.arguments[0])
    return bool(found.rowcount if guard.changes else found.fetchall())
