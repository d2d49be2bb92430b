"""A whole board as JSON, straight from the columns: boards are looked at all the time."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from upnext.boards import queries
from upnext.boards.policy import READ
from upnext.boards.schemas import MOST_SHOWN
from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.lanes import Lane, Row
from upnext.core.load import permit
from upnext.tasks.models import CLOSED, Energy, Priority, Status
from upnext.tasks.wire import dump

Wire = dict[str, Any]

_POSITION, _PLACE = (len(queries.CARD_NAMES) + place for place in (1, 2))
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


async def read(lane: Lane, actor: Actor, board_id: UUID, *, closed: int, now: datetime) -> Whole:
    """Of each closed column the first `closed` cards. Two statements, and one more when there are
    more cards than are shown. Raises NotFound for what may not be seen."""
    missing = NotFound("There is no such board.")
    rows = await lane.fetch(queries.BOARD, {"board_id": board_id})
    if not rows or rows[0][_BOARD] is not None:
        raise missing
    board = dict(zip(queries.BOARD_NAMES, rows[0], strict=False))
    place = UUID(board["workspace_id"]), UUID(board["project_id"])
    permit(actor, READ, *place, missing=missing)
    columns = [dict(zip(queries.COLUMN_NAMES, row[_BOARD + 1 :], strict=True)) for row in rows]
    limits = [closed if column["status"] in CLOSED else MOST_SHOWN for column in columns]
    cards = await _cards(lane, columns, limits)
    counts = await _counts(lane, columns, limits, cards)
    for column, count, its_cards in zip(columns, counts, cards, strict=True):
        column["count"] = count
        column["over_limit"] = column["wip_limit"] is not None and count > column["wip_limit"]
        column["cards"] = [_card(row, now) for row in its_cards]
    body = dump({**board, "columns": columns})
    return Whole(body, f'"{board["version"]}-{hashlib.sha256(body).hexdigest()[:20]}"')


async def _cards(lane: Lane, columns: Sequence[Wire], limits: Sequence[int]) -> list[list[Row]]:
    """Of each column, in their order."""
    values = {f"column_{place}": UUID(column["id"]) for place, column in enumerate(columns)}
    most = {f"limit_{place}": limit for place, limit in enumerate(limits)}
    found: list[list[Row]] = [[] for _ in columns]
    for row in await lane.fetch(queries.cards(len(columns)), {**values, **most}):
        found[row[_PLACE]].append(row)
    for rows in found:
        rows.sort(key=_ORDER)
    return found


async def _counts(
    lane: Lane,
    columns: Sequence[Wire],
    limits: Sequence[int],
    cards: Sequence[Sequence[Row]],
) -> list[int]:
    """How many each column holds; nothing is asked while all of them are shown."""
    counts = [len(rows) for rows in cards]
    if all(count < limit for count, limit in zip(counts, limits, strict=True)):
        return counts
    values = {f"column_{place}": UUID(column["id"]) for place, column in enumerate(columns)}
    rows = await lane.fetch(queries.counts(len(columns)), values)
    told = {str(row[0]): int(row[1]) for row in rows}
    return [told.get(column["id"], 0) for column in columns]


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
