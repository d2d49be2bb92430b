"""A unit of work that is a single statement, which PostgreSQL commits by itself.

Most writes add a few rows and nothing else: they wait in the session (core/inserts), go out as one
statement, and need neither BEGIN nor COMMIT nor a connection of the session around it. What they
were made on the strength of was read without a lock, or only guessed, so the statement itself
checks that it still holds: see `Footing`.
"""

from functools import lru_cache

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.errors import LostRace
from upnext.core.inserts import BEGUN, NEW, UPDATES, WAITING, footing_of
from upnext.core.inserts.queries import MOST_TOGETHER, Shape, Waiting, all_named, as_one, shapes_of
from upnext.core.lanes import Prepared, WriteLane


def lane_of(session: AsyncSession) -> WriteLane | None:
    """For single writes of a unit of work that has sent no statement yet, where that can be."""
    return None if BEGUN in session.info else unit_of(session).lane


async def know(session: AsyncSession) -> None:
    """Finds out what the unit of work was begun on the belief of, if nobody did yet.

    Raises Outdated: then nothing of it may be kept or shown.
    """
    unit = unit_of(session)
    if unit.doubt is not None and unit.lane is not None:
        await unit.doubt.settle(unit.lane)


async def finish(session: AsyncSession) -> bool:
    """Writes and commits what waits, if there is nothing else; False: commit as usual.

    Usual is also when a constraint refuses a row: the ordinary way tells which, and why. Raises
    Outdated as `know` does, and LostRace where something was guessed wrong.
    """
    lane, rows = lane_of(session), session.info.get(WAITING, [])
    if lane is None or not 1 <= len(rows) <= MOST_TOGETHER:
        return False
    if session.info.get(UPDATES) or session.new or len(session.identity_map):
        return False
    if any(inspect(row).modified for row, _ in session.info.get(NEW, {}).values()):
        return False
    doubt = unit_of(session).doubt
    if doubt is not None and not doubt.carried:
        await know(session)
    return await _write(session, lane, rows)


async def _write(session: AsyncSession, lane: WriteLane, rows: list[Waiting]) -> bool:
    footing = footing_of(rows)
    written = await lane.write(_prepared(shapes_of(rows)), all_named(rows)) is not None
    if footing is not None:
        footing.settle(written)
    if not written:
        if footing is not None and footing.guessed:
            raise LostRace
        return False
    del session.info[WAITING]
    session.info.pop(NEW, None)
    return True


@lru_cache(maxsize=200)
def _prepared(shapes: tuple[Shape, ...]) -> Prepared:
    return Prepared(as_one(shapes))
