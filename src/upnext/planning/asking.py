"""How planning reads: by statements that are prepared once per shape of a question."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.lanes import Lane, SessionLane
from upnext.core.lanes.many import numbered
from upnext.core.lanes.named import Named

MOST: Final = 4_096
"""Ids in one statement: no database takes more than some 32,000 parameters."""


class Lanes(NamedTuple):
    """`ordered` is for what reads the first few tasks of an order, or tasks by their ids."""

    quick: Lane
    ordered: Lane


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
    """Rows of a statement about `ids`, under `name`. The last id is repeated up to a power of two,
    so that few statements do for lists of any length."""
    found = []
    for start in range(0, len(ids), MOST):
        part = ids[start : start + MOST]
        count = 1 << (len(part) - 1).bit_length()
        padded = chain(part, repeat(part[-1], count - len(part)))
        found += await statement(count).rows(lane, {**params, **numbered(name, padded)})
    return found
