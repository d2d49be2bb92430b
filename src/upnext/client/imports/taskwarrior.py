"""The JSON that Taskwarrior exports: one array, or one object per line."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

from upnext.client import durations, when
from upnext.client.errors import ClientError
from upnext.client.imports import dates
from upnext.client.imports.records import Reading, Record, Refused, external_id, worded
from upnext.client.printable import storable

SOURCE = "taskwarrior"
_PRIORITIES = {"H": "high", "M": "medium", "L": "low"}
_LEFT_OUT = {
    "deleted": "deleted in Taskwarrior",
    "recurring": "template of a recurring task, whose occurrences are imported",
}
_STATUSES = {"pending": "todo", "waiting": "todo", "completed": "done"}
_ITEM = re.compile(r"[^\s,\[\]]")

Item = dict[str, object]


def looks_like(text: str) -> bool:
    """Whether a file may be such an export."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"[", "{"}


def read(text: str) -> Reading:
    """The records of an export; what is broken in it is told by its line."""
    reading = Reading(source="Taskwarrior export")
    for line, item in _items(text):
        try:
            record = _record(_task(item), line, reading)
        except ValueError as error:
            reading.refused.append(Refused(line=line, reason=str(error)))
            continue
        if record:
            reading.records.append(record)
    reading.settle()
    return reading


def _items(text: str) -> Iterator[tuple[int, Item | str]]:
    """Each object with its line, or what is wrong there; reading then resumes on a new line."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while match := _ITEM.search(text, at):
        at = match.start()
        line += text.count("\n", counted, at)
        counted = at
        try:
            item, at = decoder.raw_decode(text, at)
        except ValueError as error:
            yield line, f"is not JSON: {getattr(error, 'msg', error)}"
            broken = text.find("\n", at)
            at = len(text) if broken < 0 else broken
        except RecursionError as error:
            raise ClientError("The file is nested too deeply to be an export.") from error
        else:
            yield line, item if isinstance(item, dict) else "is not a task"


def _task(item: object) -> Item:
    """The object of a task; a text in its place says what is wrong."""
    if isinstance(item, dict):
        return item
    raise ValueError(str(item))


def _record(item: Item, line: int, reading: Reading) -> Record | None:
    status = _text(item, "status") or "pending"
    if status in _LEFT_OUT:
        reading.leave_out(_LEFT_OUT[status])
        return None
    uuid = _text(item, "uuid")
    if not uuid:
        raise ValueError("has no uuid")
    title, description = worded(_text(item, "description"), _annotations(item))
    if not title:
        raise ValueError("has no description")
    fields: Item = {"title": title, "status": _status(item, status), **_plan(item), **_labels(item)}
    if description:
        fields["description"] = description
    return Record(
        line=line,
        external_id=external_id(SOURCE, uuid),
        fields=fields,
        project=_text(item, "project") or None,
        after=tuple(external_id(SOURCE, one) for one in _depends(item)),
    )


def _status(item: Item, status: str) -> str:
    if status not in _STATUSES:
        raise ValueError(f"“{status}” is no status of Taskwarrior")
    return "in_progress" if status == "pending" and item.get("start") else _STATUSES[status]


def _plan(item: Item) -> Item:
    """Deadline, start, priority and duration; a task starts once all its waiting is over."""
    starts = [moment for name in ("scheduled", "wait") if (moment := _moment(item, name))]
    due, priority = _moment(item, "due"), _text(item, "priority")
    found: Item = {
        "due_at": when.wire(due) if due else None,
        "start_at": when.wire(max(starts)) if starts else None,
        "priority": _level(priority) if priority else None,
        "estimated_duration": _estimate(item),
    }
    return {name: value for name, value in found.items() if value is not None}


def _moment(item: Item, name: str) -> datetime | None:
    text = _text(item, name)
    if not text:
        return None
    try:
        return dates.read(text, UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: “{text}” is not a date") from error


def _level(priority: str) -> str:
    if priority not in _PRIORITIES:
        raise ValueError(f"priority: “{priority}” is none of H, M, L")
    return _PRIORITIES[priority]


def _estimate(item: Item) -> int | None:
    """A duration that the person defined as an attribute of their own."""
    for name in ("estimate", "duration", "est"):
        if text := _text(item, name):
            try:
                return durations.parse(text)
            except ValueError:
                return None
    return None


def _labels(item: Item) -> Item:
    words = [storable(str(tag)) for tag in _list(item, "tags")]
    tags = [word for word in words if not word.startswith("@")]
    contexts = [word for word in words if word.startswith("@")]
    return {name: value for name, value in (("tags", tags), ("context", contexts)) if value}


def _annotations(item: Item) -> str:
    """The notes of a task, each with its day."""
    notes = []
    for note in _list(item, "annotations"):
        if isinstance(note, dict):
            day = _text(cast("Item", note), "entry")[:8]
            dated = f"{day[:4]}-{day[4:6]}-{day[6:]}: " if day.isdecimal() else ""
            notes.append(f"- {dated}{note.get('description', '')}")
    return "\n".join(notes)


def _depends(item: Item) -> list[str]:
    """What a task waits for: a list since Taskwarrior 2.6, before that one text with commas."""
    value = item.get("depends")
    found = value.split(",") if isinstance(value, str) else _list(item, "depends")
    return [str(one).strip() for one in found if str(one).strip()]


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return "" if value is None else storable(str(value))


def _list(item: Item, name: str) -> list[object]:
    value = item.get(name)
    return value if isinstance(value, list) else []
