"""From a row to JSON: the same for a mapped task and for a row of a list's columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID
from zlib import crc32

import orjson
from sqlalchemy import ColumnElement, cast

from upnext.core.types import LongText
from upnext.tasks.models import CLOSED, Energy, Priority, Status, Task

Wire = dict[str, Any]

_PLAIN = (
    "id",
    "key",
    "workspace_id",
    "project_id",
    "parent_id",
    "goal_id",
    "board_id",
    "column_id",
    "title",
    "description",
    "status",
    "completed_at",
    "priority",
    "category",
    "estimated_duration",
    "actual_minutes",
    "due_at",
    "start_at",
    "tags",
    "context",
    "energy",
    "assignee_ids",
    "reporter_id",
    "recurrence",
    "external_id",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
)
BLOCKED_BY, BLOCKER_COUNT = len(_PLAIN), len(_PLAIN) + 1
SLA, CLASSIFICATION = len(_PLAIN) + 2, len(_PLAIN) + 3
_BEHIND = ("blocked_by", "blocker_count", "sla", "classification")
COLUMNS = tuple(Task.__table__.c[name] for name in (*_PLAIN, *_BEHIND))


_TEXTS = frozenset(
    {"tags", "context", "assignee_ids", "recurrence", "blocked_by", "sla", "classification"}
)
LISTED = tuple(
    cast(column, LongText).label(column.name) if column.name in _TEXTS else column
    for column in COLUMNS
)
"""The same for a list: JSON as the text that it is, since most of it goes out as it came."""
SHOWN: Mapping[ColumnElement[Any], int] = {
    shown: place for place, shown in enumerate(LISTED) if shown is COLUMNS[place]
}
"""What a list shows as it is, by its place: it need not be asked for again to sort by it."""
TAGS, CONTEXT, ASSIGNEES, RECURRENCE = (
    _PLAIN.index(name) for name in ("tags", "context", "assignee_ids", "recurrence")
)


def sorted_by(columns: Iterable[ColumnElement[Any]]) -> list[int]:
    """Where a row of a list has these columns, those that it does not show behind the others."""
    places, more = [], len(LISTED)
    for column in columns:
        places.append(SHOWN.get(column, more))
        more += column not in SHOWN
    return places


UNKNOWN = {"state": "off"}
"""Of a task that is older than the provenance of its fields."""


class Shown(Protocol):
    """What is read of a row beside the plain columns."""

    @property
    def status(self) -> Status: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def blocked_by(self) -> dict[str, str]: ...
    @property
    def blocker_count(self) -> int: ...
    @property
    def sla(self) -> dict[str, Any] | None: ...
    @property
    def classification(self) -> dict[str, Any] | None: ...


def task_wire(row: Any, hidden: Set[UUID], now: datetime) -> Wire:
    """`row` is a Task or a Row that has COLUMNS: the two share no type."""
    shown: Shown = row
    closed = shown.status in CLOSED
    return {name: getattr(row, name) for name in _PLAIN} | {
        "completed": shown.status == Status.DONE,
        "overdue": not closed and shown.due_at is not None and shown.due_at < now,
        "blocked": not closed and shown.blocker_count > 0,
        "blocked_by": visible(shown.blocked_by, hidden),
        "sla": shown.sla,
        "classification": shown.classification or UNKNOWN,
    }


def page_wire(rows: Sequence[Any], hidden: Set[UUID], now: datetime) -> list[Wire]:
    """The same for rows that begin with LISTED, by their places: lists are read all the time."""
    items = []
    for row in rows:
        item: Wire = dict(zip(_PLAIN, row, strict=False))
        closed, due_at, waits = item["status"] in CLOSED, item["due_at"], row[BLOCKED_BY]
        item["tags"] = orjson.Fragment(row[TAGS])
        item["context"] = orjson.Fragment(row[CONTEXT])
        item["assignee_ids"] = orjson.Fragment(row[ASSIGNEES])
        if row[RECURRENCE] is not None:
            item["recurrence"] = orjson.Fragment(row[RECURRENCE])
        item["completed"] = item["status"] == Status.DONE
        item["overdue"] = not closed and due_at is not None and due_at < now
        item["blocked"] = not closed and row[BLOCKER_COUNT] > 0
        item["blocked_by"] = visible(orjson.loads(waits), hidden) if waits != "{}" else []
        item["sla"] = None if row[SLA] is None else orjson.Fragment(row[SLA])
        known = row[CLASSIFICATION]
        item["classification"] = UNKNOWN if known is None else orjson.Fragment(known)
        items.append(item)
    return items


def mark_of(item: Wire) -> str:
    """What of a task changes without a new version: what was derived. Empty: nothing was."""
    text = orjson.dumps(item["classification"])
    found = orjson.loads(text)
    if found.pop("state") in {"off", "pending"}:
        return ""
    if all(each["source"] == "user" for each in found.values()):
        return ""
    return f"{crc32(text):08x}"


def visible(blocked_by: dict[str, str], hidden: Set[UUID]) -> list[str]:
    """Without what lies in projects that the reader may not see."""
    if not hidden:
        return list(blocked_by)
    secret = {str(project_id) for project_id in hidden}
    return [task_id for task_id, project_id in blocked_by.items() if project_id not in secret]


def dump(value: object) -> bytes:
    return orjson.dumps(value, default=_driver_type, option=orjson.OPT_UTC_Z)


def _driver_type(value: object) -> str:
    """asyncpg has a UUID class of its own, which orjson does not know."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def plain(value: object) -> object:
    """A column's value as the change log keeps it: in JSON's own types."""
    if type(value) in _JSON_TYPES:
        return value
    for kind, spell in _SPELLINGS:
        if isinstance(value, kind):
            return spell(value)
    return value


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


_JSON_TYPES = frozenset({str, int, float, bool, list, dict, type(None)})
_SPELLINGS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (datetime, _instant),
    (UUID, str),
    (Status, str),
    (Priority, str),
    (Energy, str),
)
