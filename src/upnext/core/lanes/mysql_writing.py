"""The lane of MySQL and MariaDB that also writes: a transaction in one message, or in two.

A session waits for the answer to each of its statements before it sends the next; a create is some
ten of them, behind the row of a project that others wait for meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from asyncmy import errors

from upnext.core.errors import Unavailable
from upnext.core.inserts.queries import Waiting
from upnext.core.lanes import RETRY, Prepared, Row, converted
from upnext.core.lanes.mysql import MySqlLane, lost, told
from upnext.core.lanes.queries import Returning
from upnext.core.lanes.steps import Deletes, Guard, Step, steps_of

# As in sessions: a condition locks the rows that meet it, and not the gaps between them.
ISOLATION: Final = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
BEGIN: Final = Step("START TRANSACTION", [()])
COMMIT: Final = Step("COMMIT", [()])
ROLLBACK: Final = Step("ROLLBACK", [()])


class Result(NamedTuple):
    rows: Sequence[Row]
    affected: int
    """How many rows it found, or how many met its condition."""


Work = Callable[[Any], Awaitable[Sequence[Row] | None]]  # of a connection of asyncmy's
"""None: it was refused, and nothing is done."""


class MySqlWriteLane(MySqlLane):
    """Writes are never tried twice: a connection may be lost after the database has committed."""

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        del lasting  # only for all its connections can a server be told not to wait for the disk
        await self._know_server()
        dialect = self._engine.dialect
        if not isinstance(prepared, Returning):
            sql, arguments, _ = prepared.for_driver(dialect, values)
            return await self._work(lambda connection: _one(connection, Step(sql, [arguments])))
        sql, arguments, _ = prepared.bare.for_driver(dialect, values)
        after, asked, converts = prepared.after.for_driver(dialect, values)
        steps = [BEGIN, Step(sql, [arguments]), Step(after, [asked]), COMMIT]
        rows = await self._work(lambda connection: _returned(connection, steps))
        return None if rows is None else converted(rows, converts)

    async def write_all(self, rows: Sequence[Waiting], deletes: Deletes) -> bool:
        await self._know_server()
        guard, steps = steps_of(self._engine.dialect, rows, deletes)
        return await self._work(lambda connection: _all(connection, guard, steps)) is not None

    async def _open(self) -> Any:  # asyncmy's
        connection = await super()._open()
        try:
            await _send(connection, [Step(ISOLATION, [()])])
        except BaseException:  # also where its opening is cut off: nobody else would end it
            connection.close()
            raise
        return connection

    async def _work(self, work: Work) -> Sequence[Row] | None:
        await self._turns.take()
        try:
            return await self._work_on(self._kept() or await self._open(), work)
        except (errors.Error, OSError) as error:
            if lost(error):
                detail = "The database is not available. Try again."
                raise Unavailable(detail, headers=RETRY) from error
            raise told(error) from error
        finally:
            self._turns.give()

    async def _work_on(
        self,
        connection: Any,  # asyncmy's
        work: Work,
    ) -> Sequence[Row] | None:
        try:
            try:
                rows = await work(connection)
            except errors.IntegrityError:
                rows = None
            if rows is None:
                await _send(connection, [ROLLBACK])
        except BaseException:  # broken, cut off in the middle of an answer, or in a transaction
            connection.close()
            raise
        self._idle.append(connection)
        return rows

    def _kept(self) -> Any:  # asyncmy's
        """One whose end nobody has seen yet."""
        while self._idle:
            connection = self._idle.pop()
            if not connection._stream_broken:  # noqa: SLF001 - its `connected` does not know
                return connection
            connection.close()
        return None


async def _one(
    connection: Any,  # asyncmy's
    step: Step,
) -> Sequence[Row]:
    await _send(connection, [step])
    return ()


async def _returned(
    connection: Any,  # as above
    steps: Sequence[Step],
) -> Sequence[Row]:
    _, changed, found, _ = await _send(connection, steps)
    # Another row may have come to meet the condition between the two.
    return found.rows if changed.affected else ()


async def _all(
    connection: Any,  # as above
    guard: Guard | None,
    steps: Sequence[Step],
) -> Sequence[Row] | None:
    if guard is None:
        await _send(connection, [BEGIN, *steps, COMMIT])
        return ()
    _, held = await _send(connection, [BEGIN, guard.step])
    if not held.affected:
        return None
    await _send(connection, [*steps, COMMIT])
    return ()


async def _send(
    connection: Any,  # as above
    steps: Sequence[Step],
) -> Sequence[Result]:
    """In one message. The first that fails is the last that is done."""
    async with connection.cursor() as cursor:
        texts = [cursor.mogrify(sql, tuple(each)) for sql, rows in steps for each in rows]
        await cursor.execute(";".join(texts))
        results = [Result(await cursor.fetchall(), cursor.rowcount)]
        while await cursor.nextset():
            results.append(Result(await cursor.fetchall(), cursor.rowcount))
    return results
