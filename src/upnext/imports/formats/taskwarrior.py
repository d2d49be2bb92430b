"""The JSON that Taskwarrior exports: one array, or one object per line."""

from datetime import UTC, datetime
from typing import Any

from upnext.imports.formats import jsontext, moments, spans
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.items import (
    Item,
    LeftOut,
    Outcome,
    Outcomes,
    RowError,
    Source,
    Wishes,
    worded,
)
from upnext.imports.formats.jsontext import Entry, dicts_of, list_of, text_of
from upnext.imports.formats.priorities import priority

_LEFT_OUT = {
    "deleted": "tasks deleted in Taskwarrior",
    "recurring": "templates of recurring tasks, whose occurrences are imported",
}
_STATUSES = {"pending": "todo", "waiting": "todo", "completed": "done"}
_ESTIMATES = ("estimate", "duration", "est")


def read(data: bytes, _: Wishes) -> Outcomes:
    text, _encoding = decoded(data)
    yield Source("Taskwarrior export")
    for line, entry in jsontext.stream(text):
        yield _one(entry, line)


def _one(entry: Any, line: int) -> Outcome:  # JSON of a stranger
    if not isinstance(entry, dict):
        return RowError(line, str(entry) if isinstance(entry, jsontext.Broken) else "is not a task")
    status = text_of(entry, "status") or "pending"
    if status in _LEFT_OUT:
        return LeftOut(_LEFT_OUT[status], tasks=True)
    try:
        return _item(entry, status, line)
    except ValueError as error:
        return RowError(line, str(error))


def _item(entry: Entry, status: str, line: int) -> Item:
    uuid = text_of(entry, "uuid")
    if not uuid:
        raise ValueError("has no uuid")
    title, description = worded(text_of(entry, "description"), _annotations(entry))
    if not title:
        raise ValueError("has no description")
    if status not in _STATUSES:
        raise ValueError(f"“{status}” is no status of Taskwarrior")
    tags = list(dict.fromkeys(text_of({"tag": tag}, "tag") for tag in list_of(entry, "tags")))
    started = status == "pending" and entry.get("start")
    starts = [at for name in ("scheduled", "wait") if (at := _moment(entry, name))]
    return Item(
        line=line,
        external_id=uuid,
        title=title,
        description=description,
        status="in_progress" if started else _STATUSES[status],
        priority=priority("taskwarrior", text_of(entry, "priority")),
        project=text_of(entry, "project") or None,
        due=_moment(entry, "due"),
        # A task starts once all its waiting is over.
        start=max(starts, default=None),
        created=_moment(entry, "entry"),
        completed=_moment(entry, "end"),
        estimate=_estimate(entry),
        tags=tuple(tag for tag in tags if tag and not tag.startswith("@")),
        context=tuple(tag for tag in tags if tag.startswith("@")),
        after=tuple(_depends(entry)),
    )


def _moment(entry: Entry, name: str) -> datetime | None:
    text = text_of(entry, name)
    if not text:
        return None
    try:
        return moments.moment(text, UTC)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _estimate(entry: Entry) -> int | None:
    """A duration that the person defined as an attribute of their own."""
    for name in _ESTIMATES:
        if text := text_of(entry, name):
            try:
                return spans.minutes(text)
            except ValueError:
                return None
    return None


def _annotations(entry: Entry) -> str:
    """The notes of a task, each with its day."""
    notes = []
    for note in dicts_of(entry, "annotations"):
        day = text_of(note, "entry")[:8]
        dated = f"{day[:4]}-{day[4:6]}-{day[6:]}: " if day.isdecimal() else ""
        notes.append(f"- {dated}{text_of(note, 'description')}")
    return "\n".join(notes)


def _depends(entry: Entry) -> list[str]:
    """What a task waits for: a list since Taskwarrior 2.6, before that one text with commas."""
    value = entry.get("depends")
    found = value.split(",") if isinstance(value, str) else list_of(entry, "depends")
    return [str(one).strip() for one in found if str(one).strip()]
