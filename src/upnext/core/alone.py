"""A unit of work that is a single statement, which PostgreSQL commits by itself.

Most writes add a few rows and nothing else: they wait in the session (core/inserts), go out as one
statement, and need neither BEGIN nor COMMIT nor a connection of the session around it. What they
were made on the strength of was read without a lock, or only guessed, so the statement itself
checks that it still holds: see `Footing`. SQLite and MySQL have no such statement. One does the
same in one go of a thread, BEGIN and COMMIT included, the other in two messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, inspect
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.errors import LostRace
from upnext.core.inserts import BEGUN, BESIDE, NEW, UPDATES, WAITING, Later, footing_of
from upnext.core.inserts.queries import MOST_TOGETHER, Waiting
from upnext.core.lanes import WriteLane


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
    if session.new or len(session.identity_map):
        return False
    deletes = _deletes(session.info.get(UPDATES, []))
    if deletes is None:
        return False
    objects = [row for row, _ in session.info.get(NEW, {}).values()]
    objects += session.info.get(BESIDE, {}).values()
    if any(inspect(row).modified for row in objects):
        return False
    doubt = unit_of(session).doubt
    if doubt is not None and not doubt.carried:
        await know(session)
    return await _write(session, lane, rows, deletes)


def _deletes(later: Sequence[Later]) -> Mapping[Delete, Mapping[str, Any]] | None:
    """None: what is to come later is not such, or one of them is to come twice."""
    found = {each: values for each, values in later if isinstance(each, Delete)}
    return found if len(found) == len(later) else None


async def _write(
    session: AsyncSession,
    lane: WriteLane,
    rows: list[Waiting],
    deletes: Mapping[Delete, Mapping[str, Any]],
) -> bool:
    footing = footing_of(rows)
    written = await lane.write_all(rows, deletes)
    if footing is not None:
        footing.settle(written)
    if not written:
        if footing is not None and footing.guessed:
            raise LostRace
        return False
    del session.info[WAITING]
    for name in (NEW, UPDATES):
        session.info.pop(name, None)
    return True
