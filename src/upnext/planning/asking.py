"""How planning reads: by statements that are prepared once per shape of a question."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.lanes import Lane, SessionLane
from upnext.core.lanes.many import numbered, padded
from upnext.core.lanes.named import Named
from upnext.planning.known.memory import Memory

MOST: Final = 4_096
"""Ids in one statement: no database takes more than some 32,000 parameters."""


class Lanes(NamedTuple):
    """`ordered` is for what reads the first few tasks of an order, or tasks by their ids. With
    `memory` the tasks of those whom the process knows are read at once."""

    quick: Lane
    ordered: Lane
    memory: Memory | None = None


def within(session: AsyncSession) -> Lanes:
    """For who is in a transaction already."""
    lane = SessionLane(session)
    return Lanes(lane, lane)


async def ask_about(
    lane: Lane,
    statement: Callable[[int], Named],
    name: str,
    ids: Sequence[UUID],
    params: Mapping[str, Any],
) -> list[Any]:
    """Rows of a statement about `ids`, under `name`, which may be any number."""
    found = []
    for start in range(0, len(ids), MOST):
        part = padded(ids[start : start + MOST])
        found += await statement(len(part)).rows(lane, {**params, **numbered(name, part)})
    return found
