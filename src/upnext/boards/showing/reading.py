"""A whole board as JSON, straight from the columns, and of cards that were shown before from what
is kept of them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from upnext.boards.policy import READ
from upnext.boards.schemas import MOST_SHOWN
from upnext.boards.showing import queries
from upnext.boards.showing.kept import NEVER, Cards, Kept, View
from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.lanes import Lane, Row
from upnext.core.lanes.many import numbered, padded
from upnext.core.load import permit
from upnext.tasks.models import CLOSED, Energy, Priority, Status
from upnext.tasks.wire import dump

Wire = dict[str, Any]
Shown = list[list[bytes]]
"""The JSON of the cards of each column."""

MOST_ANEW: Final = 64
"""Changed cards that are read by themselves: of more, all are."""

_DUE = queries.CARD_NAMES.index("due_at")
_STATE, _POSITION, _PLACE = (len(queries.CARD_NAMES) + place for place in (1, 2, 3))
_ORDER = itemgetter(_POSITION, 0)
# By rank: what a status is called, whether it is open, and whether it is done.
_STATUSES: Final = {
    rank: (str(each), each not in CLOSED, each == Status.DONE)
    for rank, each in enumerate(Status, 1)
}
_PRIORITIES: Final = dict(enumerate(map(str, Priority), 1))
_ENERGIES: Final[Mapping[int | None, str | None]] = {
    None: None,
    **dict(enumerate(map(str, Energy), 1)),
}
_BOARD: Final = len(queries.BOARD_NAMES)


class Whole(NamedTuple):
    """`tag` changes with everything that is shown; it begins with the board's version."""

    body: bytes
    tag: str


async def read(
    lane: Lane, kept: Kept, actor: Actor, board_id: UUID, *, closed: int, now: datetime
) -> Whole:
    """Of each closed column the first `closed` cards. Two statements; one more when there are more
    cards than are shown, and one when only some cards have changed since they were shown last.
    Raises NotFound for what may not be seen."""
    missing = NotFound("There is no such board.")
    rows = await lane.fetch(queries.BOARD, {"board_id": board_id})
    if not rows or rows[0][_BOARD] is not None:
        raise missing
    board = dict(zip(queries.BOARD_NAMES, rows[0], strict=False))
    place = UUID(board["workspace_id"]), UUID(board["project_id"])
    permit(actor, READ, *place, missing=missing)
    columns = [dict(zip(queries.COLUMN_NAMES, row[_BOARD + 1 :], strict=True)) for row in rows]
    limits = [closed if column["status"] in CLOSED else MOST_SHOWN for column in columns]
    asked = _Asked(lane, columns, limits, now)
    cards = await _cards(asked, kept, (board_id, closed))
    counts = await _counts(asked, cards)
    for column, count in zip(columns, counts, strict=True):
        column["count"] = count
        column["over_limit"] = column["wip_limit"] is not None and count > column["wip_limit"]
    body = _joined(board, columns, cards)
    return Whole(body, f'"{board["version"]}-{hashlib.sha256(body).hexdigest()[:20]}"')


def _joined(board: Wire, columns: Sequence[Wire], cards: Shown) -> bytes:
    """The JSON of all, put together once: it may have megabytes, and many ask for it at a time."""
    parts = [dump(board)[:-1], b',"columns":[']
    for place, (column, its_cards) in enumerate(zip(columns, cards, strict=True)):
        parts += [b"," if place else b"", dump(column)[:-1], b',"cards":[']
        for card in its_cards:
            parts += (card, b",")
        if its_cards:
            parts.pop()
        parts.append(b"]}")
    parts.append(b"]}")
    return b"".join(parts)


class _Asked(NamedTuple):
    lane: Lane
    columns: Sequence[Wire]
    limits: Sequence[int]
    now: datetime

    @property
    def values(self) -> dict[str, Any]:  # ids and numbers
        ids = [UUID(column["id"]) for column in self.columns]
        return numbered("column", ids) | numbered("limit", self.limits)


async def _cards(asked: _Asked, kept: Kept, view: View) -> Shown:
    known = kept.get(view, asked.now)
    if known is not None:
        shown = await _known(asked, kept, view, known)
        if shown is not None:
            return shown
    columns = await _all(asked)
    shown = [[_json(row, asked.now) for row in rows] for rows in columns]
    rows = list(chain.from_iterable(columns))
    if rows and rows[0][_STATE] is not None:
        kept.put(view, _told(rows, chain.from_iterable(shown), asked.now))
    return shown


async def _known(asked: _Asked, kept: Kept, view: View, known: Cards) -> Shown | None:
    """With the few that have changed read anew; None if there are many, or one of them is changed
    or moved just now."""
    states = await _states(asked)
    new = [state for column in states for state in column if state not in known.bodies]
    if len(new) > MOST_ANEW:
        return None
    if new:
        rows = await _among(asked, new)
        bodies = [_json(row, asked.now) for row in rows]
        known = known.joined(_told(rows, bodies, asked.now))
        if not all(state in known.bodies for state in new):
            return None
        known = known.only(states)
        kept.put(view, known)
    return [[known.bodies[state] for state in column] for column in states]


def _told(rows: Sequence[Row], bodies: Iterable[bytes], now: datetime) -> Cards:
    coming = (row[_DUE] for row in rows if row[_DUE] is not None and row[_DUE] >= now)
    states = (row[_STATE] for row in rows)
    return Cards(now, min(coming, default=NEVER), dict(zip(states, bodies, strict=True)))


async def _states(asked: _Asked) -> list[list[str]]:
    """Of the cards of each column, in their order."""
    found: list[list[str]] = [[] for _ in asked.columns]
    for place, states in await asked.lane.fetch(queries.states(len(found)), asked.values):
        if states:
            found[place] = states.split(",")
    return found


async def _among(asked: _Asked, states: Sequence[str]) -> Sequence[Row]:
    ids = padded([UUID(state.partition(" ")[0]) for state in states])
    return await asked.lane.fetch(queries.cards_among(len(ids)), numbered("card", ids))


async def _all(asked: _Asked) -> list[list[Row]]:
    """Of each column, in their order."""
    found: list[list[Row]] = [[] for _ in asked.columns]
    for row in await asked.lane.fetch(queries.cards(len(found)), asked.values):
        found[row[_PLACE]].append(row)
    for rows in found:
        rows.sort(key=_ORDER)
    return found


async def _counts(asked: _Asked, cards: Shown) -> list[int]:
    """How many each column holds; nothing is asked while all of them are shown."""
    counts = [len(each) for each in cards]
    if all(count < limit for count, limit in zip(counts, asked.limits, strict=True)):
        return counts
    ids = [UUID(column["id"]) for column in asked.columns]
    rows = await asked.lane.fetch(queries.counts(len(ids)), numbered("column", ids))
    told = {str(row[0]): int(row[1]) for row in rows}
    return [told.get(column["id"], 0) for column in asked.columns]


def _json(row: Row, now: datetime) -> bytes:
    """Copied: what orjson gives lies in a larger piece of memory, whose rest would be lost."""
    return bytes(memoryview(dump(_card(row, now))))


def _card(row: Row, now: datetime) -> Wire:
    """A board has a thousand of these: each is made in one go."""
    (
        id_, key, parent_id, title, rank, priority, category, estimated_duration, due_at, start_at,
        tags, context, energy, assignee_ids, updated_at, version, blockers, *_,
    ) = row  # fmt: skip
    status, is_open, completed = _STATUSES[rank]
    return {
        "id": id_,
        "key": key,
        "parent_id": parent_id,
        "title": title,
        "status": status,
        "priority": _PRIORITIES[priority],
        "category": category,
        "estimated_duration": estimated_duration,
        "due_at": due_at,
        "start_at": start_at,
        "tags": orjson.Fragment(tags),
        "context": orjson.Fragment(context),
        "energy": _ENERGIES[energy],
        "assignee_ids": orjson.Fragment(assignee_ids),
        "updated_at": updated_at,
        "version": version,
        "completed": completed,
        "overdue": is_open and due_at is not None and due_at < now,
        "blocked": is_open and blockers > 0,
    }
